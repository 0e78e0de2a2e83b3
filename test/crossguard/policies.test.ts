/** The policies of the pack, called as `@pulumi/policy` calls them. The real engine is in `test/engine/policy-pack.test.ts`. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  unknownCheckingProxy,
} from "@pulumi/policy";
import { policies, rulesAboutChanges } from "../../provider/crossguard/policies.ts";
import { plainProperties } from "../../provider/crossguard/values.ts";
import type { AccessContext } from "../../provider/policy/access/rules/context.ts";
import { type TrustKind, trustedOf } from "../../provider/policy/access/rules/trust.ts";
import { reviewPolicy } from "../../provider/review/review.ts";
import { rules } from "../../provider/review/rules/index.ts";
import { printable } from "../../provider/text/printable.ts";
import { isUnknown } from "../../provider/text/value.ts";

interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly props: object;
}
/** `POLICY LEVEL? MESSAGE` in the order in which they are told. */
type Told = readonly (readonly [policy: string, message: string, urn: string | undefined])[];

const anyUnknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
let named = 0;

function resource(type: string, props: object): Resource {
  const urn = `urn:pulumi:dev::test::${type}::r${named++}`;
  return { type, urn, props: unknownCheckingProxy(props) };
}

/** All policies over all resources, in the order of the engine: each resource, then the stack. */
function runPack(resources: readonly Resource[], config: Record<string, object> = {}, settings: object = {}): Told {
  const pack = policies(settings) as Partial<ResourceValidationPolicy & StackValidationPolicy>[];
  const told: [string, string, string | undefined][] = [];
  const ask = (
    work: (policy: (typeof pack)[number], args: object, report: (message: string, urn?: string) => void) => void,
  ) => {
    for (const policy of pack) {
      const name = policy.name ?? "";
      work(policy, { getConfig: () => config[name] ?? {} }, (message, urn) => told.push([name, message, urn]));
    }
  };
  for (const one of resources)
    ask((policy, args, report) => {
      const validate = policy.validateResource as
        | ((args: ResourceValidationArgs, report: (message: string) => void) => void)
        | undefined;
      validate?.({ ...args, ...one } as unknown as ResourceValidationArgs, (message) => report(message, one.urn));
    });
  ask((policy, args, report) => policy.validateStack?.({ ...args, resources } as never, report));
  return told;
}

const ids = (told: Told) => [...new Set(told.map(([name]) => name))].sort();

const pull = (principal: unknown) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: principal,
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    },
  ],
});
const policyOf = (policyText: unknown) =>
  resource("ecr:index:RepositoryPolicy", { repositoryName: "team/app", policyText });

test("every rule is a policy, or needs what a pack is not told", () => {
  const names = policies().map(({ name }) => name);
  const expected = rules.map(({ id }) => id).filter((id) => !rulesAboutChanges.includes(id));
  assert.deepEqual(names, ["review", "review-warnings", ...expected]);
  for (const id of rulesAboutChanges)
    assert.ok(
      rules.some((rule) => rule.id === id),
      id,
    );
});

test("levels become enforcement: error is mandatory, warning is advisory, note waits to be asked for", () => {
  const levels = { error: "mandatory", warning: "advisory", note: "disabled" } as const;
  for (const { name, enforcementLevel, description, remediationSteps } of policies().slice(2)) {
    const rule = rules.find(({ id }) => id === name);
    assert.equal(enforcementLevel, levels[rule?.level ?? "error"], name);
    assert.deepEqual([description, remediationSteps], [rule?.title, rule?.fix]);
  }
});

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly kind?: "repository" | "registry";
  readonly policy?: unknown;
  readonly context?: AccessContext;
}

const cases = (
  JSON.parse(readFileSync(join(import.meta.dirname, "../cases/review/rules.json"), "utf8")) as readonly Case[]
).filter(
  ({ policy, context = {} }) => policy !== undefined && !("registryPolicy" in context) && !("repository" in context),
);

