/** Documents as tables (test/cases/policy, test/cases/lifecycle), and what must hold for every document. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { analyzeLifecyclePolicy, type Circumstances } from "../provider/lifecycle/analyze.ts";
import { lifecycleFaults } from "../provider/lifecycle/faults.ts";
import {
  describeLifecycleChange,
  lifecycleEquivalent,
  lifecyclePolicyText,
  normalizeLifecyclePolicy,
} from "../provider/lifecycle/policy.ts";
import { validateLifecyclePolicy } from "../provider/lifecycle/validate.ts";
import { alignPolicy } from "../provider/policy/change/align.ts";
import { describePolicyChange } from "../provider/policy/change/diff.ts";
import { normalizePolicy, policyEquivalent } from "../provider/policy/change/normalize.ts";
import { policyFaults } from "../provider/policy/faults.ts";
import { policyDocumentText } from "../provider/policy/language/document.ts";
import { validatePolicy } from "../provider/policy/validate.ts";
import type { Fault, Finding } from "../provider/text/finding.ts";
import { parseJson } from "../provider/text/json.ts";
import { formatPath } from "../provider/text/path.ts";
import { unknown } from "../provider/text/value.ts";
import { runs } from "./harness/runs.ts";

interface Case {
  name: string;
  kind?: "repository" | "registry";
  policy?: unknown;
  findings?: string[];
  says?: string;
  left?: unknown;
  right?: unknown;
  equal?: boolean;
  rules?: unknown;
  protect?: string[];
  manifestLists?: boolean;
}

interface AlignCase {
  name: string;
  live: unknown;
  recorded: unknown;
  told: unknown;
}

const cases = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, "cases", file), "utf8")) as Case[];
const brief = (findings: Finding[]) =>
  findings.map(({ level, ruleId, path }) => `${level} ${ruleId} ${formatPath(path)}`).sort();

test("every kind of finding in the tables is found by a case, and no two have the same level and source", () => {
  const seen = new Set<string>();
  const note = (findings: readonly Finding[]) => {
    for (const { ruleId, level, source } of findings) seen.add(`${ruleId} ${level} ${source}`);
  };
  for (const { kind = "repository", policy } of cases("policy/validate.json")) note(validatePolicy(kind, policy));
  for (const { policy } of cases("lifecycle/validate.json")) note(validateLifecyclePolicy(policy));
  for (const { rules, protect, manifestLists } of cases("lifecycle/analyze.json"))
    note(analyzeLifecyclePolicy({ rules }, { protect, manifestLists } as Circumstances));
  note([...validatePolicy("repository", "{"), ...validateLifecyclePolicy("{")]);
  const rows = [policyFaults, lifecycleFaults].flatMap((table) => Object.values<Fault>(table));
  const names = rows.map(({ ruleId, level, source }) => `${ruleId} ${level} ${source}`);
  assert.deepEqual([...seen].sort(), [...new Set(names)].sort());
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  assert.deepEqual(repeated, []);
});

for (const [language, validate] of [
  ["policy", (item: Case, source: unknown) => validatePolicy(item.kind ?? "repository", source)],
  ["lifecycle", (_: Case, source: unknown) => validateLifecyclePolicy(source)],
] as const) {
  describe(`${language}: what is wrong`, () => {
    for (const item of cases(`${language}/validate.json`)) {
      test(item.name, () => {
        const findings = validate(item, item.policy);
        assert.deepEqual(brief(findings), [...(item.findings ?? [])].sort());
        if (item.says)
          assert.ok(
            findings.some(({ message }) => message.includes(item.says ?? "")),
            JSON.stringify(findings),
          );
        const fromText = validate(item, JSON.stringify(item.policy, undefined, 2));
        assert.deepEqual(brief(fromText), brief(findings), "text and object are judged alike");
        for (const { line, column } of fromText)
          assert.ok(line !== undefined && column !== undefined && line >= 1, "text has positions");
      });
    }
  });
}

for (const [language, equivalent] of [
  ["policy", policyEquivalent],
  ["lifecycle", lifecycleEquivalent],
] as const) {
  describe(`${language}: the same, or not`, () => {
    for (const { name, left, right, equal } of cases(`${language}/equivalent.json`)) {
      test(`${name}: ${equal ? "the same" : "a difference"}`, () => {
        assert.equal(equivalent(left, right), equal);
        assert.equal(equivalent(right, left), equal, "both ways round");
        assert.ok(equivalent(left, left));
      });
    }
  });
}

const name = fc.constantFrom(
  "ecr:BatchGetImage",
  "ecr:PutImage",
  "ecr:*",
  "111111111111",
  "arn:aws:iam::111111111111:root",
  "*",
  "x",
);
const oneOrMany = fc.oneof(name, fc.array(name, { maxLength: 4 }));
const policies = fc.record({
  Version: fc.constantFrom("2012-10-17", "2008-10-17"),
  Statement: fc.array(
    fc.record(
      {
        Sid: fc.string({ maxLength: 4 }),
        Effect: fc.constantFrom("Allow", "Deny"),
        Principal: fc.oneof(fc.constant("*"), fc.record({ AWS: oneOrMany, Service: oneOrMany }, { requiredKeys: [] })),
        Action: oneOrMany,
        Condition: fc.dictionary(name, fc.dictionary(name, fc.oneof(fc.boolean(), oneOrMany), { maxKeys: 2 }), {
          maxKeys: 2,
        }),
      },
      { requiredKeys: ["Effect"] },
    ),
    { maxLength: 4 },
  ),
});

/** The same document with every list and object in another order. */
function shuffled(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) {
    const by = value.length === 0 ? 0 : turn % value.length;
    return [...value.slice(by), ...value.slice(0, by)].map((item) => shuffled(item, turn));
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, shuffled(member, turn)] as const);
  return Object.fromEntries(turn % 2 === 0 ? entries : entries.reverse());
}

