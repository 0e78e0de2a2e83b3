/** What a change of a policy says: the tables test/cases/policy/describe.json and its sibling of lifecycle policies. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { describeLifecycleChange } from "../../provider/lifecycle/policy.ts";
import { describePolicyChange } from "../../provider/policy/change/diff.ts";
import { unknown } from "../../provider/text/value.ts";

interface Case {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly says: string[];
}

const read = (file: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../cases", file, "describe.json"), "utf8")) as Case[];

for (const [language, say] of [
  ["policy", describePolicyChange],
  ["lifecycle", describeLifecycleChange],
] as const) {
  describe(`${language}: what a change says`, () => {
    for (const { name, before, after, says } of read(language)) {
      test(name, () => assert.deepEqual(say(before, after), says));
    }
  });
}

test("a policy that a preview does not know is said to be unknown, and so is a value inside", () => {
  assert.deepEqual(describePolicyChange({ Statement: [] }, unknown), ["the policy is not known yet"]);
  const statement = { Sid: "a", Effect: "Allow", Principal: { AWS: ["111111111111"] }, Action: "ecr:*" };
  const after = { ...statement, Principal: { AWS: ["111111111111", unknown] } };
  assert.deepEqual(describePolicyChange({ Statement: statement }, { Statement: after }), [
    'statement "a": Principal.AWS gained a value that is not known yet',
  ]);
});

test("no text of a document reaches the terminal as control", () => {
  const text = fc.string({ unit: fc.constantFrom("\u001b", "\u202e", "\u0000", "\n", "\u009b", "a", ".", "/", "~") });
  const statement = fc.record({
    Sid: text,
    Effect: text,
    Principal: fc.oneof(text, fc.dictionary(text, text)),
    Action: fc.oneof(text, fc.array(text)),
    Condition: fc.dictionary(text, fc.dictionary(text, text)),
  });
  const rule = fc.record({ rulePriority: fc.nat(3), description: text, selection: fc.dictionary(text, text) });
  fc.assert(
    fc.property(fc.array(statement), fc.array(statement), fc.array(rule), fc.array(rule), (a, b, c, d) => {
      for (const said of [
        ...describePolicyChange({ Statement: a }, { Statement: b }),
        ...describeLifecycleChange({ rules: c }, { rules: d }),
      ])
        assert.match(said, /^[ -~…]*$/);
    }),
  );
});

test("beyond two hundred statements only equal ones and those of one name are matched", () => {
  const many = (count: number, sid: string, more: object = {}) => ({
    Statement: Array.from({ length: count }, (_, i) => ({ Sid: `${sid}${i}`, Action: ["ecr:a", `ecr:${i}`], ...more })),
  });
  const one = { Statement: [{ Sid: "new", Action: ["ecr:a", "ecr:0", "ecr:x"] }] };
  assert.equal(describePolicyChange(many(200, "s"), one).at(-1), "and 101 more changes");
  assert.equal(describePolicyChange(many(201, "s"), one).at(-1), "and 102 more changes");
  assert.equal(describePolicyChange(one, many(201, "s")).at(-1), "and 102 more changes");
  const effects = describePolicyChange(many(201, "s"), many(201, "s", { Effect: "Deny" }));
  assert.equal(effects[0], 'statement "s0": Effect added: Deny');
});

test("a hundred changes are told, and no more are said to be there", () => {
  const many = (word: string) => ({ Statement: Array.from({ length: 50 }, (_, i) => ({ Action: `${word}${i}` })) });
  const said = describePolicyChange(many("a"), many("b"));
  assert.equal(said.length, 100);
  assert.match(said.at(-1) ?? "", /^statement without Sid/);
});

test("a change of thousands of statements is told in a hundred sentences, soon", () => {
  const many = (word: string) => ({ Statement: Array.from({ length: 3_000 }, (_, i) => ({ Action: `${word}${i}` })) });
  const started = performance.now();
  const said = describePolicyChange(many("a"), many("b"));
  assert.equal(said.length, 101);
  assert.equal(said.at(-1), "and 5900 more changes");
  assert.ok(performance.now() - started < 5_000);
});
