/** What is wrong with the text of a document has its line and column, wherever the document is written. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { documentAt } from "../../provider/cli/commands/review/inputs/documents.ts";
import { runReview } from "../../provider/cli/commands/review/run.ts";
import { readPrograms } from "../../provider/declared/program/read.ts";
import { writtenIn } from "../../provider/declared/program/written-at.ts";
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
  assert.equal(at("project:///go/pkg/mod/github.com/pulumi/pulumi-yaml@v1.38.0/pkg/pulumiyaml/run.go#1"), undefined);
});

const program = (resources: readonly string[]) =>
  `${["name: shop", "runtime: yaml", "resources:", ...resources.map((line) => `  ${line}`)].join("\n")}\n`;
const policyAt = (principal: string) => [
  "open:",
  "  type: ecr:RepositoryPolicy",
  "  properties:",
  "    repositoryName: team/api",
  "    policyText:",
  "      Version: 2012-10-17",
  "      Statement:",
  "        - Effect: Allow",
  `          Principal: "${principal}"`,
  "          Action: ecr:BatchGetImage",
];

test("a preview of a program in YAML points to the part of the program, in the folder that --program names or the only one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-places-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.invalid", ...args], {
      stdio: "pipe",
    });
  const commit = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    git("add", "-A");
    git("commit", "-q", "-m", "c");
  };
  git("init", "-q", "-b", "main");
  commit({ "README.md": "", "infra/Pulumi.yaml": program(["none: {}"]) });
  git("checkout", "-q", "-b", "feature");
  commit({ "infra/Pulumi.yaml": program(policyAt("*")) });
  const statement = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };
  const newState = {
    urn: "urn:pulumi:dev::shop::ecr:index:RepositoryPolicy::open",
    type: "ecr:index:RepositoryPolicy",
    custom: true,
    inputs: { repositoryName: "team/api", policyText: { Version: "2012-10-17", Statement: [statement] } },
    sourcePosition: "project:///../../go/pkg/mod/github.com/pulumi/pulumi-yaml/run.go#1",
  };
  const preview = join(folder, "preview.json");
  writeFileSync(
    preview,
    JSON.stringify({ steps: [{ op: "create", urn: newState.urn, newState }], changeSummary: { create: 1 } }),
  );
  for (const folders of [[], ["infra"]]) {
    const { report } = await runReview([], {
      ...{ kind: "stack", repo: folder, base: "main", head: "feature", configFrom: "base", undecided: "pass" },
      ...{ preview: [preview], program: folders, account: "999999999999", trust: [] },
    });
    const [found] = report.findings.filter(({ ruleId, resource }) => ruleId === "ECR-B1" && resource === newState.urn);
    assert.deepEqual([found?.file, found?.line, found?.column], ["infra/Pulumi.yaml", 11, 13]);
  }
  rmSync(folder, { recursive: true });
});

test("only the resource of the same project, kind, name and place in the tree has its place in a program", () => {
  const files = {
    "Pulumi.yaml": program([...policyAt("*"), "child:", "  type: ecr:Repository", "  options: {parent: x}"]),
  };
  const { declared } = readPrograms(treeOf(files), () => true);
  const at = (kind: string, urn: string) =>
    writtenIn(declared, undefined)({ kind, name: "x", urn, properties: {} }).file;
  assert.equal(at("RepositoryPolicy", "urn:pulumi:dev::shop::ecr:index:RepositoryPolicy::open"), "Pulumi.yaml");
  assert.equal(
    at("Repository", "urn:pulumi:dev::shop::ecr:index:RepositoryPolicy$ecr:index:Repository::child"),
    "Pulumi.yaml",
  );
  for (const [kind, urn] of [
    ["Repository", "urn:pulumi:dev::shop::ecr:index:Repository::open"],
    ["RepositoryPolicy", "urn:pulumi:dev::other::ecr:index:RepositoryPolicy::open"],
    ["RepositoryPolicy", "urn:pulumi:dev::shop::ecr:index:RepositoryPolicy::other"],
    ["RepositoryPolicy", "urn:pulumi:dev::shop::my:index:Component$ecr:index:RepositoryPolicy::open"],
  ] as const)
    assert.equal(at(kind, urn), undefined, urn);
});

test("what a preview of another language says of its place is below the folder of its program", () => {
  const one = {
    kind: "Repository",
    name: "x",
    urn: "urn:pulumi:dev::p::ecr:index:Repository::x",
    properties: {},
    file: "index.ts",
  };
  assert.equal(writtenIn([], "infra")(one).file, "infra/index.ts");
  assert.equal(writtenIn([], undefined)(one).file, "index.ts");
});