/** What review.yaml calls the kinds of those that are trusted. */
const lists: Readonly<Record<TrustKind, string>> = {
  account: "accounts",
  organization: "organizations",
  unit: "organizationalUnits",
  vpc: "vpcs",
  endpoint: "vpcEndpoints",
};

test("the pack says of every document of the rules' cases what the review says", () => {
  assert.ok(cases.length > 30, `${cases.length} cases`);
  for (const { name, kind = "repository", policy, context = {} } of cases) {
    const found = reviewPolicy(kind, policy, { ...context, repository: "team/app" })
      .filter(({ ruleId, level }) => level !== "note" || rules.find(({ id }) => id === ruleId)?.level === "note")
      .map(({ ruleId, level }) => (rules.find(({ id }) => id === ruleId)?.level === level ? ruleId : byLevel(level)));
    const { owner, region, trusted = [] } = context;
    const settings = {
      ...(owner === undefined ? {} : { account: owner }),
      ...(region === undefined ? {} : { region }),
      trusted: Object.fromEntries(
        Object.entries(lists).map(([kind, name]) => [name, trustedOf(kind as TrustKind, { trusted })]),
      ),
    };
    const type = kind === "registry" ? "RegistryPolicy" : "RepositoryPolicy";
    const told = runPack([resource(`ecr:index:${type}`, { repositoryName: "team/app", policyText: policy })], {
      review: settings,
    });
    const documentary = ids(told).filter((id) => !["ECR-C3"].includes(id));
    assert.deepEqual(documentary, [...new Set(found)].sort(), name);
  }
});

const byLevel = (level: string) => (level === "error" ? "review" : "review-warnings");

test("the same policy is judged alike whichever provider declares it", () => {
  const document = JSON.stringify(pull("*"));
  const declared = [
    resource("ecr:index:RepositoryPolicy", { repositoryName: "team/app", policyText: document }),
    resource("aws:ecr/repositoryPolicy:RepositoryPolicy", { repository: "team/app", policy: document }),
    resource("aws-native:ecr:Repository", {
      repositoryName: "team/app",
      imageTagMutability: "IMMUTABLE",
      repositoryPolicyText: pull("*"),
    }),
  ];
  for (const one of declared) {
    const told = runPack([one]).filter(([name]) => name === "ECR-B1");
    assert.equal(told.length, 1, one.type);
    assert.deepEqual([told[0]?.[2], told[0]?.[1].includes("any AWS account can pull")], [one.urn, true]);
  }
});

test("settings have the names of review.yaml, come with the policy review, and hold for all policies", () => {
  const foreign = policyOf(pull({ AWS: "111111111111" }));
  const config = (trusted: object) => ({ review: { account: "123456789012", trusted } });
  const push = policyOf({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "111111111111" }, Action: ["ecr:PutImage", "ecr:BatchGetImage"] }],
  });
  const outsider = ids(runPack([foreign, push], config({ accounts: ["222222222222"] })));
  const trusted = ids(runPack([foreign, push], config({ accounts: ["111111111111"] })));
  assert.ok(outsider.includes("ECR-B4") && outsider.includes("ECR-B5"), String(outsider));
  assert.ok(!trusted.includes("ECR-B4") && !trusted.includes("ECR-B5"), String(trusted));
});

test("settings that a pack of one's own gives hold until the configuration says otherwise", () => {
  const untagged = resource("ecr:index:Repository", { repositoryName: "team/app", imageTagMutability: "IMMUTABLE" });
  const own = { requiredTags: ["team"] };
  assert.ok(ids(runPack([untagged], {}, own)).includes("ECR-E4"));
  assert.ok(!ids(runPack([untagged], { review: { requiredTags: [] } }, own)).includes("ECR-E4"));
});

test("a level of the settings moves findings to the policy of that level, off silences, what AWS refuses stays", () => {
  const open = policyOf(pull("*"));
  const wrong = policyOf(pull({ AWS: "nobody" }));
  assert.ok(ids(runPack([open], { review: { levels: { "ECR-B1": "error" } } })).includes("review"));
  assert.ok(!ids(runPack([open], { review: { levels: { "ECR-B1": "off" } } })).includes("ECR-B1"));
  assert.ok(ids(runPack([wrong], { review: { levels: { "ECR-A7": "off" } } })).includes("ECR-A7"));
});