test("the canonical form of a policy is idempotent and knows no order", () => {
  fc.assert(
    fc.property(policies, fc.nat(7), (policy, turn) => {
      const canonical = normalizePolicy(policy);
      assert.deepEqual(normalizePolicy(canonical), canonical);
      assert.ok(policyEquivalent(policy, shuffled(policy, turn)));
      assert.ok(policyEquivalent(policy, JSON.stringify(policy, undefined, turn)));
    }),
    runs,
  );
});

test("policies that are the same have no change to describe, and others have", () => {
  fc.assert(
    fc.property(policies, policies, (before, after) => {
      const said = describePolicyChange(before, after);
      assert.equal(said.length === 0, policyEquivalent(before, after), said.join("\n"));
    }),
    runs,
  );
});

test("a live policy told in the recorded one's words means what is live, and repeats the recorded one when both mean the same", () => {
  fc.assert(
    fc.property(policies, policies, fc.nat(7), (live, recorded, turn) => {
      assert.ok(policyEquivalent(alignPolicy(live, recorded), live));
      assert.ok(policyEquivalent(alignPolicy(shuffled(live, turn), live), live));
    }),
    runs,
  );
});

describe("a live policy in the recorded one's words", () => {
  const told = JSON.parse(readFileSync(join(import.meta.dirname, "cases/policy/align.json"), "utf8")) as AlignCase[];
  for (const { name, live, recorded, told: wanted } of told) {
    // As text, because the order of elements is what a diff shows.
    test(name, () => assert.equal(JSON.stringify(alignPolicy(live, recorded)), JSON.stringify(wanted)));
  }
});

test("the canonical form of a lifecycle policy is idempotent", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ rulePriority: fc.nat(9), selection: fc.dictionary(fc.string(), fc.jsonValue()) })),
      (rules) => {
        const canonical = normalizeLifecyclePolicy({ rules });
        assert.ok(lifecycleEquivalent(canonical, normalizeLifecyclePolicy(canonical)));
      },
    ),
    runs,
  );
});

