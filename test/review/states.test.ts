/** States of real programs as inputs of `review` and `explain`. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ReviewReport } from "../../provider/review/report.ts";

const root = join(import.meta.dirname, "../..");
const states = join(root, "test/testdata/states");
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-states-"));
after(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  return spawnSync(process.execPath, [join(root, "provider/cli/main.ts"), ...args], { encoding: "utf8" });
}

function reportOf(...args: string[]): ReviewReport {
  const { stdout, stderr } = run("review", "--format", "json", "--at", "2026-06-01T00:00:00Z", ...args);
  assert.equal(stderr, "");
  return JSON.parse(stdout) as ReviewReport;
}

interface State {
  urn: string;
  type: string;
  custom?: boolean;
  inputs?: Record<string, unknown>;
}
const resourcesOf = (name: string): State[] =>
  JSON.parse(readFileSync(join(states, `${name}.json`), "utf8")).deployment.resources;
const file = (name: string, content: unknown) => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const changesOf = ({ changes }: ReviewReport) =>
  changes.map(({ resource, change }) => `${resource.split("::").at(-1)} ${change}`).sort();

const components = join(states, "nodejs-components.json");
const preview = join(states, "nodejs-components.preview.json");

test("what a preview leaves out is the same, as the export has it", () => {
  const report = reportOf("--preview", preview, "--export", components);
  assert.deepEqual([report.changes, report.findings, report.verdict], [[], [], "clean"]);
});

test("of a preview with an export only what a step names is changed or removed", () => {
  const resources = resourcesOf("nodejs-components");
  const named = (name: string) => resources.find(({ urn }) => urn.endsWith(`::${name}`)) as State;
  const [policy, life] = [named("beta-policy"), named("alpha-life2")];
  const same = JSON.parse(readFileSync(preview, "utf8")).steps;
  const steps = [
    ...same,
    { op: "delete", urn: policy.urn, oldState: policy },
    {
      op: "update",
      urn: life.urn,
      oldState: life,
      newState: { ...life, inputs: { ...life.inputs, lifecyclePolicyText: { rules: [] } } },
    },
  ];
  const report = reportOf("--preview", file("two.json", { steps }), "--export", components);
  assert.deepEqual(changesOf(report), ["alpha-life2 changed", "beta-policy removed"]);
});

test("a preview alone is the whole stack only if its summary counts no more that stays the same than it shows", () => {
  const repository = resourcesOf("go").find(({ type }) => type === "ecr:index:Repository") as State;
  const step = { op: "create", urn: repository.urn, newState: repository };
  const rulesOf = (changeSummary: object) =>
    reportOf("--preview", file("alone.json", { steps: [step], changeSummary })).findings.map(({ ruleId }) => ruleId);
  assert.ok(rulesOf({ create: 1 }).includes("ECR-D5"), "nothing else is there, so there is no lifecycle policy");
  assert.ok(!rulesOf({ create: 1, same: 3 }).includes("ECR-D5"), "one of three that are left out may be its policy");
});

test("a resource of an export that cannot be read makes the review incomplete", () => {
  const text = readFileSync(components, "utf8").replace('"resources": [', '"resources": [7, ');
  const broken = file("broken.json", text);
  const report = reportOf("--preview", preview, "--export", broken);
  assert.deepEqual(
    report.notRead.map(({ reason }) => reason.slice(reason.lastIndexOf(": ") + 2)),
    ["resource 0 does not have the form of a resource and was left out"],
  );
  assert.equal(run("review", "--preview", preview, "--export", broken).status, 3);
});

for (const name of ["go", "nodejs-components", "nodejs-providers", "aws"]) {
  test(`the state ${name} is read whole by a review of stacks, and is the same as itself`, () => {
    const path = join(states, `${name}.json`);
    const same = reportOf("--kind", "stack", "--before", path, "--after", path);
    assert.deepEqual([same.changes, same.notRead], [[], []]);
    const all = reportOf("--kind", "stack", "--after", path);
    const declared = resourcesOf(name)
      .filter(({ type, custom }) => custom && /^(aws:)?ecr[:/]/.test(type))
      .map(({ urn }) => `${urn.split("::").at(-1)} added`);
    assert.deepEqual(changesOf(all), declared.sort());
    assert.deepEqual(all.notRead, []);
  });

  test(`each policy in the state ${name} is explained`, () => {
    const documents = resourcesOf(name).flatMap(({ type, inputs = {} }) =>
      ["policyText", "policy", "lifecyclePolicyText"].flatMap((property) =>
        inputs[property] === undefined ? [] : [{ type, document: inputs[property] }],
      ),
    );
    for (const { type, document } of documents) {
      const { status, stdout, stderr } = run("explain", file("document.json", document));
      assert.deepEqual([status, stderr], [0, ""], type);
      assert.match(stdout, /LifecyclePolicy$/.test(type) ? /^Rule 1: / : /account \d{12} can /, type);
    }
  });
}
