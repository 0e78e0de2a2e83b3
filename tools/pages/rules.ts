/** docs/rules.md: the reference of the review's rules, from the rules themselves, and how small policies are judged. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { rulesAboutChanges } from "../../provider/crossguard/policies.ts";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import type { Kind } from "../../provider/review/rule/rule.ts";
import { rules } from "../../provider/review/rules/index.ts";

const groups: Readonly<Record<string, string>> = {
  A: "Validity of documents",
  B: "Exposure",
  C: "Change",
  D: "Lifecycle policies",
  E: "Settings",
};

type Answer = "ok" | "passes" | "alarm";

/**
 * What others say of the small policies, by our name of each: checkov (2026-08, with the engine of its CKV_AWS_32), prowler
 * (2026-08, its test for public policies) and cdk-nag (3.0.2, AwsSolutions-ECR1), run or restated in 2026.
 */
const others: Readonly<Record<string, readonly [checkov: Answer, prowler: Answer, cdkNag: Answer]>> = {
  "everybody, without a condition": ["ok", "ok", "ok"],
  "everybody, as a list of AWS principals": ["ok", "ok", "ok"],
  "Allow with NotPrincipal is everybody else": ["passes", "passes", "passes"],
  "an organization": ["ok", "ok", "alarm"],
  "IfExists lets accounts without an organization in": ["passes", "ok", "ok"],
  "ForAllValues lets the empty set in": ["passes", "ok", "ok"],
  "every organization": ["ok", "passes", "ok"],
  "any organization id at all": ["passes", "passes", "ok"],
  "every account but one": ["ok", "ok", "ok"],
  "a tag that callers give themselves": ["ok", "ok", "ok"],
  "every IPv4 address": ["ok", "ok", "ok"],
  "every IPv4 address, in two halves": ["passes", "ok", "ok"],
  "one account by condition": ["ok", "ok", "alarm"],
  "NotAction of another service is every action": ["passes", "ok", "ok"],
  "everybody, with a Deny unless the account is right": ["alarm", "alarm", "alarm"],
  "a statement for an organization alone": ["ok", "ok", "alarm"],
};

const words: Readonly<Record<Answer, string>> = { ok: "right", passes: "**lets it pass**", alarm: "**false alarm**" };

interface Case {
  readonly name: string;
  readonly policy: unknown;
  readonly public: boolean;
}

/** The page as it is checked in. */
export function rulesPage(): string {
  const head = `# Rules of \`pulumi-ecr review\`

Generated from \`provider/review/rules\`; do not edit. Levels can be changed, and findings accepted for a time, in \`review.yaml\`
(\`pulumi-ecr schema review-config\`). What AWS would refuse is an error whatever the configuration says. All rules are in the
policy pack as well, except ${rulesAboutChanges.slice(0, -1).join(", ")} and ${rulesAboutChanges.at(-1)}, which are about a change.
`;
  const parts = Object.entries(groups).map(([letter, title]) => {
    const ours = rules.filter(({ id }) => id.startsWith(`ECR-${letter}`));
    return `## ${title}\n\n${ours.map(section).join("\n")}`;
  });
  return [head, ...parts, smallPolicies()].join("\n");
}

const aboutChanges =
  "- Not in the policy pack, which is told neither what was there before nor the images; `pulumi-ecr review` is\n";

function section({ id, title, kinds, about, fix, others: elsewhere }: (typeof rules)[number]): string {
  return `### ${id} · ${title}

${about}

${kinds.map(kind).join("\n")}
${rulesAboutChanges.includes(id) ? aboutChanges : ""}- How to fix: ${fix}
- Elsewhere: ${elsewhere}
`;
}

/** `- Level: error, if an action belongs to another service. Source: …` */
function kind({ level, when, source }: Kind): string {
  return `- Level: ${level}${when === undefined ? "" : `, if ${when}`}. Source: ${source.replace(/\.$/, "")}.`;
}

function smallPolicies(): string {
  const file = join(import.meta.dirname, "../../test/cases/policy/public.json");
  const cases = JSON.parse(readFileSync(file, "utf8")) as readonly Case[];
  const rows = cases.flatMap(({ name, policy, public: isPublic }) => {
    const told = others[name];
    if (!told) return [];
    const ours = compareAccess(undefined, policy, { owner: "111111111111" }).gains.some((row) => row.public);
    const [checkov, prowler, cdkNag] = told.map((answer) => words[answer]);
    const verdict = ours === isPublic ? "right" : "**wrong**";
    return [`| ${name} | ${isPublic ? "public" : "closed"} | ${verdict} | ${checkov} | ${prowler} | ${cdkNag} |`];
  });
  return `## Sixteen small policies

Each lets a principal pull; *public* means that an account that the policy does not name can do it. The documents are in
\`test/cases/policy/public.json\`. The other tools were run, or their check restated, in 2026: checkov 2026-08, prowler 2026-08,
cdk-nag 3.0.2.

| policy | truth | ours | checkov | prowler | cdk-nag |
|---|---|---|---|---|---|
${rows.join("\n")}
`;
}
