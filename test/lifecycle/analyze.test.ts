/** What is said of a lifecycle policy without images, as cases (test/cases/lifecycle/analyze.json). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { analyzeLifecyclePolicy } from "../../provider/lifecycle/analyze.ts";
import { formatPath } from "../../provider/text/path.ts";

interface Case {
  name: string;
  rules: object[];
  protect?: string[];
  manifestLists?: boolean;
  findings: string[];
  /** The messages of the findings. */
  says: string[];
}

const file = join(import.meta.dirname, "..", "cases", "lifecycle", "analyze.json");
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];

describe("what is said of a lifecycle policy alone", () => {
  for (const { name, rules, findings, says, ...circumstances } of cases) {
    test(name, () => {
      const found = analyzeLifecyclePolicy({ rules }, circumstances);
      const brief = found.map(({ level, ruleId, path }) => `${level} ${ruleId} ${formatPath(path)}`);
      assert.deepEqual(brief.sort(), [...findings].sort());
      assert.deepEqual(
        found.map(({ message }) => message),
        says,
      );
    });
  }
});

test("a finding has the place in the text, and text that is no policy has none", () => {
  const text = JSON.stringify({ rules: cases[1]?.rules }, undefined, 2);
  const [finding] = analyzeLifecyclePolicy(text);
  assert.deepEqual([finding?.line, finding?.column], [7, 27]);
  for (const broken of ["", "{", "[]", "7", "null", "\ufeff{}", "[".repeat(2_000), '{"rules": 1}'])
    assert.deepEqual(
      analyzeLifecyclePolicy(broken).filter(({ ruleId }) => ruleId !== "ECR-A1"),
      [],
    );
});
