/** What is wrong with the text of a document has its line and column, wherever the document is written. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { documentAt } from "../../provider/cli/commands/review/inputs/documents.ts";
import { readPrograms } from "../../provider/declared/program/read.ts";
import { sourceOf } from "../../provider/declared/pulumi/export.ts";
import { treeOf } from "../declared/program/tree.ts";
import { reviewOf } from "./harness.ts";

const lines = (part: string) => ["{", '  "Version": "2012-10-17",', part, '  "Statement": []', "}"]; // prettier-ignore
const cases: readonly (readonly [name: string, part: string, says: RegExp])[] = [
  ["a repeated key", '  "Id": "a", "Id": "b",', /Id/],
  ["half of a surrogate pair", '  "Id": "\\ud800",', /half of a surrogate pair/],
  ["a comma too many", '  "Id": "a",,', /is not JSON/],
];

for (const [name, part, says] of cases) {
  describe(name, () => {
    const text = lines(part).join("\n");
    test("in a document has the place in its file", () => {
      const { findings } = reviewOf({ after: documentAt("p.json", text, "repository-policy", "team/api") });
      const [found] = findings.filter(({ message }) => says.test(message));
      assert.deepEqual([found?.ruleId, found?.file, found?.line], ["ECR-A1", "p.json", 3]);
      assert.ok((found?.column ?? 0) > 1);
    });
    test("in a block of a program in YAML has the place in the program", () => {
      const yaml = [
        "name: a",
        "runtime: yaml",
        "resources:",
        "  it:",
        "    type: ecr:RepositoryPolicy",
        "    properties:",
        "      repositoryName: team/api",
        "      policyText: |",
        ...lines(part).map((line) => `        ${line}`),
        "",
      ]; // prettier-ignore
      const [after] = readPrograms(treeOf({ "Pulumi.yaml": yaml.join("\n") }), () => true).declared;
      assert.ok(after);
      const [found] = reviewOf({ after }).findings.filter(({ message }) => says.test(message));
      assert.deepEqual([found?.ruleId, found?.file, found?.line], ["ECR-A1", "Pulumi.yaml", 11]);
    });
  });
}

test("a source outside the project, such as the engine's own in Go, is no place of a program", () => {
  const at = (position: string) => sourceOf("prod", position).file;
  assert.equal(at("project:///index.ts#12,3"), "index.ts");
  assert.equal(
    at("project:///../../usr/lib/pkg/mod/github.com/pulumi/pulumi/sdk/v3@v3.274.1/go/pulumi/run.go#1,2"),
    undefined,
  );
  assert.equal(at("project:///%2e%2e/run.go#1"), undefined);
});
