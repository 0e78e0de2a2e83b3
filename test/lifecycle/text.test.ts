import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  describeLifecycleChange,
  lifecycleEquivalent,
  lifecyclePolicyText,
  normalizeLifecyclePolicy,
  rulesInWords,
} from "../../provider/lifecycle/policy.ts";
import { validateLifecyclePolicy } from "../../provider/lifecycle/validate.ts";
import { unknown } from "../../provider/text/value.ts";

test("the text to send is in AWS's order, compact, without nulls and empty tag lists; what is unknown to us stays", () => {
  const rule = {
    action: { targetStorageClass: null, more: 1, type: "expire" },
    selection: { countNumber: 1, countType: "x", tagPatternList: [], tagPrefixList: ["b", "a"], tagStatus: "tagged" },
    hue: [null],
    rulePriority: 1,
  };
  const sent =
    '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"tagged","tagPrefixList":["b","a"],"countType":"x","countNumber":1},"action":{"type":"expire","more":1},"hue":[null]}]}';
  assert.equal(lifecyclePolicyText({ rules: [rule] }), sent);
  assert.equal(lifecyclePolicyText(JSON.stringify({ rules: [rule] }, undefined, 3)), sent);
  assert.equal(lifecyclePolicyText("no JSON"), "no JSON");
});

const word = fc.constantFrom("any", "tagged", "untagged", "standard", "archive", "sinceImagePushed", "days", "expire");
const rules = fc.array(
  fc.record(
    {
      rulePriority: fc.nat(5),
      description: fc.option(fc.string()),
      selection: fc.record(
        {
          tagStatus: word,
          tagPrefixList: fc.option(fc.array(fc.string(), { maxLength: 3 })),
          storageClass: fc.option(word),
          countType: word,
          countUnit: word,
          countNumber: fc.nat(),
        },
        { requiredKeys: [] },
      ),
      action: fc.record({ type: word, targetStorageClass: fc.option(word) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 6 },
);

test("what is sent means what was written, and is judged alike", () => {
  fc.assert(
    fc.property(rules, (list) => {
      const text = lifecyclePolicyText({ rules: list });
      assert.ok(lifecycleEquivalent(text, { rules: list }));
      assert.equal(lifecyclePolicyText(text), text);
      const brief = (source: unknown) =>
        validateLifecyclePolicy(source, { leavesOutNulls: true }).map(({ level, message }) => level + message);
      assert.deepEqual(brief(text).sort(), brief({ rules: list }).sort());
    }),
  );
});

test("the order of rules never counts, and the canonical form is its own", () => {
  fc.assert(
    fc.property(rules, rules, (left, right) => {
      assert.ok(lifecycleEquivalent({ rules: left }, { rules: left.toReversed() }));
      assert.equal(
        lifecycleEquivalent({ rules: left }, { rules: right }),
        lifecycleEquivalent({ rules: right }, { rules: left }),
      );
      const canonical = normalizeLifecyclePolicy({ rules: left });
      assert.deepEqual(normalizeLifecyclePolicy(canonical), canonical);
    }),
  );
});

test("what is unknown in one rule hides nothing in another, nor the priority of its own", () => {
  const rule = (rulePriority: unknown, selection: object) => ({
    rulePriority,
    selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1, ...selection },
    action: { type: "expire" },
  });
  const told = (...list: unknown[]) => validateLifecyclePolicy({ rules: list }).map(({ message }) => message);
  assert.deepEqual(told(rule(1, { countNumber: unknown }), rule(1, { tagStatus: unknown, countUnit: unknown })), [
    "must be left out with imageCountMoreThan",
    "1 is used by rules[0] already; each rule needs its own",
  ]);
  assert.deepEqual(told(rule(unknown, { tagStatus: "any" }), rule(2, { storageClass: unknown }), unknown), []);
  assert.deepEqual(told(rule(1, { storageClass: unknown, tagStatus: "any" }), rule(2, { tagStatus: "any" })), []);
});

test("hundreds of thousands of rules cost little", () => {
  const started = performance.now();
  const findings = validateLifecyclePolicy(`{"rules":[${"1,".repeat(130_000)}1]}`);
  assert.ok(findings.some(({ message }) => message === "must have at most 50 entries, has 130001"));
  assert.ok(findings.length < 110);
  assert.ok(performance.now() - started < 5_000);
});

test("what a preview does not know is equal to nothing, not even to itself, and a change of it is not known yet", () => {
  const rule = (countNumber: unknown) => ({
    rulePriority: 1,
    selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber },
    action: { type: "expire" },
  });
  const open = { rules: [rule(unknown)] };
  for (const [left, right] of [
    [unknown, unknown],
    [open, open],
    [open, { rules: [rule(unknown)] }],
    [open, { rules: [rule(1)] }],
    [{ rules: [rule(1)] }, unknown],
  ])
    assert.equal(lifecycleEquivalent(left, right), false);
  assert.deepEqual(describeLifecycleChange({ rules: [] }, unknown), ["the lifecycle policy is not known yet"]);
  assert.deepEqual(describeLifecycleChange(unknown, { rules: [] }), ["the lifecycle policy is not known yet"]);
  assert.deepEqual(describeLifecycleChange({ rules: [rule(1)] }, open), [
    "rule 1: expire untagged images beyond the newest (not known yet); was: expire untagged images beyond the newest 1",
  ]);
});

test("each rule in words, by its priority", () => {
  const selection = { tagStatus: "tagged", tagPatternList: ["v*"], countType: "sinceImagePulled", countNumber: 90 };
  const rules = [
    { rulePriority: 7, selection, action: { type: "transition", targetStorageClass: "archive" } },
    { rulePriority: 2, selection: { ...selection, tagStatus: "any", tagPatternList: [] }, action: { type: "expire" } },
  ];
  assert.deepEqual(
    [...rulesInWords({ rules })],
    [
      [2, "expire all images last pulled more than 90 days ago"],
      [7, "archive tagged images (v*) last pulled more than 90 days ago"],
    ],
  );
});

test("members and texts that are no rules keep their order in the text to send", () => {
  assert.equal(
    lifecyclePolicyText({
      note: { b: 1, a: undefined },
      rules: [{ selection: 5, x: { type: 1, a: [] }, action: null }],
    }),
    '{"note":{"b":1},"rules":[{"selection":5,"x":{"type":1,"a":[]}}]}',
  );
});
