/** Lifecycle policies as text: hostile input, and editors, validator and simulator that know the same grammar. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { compileRules } from "../../provider/lifecycle/select.ts";
import { validateLifecyclePolicy } from "../../provider/lifecycle/validate.ts";
import schema from "../../schema/lifecycle-policy.schema.json" with { type: "json" };

const folder = join(import.meta.dirname, "..", "cases", "lifecycle");
const read = <T>(name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")) as T;
const good = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 },
      action: { type: "expire" },
    },
  ],
});

test("hostile text is refused at once, with its place", () => {
  const cases: [string, RegExp, number][] = [
    [" ".repeat(5_000_000), /5000000 characters/, 1],
    [`{"rules": ${"[".repeat(1_000)}${"]".repeat(1_000)}}`, /nested more than/, 1],
    [`\ufeff${good}`, /byte order mark/, 1],
    [`${good}\n{}`, /there is more after its end/, 2],
    [good.replace('"rulePriority":1', '"rulePriority":1,\n"rulePriority":2'), /"rulePriority" is there twice/, 2],
    [good.replace('"rulePriority"', '"description":"\ud800","rulePriority"'), /half of a surrogate pair/, 1],
    [good.replace('"rulePriority"', '\n"description":"\\ud800","rulePriority"'), /half of a surrogate pair/, 2],
    ["", /is empty/, 1],
  ];
  for (const [text, message, line] of cases) {
    const [finding] = validateLifecyclePolicy(text);
    assert.match(finding?.message ?? "none", message);
    assert.deepEqual([finding?.level, finding?.line], ["error", line]);
  }
  assert.deepEqual(validateLifecyclePolicy(good), []);
});

test("what the simulator takes, the validator and the editors' schema take as well", () => {
  const accepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  const cases = [...read<{ rules: object[] }[]>("simulate.json"), ...read<{ rules: object[] }[]>("analyze.json")];
  let taken = 0;
  for (const { rules } of cases) {
    const errors = validateLifecyclePolicy({ rules }).filter(({ level }) => level === "error");
    if (errors.length > 0) continue;
    taken++;
    assert.equal(compileRules({ rules }).length, rules.length);
    assert.ok(accepts({ rules }), JSON.stringify(accepts.errors));
  }
  assert.ok(taken > 50, `${taken} policies`);
});

test("the editors' schema refuses nothing that the validator passes, and says every word that the simulator knows", () => {
  const accepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  for (const { name, policy, findings } of read<{ name: string; policy: unknown; findings: string[] }[]>(
    "validate.json",
  ))
    if (!findings.some((finding) => finding.startsWith("error")) && !JSON.stringify(policy).includes("null"))
      assert.ok(accepts(policy), `${name}: ${JSON.stringify(accepts.errors)}`);
  const { selection, action } = schema.$defs;
  for (const countType of selection.properties.countType.examples)
    for (const storageClass of selection.properties.storageClass.examples)
      for (const type of action.properties.type.examples) {
        const rule = {
          rulePriority: 1,
          selection: {
            tagStatus: "any",
            storageClass,
            countType,
            countNumber: 90,
            ...(countType === "imageCountMoreThan" ? {} : { countUnit: "days" }),
          },
          action: { type, ...(type === "transition" ? { targetStorageClass: "archive" } : {}) },
        };
        const errors = validateLifecyclePolicy({ rules: [rule] }).filter(({ level }) => level === "error");
        if (errors.length === 0) assert.equal(compileRules({ rules: [rule] }).length, 1);
      }
});