test("no input makes a validator, a comparer or a describer throw", () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    policies,
    fc.record({ Statement: fc.jsonValue() }),
    fc.record({ rules: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(anything, anything, (left, right) => {
      for (const validate of [
        () => validatePolicy("repository", left),
        () => validatePolicy("registry", left),
        () => validateLifecyclePolicy(left),
      ])
        validate();
      policyEquivalent(left, right);
      lifecycleEquivalent(left, right);
      describePolicyChange(left, right);
      describeLifecycleChange(left, right);
      policyDocumentText(left);
      lifecyclePolicyText(left);
    }),
    runs,
  );
});

test("what a preview does not know is passed over, and equal to nothing", () => {
  const policy = { Statement: [{ Effect: "Allow", Principal: { AWS: unknown }, Action: "s3:x" }] };
  assert.deepEqual(brief(validatePolicy("repository", policy)), ["error ECR-A5 Statement[0].Action"]);
  assert.deepEqual(validatePolicy("repository", unknown), []);
  assert.equal(policyEquivalent(policy, policy), false);
  const lifecycle = {
    rules: [
      {
        rulePriority: 1,
        selection: {
          tagStatus: "tagged",
          tagPrefixList: unknown,
          countType: "imageCountMoreThan",
          countNumber: unknown,
        },
        action: { type: "expire" },
      },
    ],
  };
  assert.deepEqual(validateLifecyclePolicy(lifecycle), []);
});

test("a policy with something unknown equals none, and a member that is undefined is none", () => {
  const statement = { Effect: "Allow", Principal: "*", Action: "ecr:PutImage" };
  const open = () => ({ Statement: [{ ...statement, Action: unknown }] });
  assert.equal(policyEquivalent(open(), open()), false);
  assert.equal(policyEquivalent(open(), { Statement: [statement] }), false);
  assert.equal(policyEquivalent({ Statement: [statement] }, unknown), false);
  assert.equal(policyEquivalent(unknown, unknown), false);
  assert.ok(
    policyEquivalent({ Statement: [{ ...statement, Sid: undefined }], Id: undefined }, { Statement: statement }),
  );
});

test("hostile text is refused at once, with its place", () => {
  const problem = (text: string) => parseJson(text).problems[0];
  assert.match(problem(" ".repeat(5_000_000))?.message ?? "", /5000000 characters/);
  assert.match(problem(`${"[".repeat(1_000)}${"]".repeat(1_000)}`)?.message ?? "", /nested more than 64/);
  assert.match(problem("\ufeff{}")?.message ?? "", /byte order mark/);
  assert.match(problem('{"a": 1} x')?.message ?? "", /is not JSON/);
  assert.deepEqual(problem('{\n  "a": 1,\n  "a": 2\n}'), { message: 'the key "a" is there twice', line: 3, column: 3 });
  assert.match(problem('{"a": "\ud800"}')?.message ?? "", /surrogate/);
  assert.match(problem("")?.message ?? "", /empty/);
  assert.deepEqual(Object.keys(parseJson('{"__proto__": 1}').value as object), ["__proto__"]);
});

test("text from a document cannot steer a terminal", () => {
  const [said = ""] = describePolicyChange(
    { Statement: [] },
    { Statement: [{ Sid: "\u001b[31m\u202e", Effect: "Allow", Principal: "*", Action: "ecr:*" }] },
  );
  assert.ok(said.includes("\\u{1b}") && said.includes("\\u{202e}"), said);
});

test("nulls are not sent in a lifecycle policy", () => {
  assert.equal(
    lifecyclePolicyText('{ "rules": [ { "rulePriority": 1, "description": null } ] }'),
    '{"rules":[{"rulePriority":1}]}',
  );
});