test("a suppression silences its rule at its resource until its day is over, and then says so", () => {
  const open = policyOf(pull("*"));
  const suppression = (until: string) => ({
    review: { suppressions: [{ rule: "ECR-B1", resource: "team/app", reason: "public base image", until }] },
  });
  assert.ok(!ids(runPack([open], suppression("2999-12-31"))).includes("ECR-B1"));
  const over = runPack([open], suppression("2020-01-01"));
  assert.ok(ids(over).includes("ECR-B1"));
  assert.ok(over.some(([name, message]) => name === "review-warnings" && message.includes("ended on 2020-01-01")));
});

test("wrong settings are an error that names each of them and where they stand", () => {
  const config = { review: { trusted: { accounts: ["build"] }, account: "1" } };
  assert.throws(
    () => runPack([policyOf(pull("*"))], config),
    (error: Error) => {
      for (const part of ["trusted.accounts[0]", "account", 'its policy "review"'])
        assert.ok(error.message.includes(part));
      return true;
    },
  );
});

test("what a preview does not know silences nothing that is known", () => {
  const told = runPack([
    policyOf({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: anyUnknown }, Action: ["ecr:BatchGetImage"] },
        ...pull("*").Statement,
      ],
    }),
    resource("ecr:index:RepositoryPolicy", { repositoryName: anyUnknown, policyText: anyUnknown }),
    resource("ecr:index:Repository", { repositoryName: anyUnknown, imageTagMutability: "MUTABLE" }),
  ]);
  assert.ok(ids(told).includes("ECR-B1") && ids(told).includes("ECR-E1"), String(ids(told)));
});

test("properties are read through the proxies of a preview, unknown by unknown", () => {
  const read = plainProperties(
    unknownCheckingProxy({
      a: anyUnknown,
      b: [1, anyUnknown],
      c: { d: null, e: "[secret]" },
      __proto__x: true,
    }) as object,
  );
  assert.ok(isUnknown(read["a"]) && isUnknown((read["b"] as unknown[])[1]));
  assert.equal((read["b"] as unknown[])[0], 1);
  const inner = read["c"] as Record<string, unknown>;
  assert.ok(!("d" in inner) && isUnknown(inner["e"]));
});

test("what hangs on other resources is asked of the whole stack, and named at its resource", () => {
  const repository = resource("ecr:index:Repository", { repositoryName: "team/app", imageTagMutability: "IMMUTABLE" });
  const scanning = (filter: string) =>
    resource("ecr:index:RegistryScanningConfiguration", {
      scanType: "BASIC",
      rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter, filterType: "WILDCARD" }] }],
    });
  const at = (told: Told) => told.filter(([name]) => name === "ECR-E2").map(([, , urn]) => urn);
  assert.deepEqual(at(runPack([repository, scanning("other/*")])), [repository.urn]);
  assert.deepEqual(at(runPack([repository, scanning("team/*")])), []);
});

test("resources of others are left alone, whatever they hold", () => {
  let deep: object = {};
  for (let level = 0; level < 5_000; level++) deep = { x: deep };
  const foreign = resource("aws:s3/bucketPolicy:BucketPolicy", { policy: JSON.stringify(pull("*")), deep });
  const ours = resource("ecr:index:RepositoryPolicy", { repositoryName: "team/app", policyText: deep });
  assert.deepEqual(runPack([foreign]), []);
  assert.doesNotThrow(() => runPack([ours]));
});

test("text of a program stays text: no control character reaches the terminal", () => {
  const sid = "\u001b[2J\u0007::error::x\u202e";
  const document = {
    ...pull("*"),
    Statement: [{ ...pull("*").Statement[0], Sid: sid }, { ...pull({ AWS: sid }).Statement[0] }],
  };
  const told = runPack([policyOf(document), policyOf(JSON.stringify(document))]);
  assert.ok(told.length > 0);
  for (const line of told.flatMap(([, message]) => message.split("\n"))) assert.equal(printable(line, 10_000), line);
});
