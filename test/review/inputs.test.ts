/** Previews, plans, exports and programs as inputs of the command; who may be named in them, and what they may cost. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readPrograms } from "../../provider/declared/program/read.ts";
import type { ReviewReport } from "../../provider/review/report.ts";
import { treeOf } from "../declared/program/tree.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-inputs-"));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function run(...args: string[]) {
  const command = [join(root, "provider/cli/main.ts"), "review", "--at", "2026-06-01T00:00:00Z", ...args];
  return spawnSync(process.execPath, command, { encoding: "utf8", maxBuffer: 1 << 28 });
}

function reportOf(...args: string[]): ReviewReport {
  const { stdout, stderr } = run("--format", "json", ...args);
  assert.equal(stderr, "");
  return JSON.parse(stdout) as ReviewReport;
}

const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const policy = (...accounts: string[]) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: accounts }, Action: pull }],
});
const urn = (type: string, name: string, stack = "dev") => `urn:pulumi:${stack}::project::${type}::${name}`;
const state = (type: string, name: string, inputs: unknown, stack = "dev") => ({
  urn: urn(type, name, stack),
  type,
  custom: true,
  inputs,
  outputs: {},
});
const step = (op: string, type: string, name: string, before?: unknown, now?: unknown, stack = "dev") => ({
  op,
  urn: urn(type, name, stack),
  ...(before === undefined ? {} : { oldState: state(type, name, before, stack) }),
  ...(now === undefined ? {} : { newState: state(type, name, now, stack) }),
});
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const gainsOf = ({ access }: ReviewReport) =>
  access.gains.map(({ principal, capability, resource }) => `${principal} ${capability} ${resource}`);

const [one, two] = [policy("111111111111"), policy("111111111111", "222222222222")];
const previews: Readonly<Record<string, unknown[]>> = {
  "this provider, as text": [
    step(
      "update",
      "ecr:index:RepositoryPolicy",
      "p",
      { repositoryName: "team/api", policyText: JSON.stringify(one) },
      { repositoryName: "team/api", policyText: JSON.stringify(two) },
    ),
  ],
  "this provider, as an object": [
    step(
      "update",
      "ecr:index:RepositoryPolicy",
      "p",
      { repositoryName: "team/api", policyText: one },
      { repositoryName: "team/api", policyText: two },
    ),
  ],
  "Pulumi's AWS provider": [
    step(
      "update",
      "aws:ecr/repositoryPolicy:RepositoryPolicy",
      "p",
      { repository: "team/api", policy: JSON.stringify(one), __defaults: [] },
      { repository: "team/api", policy: JSON.stringify(two), __defaults: [] },
    ),
  ],
  "Cloud Control, inside the repository": [
    step(
      "update",
      "aws-native:ecr:Repository",
      "r",
      { repositoryName: "team/api", repositoryPolicyText: one },
      { repositoryName: "team/api", repositoryPolicyText: two },
    ),
  ],
};
for (const [name, steps] of Object.entries(previews)) {
  test(`a preview of ${name} tells who gains what`, () => {
    const report = reportOf("--preview", file("preview.json", { steps }));
    assert.deepEqual(gainsOf(report), ["account 222222222222 pull team/api"]);
    assert.equal(report.verdict, "blocked");
    assert.equal(report.stack, "dev");
    assert.ok(report.findings.every(({ resource }) => resource.startsWith("urn:pulumi:dev::")));
  });
}

test("a plan of Terraform tells who gains what, and what it does not know is undecided", () => {
  const change = (address: string, after: object, unknowns: object) => ({
    address,
    mode: "managed",
    type: "aws_ecr_repository_policy",
    change: {
      actions: ["update"],
      before: { repository: "team/api", policy: JSON.stringify(one), registry_id: "1" },
      after,
      after_unknown: unknowns,
      before_sensitive: {},
      after_sensitive: {},
    },
  });
  const plan = {
    format_version: "1.2",
    resource_changes: [
      change("aws_ecr_repository_policy.a", { repository: "team/api", policy: JSON.stringify(two) }, {}),
      change("aws_ecr_repository_policy.b", { repository: "team/web" }, { policy: true }),
    ],
  };
  const report = reportOf("--plan", file("plan.json", plan));
  assert.deepEqual(gainsOf(report), ["account 222222222222 pull team/api"]);
  assert.deepEqual(
    report.access.undecided.map(({ subject, reasons }) => [subject, ...reasons]),
    [["aws_ecr_repository_policy.b", "the policy is not known yet"]],
  );
  const other = run("--plan", file("plan2.json", { format_version: "2.0", resource_changes: [] }));
  assert.equal(other.status, 1);
  assert.match(other.stderr, /format_version/);
});

test("what is secret or not known yet is undecided, and never equal", () => {
  for (const hidden of [
    "[secret]",
    unknownText,
    { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" },
  ]) {
    const inputs = { repositoryName: "team/api", policyText: hidden };
    const steps = [step("update", "ecr:index:RepositoryPolicy", "p", inputs, inputs)];
    const path = file("secret.json", { steps });
    assert.equal(reportOf("--preview", path).access.relation, "undecided");
    assert.equal(run("--preview", path).status, 3);
    assert.equal(run("--preview", path, "--undecided", "fail").status, 2);
  }
  const part = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: [unknownText] }, Action: pull }],
  };
  const steps = [
    step("create", "ecr:index:RepositoryPolicy", "p", undefined, { repositoryName: "a", policyText: part }),
  ];
  const { access } = reportOf("--preview", file("part.json", { steps }));
  assert.equal(access.relation, "undecided");
  assert.match(access.undecided[0]?.reasons[0] ?? "", /Principal/);
});

test("a replaced repository and a removed policy are told", () => {
  const repository = (name: string) => ({ repositoryName: name, imageTagMutability: "IMMUTABLE" });
  const steps = [
    step("create-replacement", "ecr:index:Repository", "r", repository("a"), repository("b")),
    step("replace", "ecr:index:Repository", "r", repository("a"), repository("b")),
    step("delete-replaced", "ecr:index:Repository", "r", repository("a")),
    step("delete", "ecr:index:RepositoryPolicy", "p", { repositoryName: "c", policyText: one }),
  ];
  const report = reportOf("--preview", file("replace.json", { steps }));
  assert.deepEqual(
    report.changes.map(({ kind, change }) => `${kind} ${change}`),
    ["Repository replaced", "RepositoryPolicy removed"],
  );
  assert.deepEqual(
    report.findings.filter(({ ruleId }) => ruleId === "ECR-C4").map(({ resource }) => resource.split("::")[2]),
    ["ecr:index:Repository", "ecr:index:RepositoryPolicy"],
  );
});

test("a preview of another stack, or of two, is refused by name", () => {
  const inputs = { repositoryName: "a", policyText: one };
  const steps = [step("same", "ecr:index:RepositoryPolicy", "p", inputs, inputs, "prod")];
  const path = file("stack.json", { steps });
  const { status, stdout, stderr } = run("--preview", path, "--stack", "acme/project/dev");
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /stack "prod", expected is "dev"/);
  assert.equal(run("--preview", path, "--stack", "prod").status, 0);
  const both = file("stacks.json", { steps: [...steps, step("same", "a:b:C", "x", {}, {}, "dev")] });
  assert.equal(run("--preview", both).status, 1);
});

test("an export says what is before, and two exports are a change", () => {
  const exported = (policyText: unknown) => ({
    version: 3,
    deployment: { resources: [state("ecr:index:RepositoryPolicy", "p", { repositoryName: "team/api", policyText })] },
  });
  const [before, now] = [file("before.json", exported(one)), file("after.json", exported(two))];
  const report = reportOf("--kind", "stack", "--before", before, "--after", now);
  assert.deepEqual(gainsOf(report), ["account 222222222222 pull team/api"]);
  const inputs = { repositoryName: "team/api", policyText: two };
  const preview = file("same.json", { steps: [step("same", "ecr:index:RepositoryPolicy", "p", inputs, inputs)] });
  assert.deepEqual(gainsOf(reportOf("--preview", preview)), []);
  assert.deepEqual(gainsOf(reportOf("--preview", preview, "--export", before)), ["account 222222222222 pull team/api"]);
});

test("a preview or plan that does not tell everything is incomplete, never clean", () => {
  const big = { ...step("create", "ecr:index:Repository", "p"), padding: "x".repeat(9 * 1024 * 1024) };
  for (const [option, content, reason] of [
    ["--preview", { steps: [[[]]] }, /its step 0 is none that is known/],
    ["--preview", { steps: [big] }, /its step 0 is too large/],
    ["--preview", { steps: [], diagnostics: [{ severity: "error", message: "x" }] }, /failed in it/],
    ["--preview", { steps: [], maybeCorrupt: true }, /may be corrupt/],
    ["--plan", { format_version: "1.2", resource_changes: [1] }, /its change 0 is none that is known/],
    ["--plan", { format_version: "1.2", planned_values: {}, errored: true }, /Terraform failed in it/],
    ["--plan", { format_version: "1.2", planned_values: {}, complete: false }, /not complete/],
  ] as const) {
    const path = file("partial.json", content);
    const { status, stdout } = run(option, path);
    assert.equal(status, 3, String(reason));
    assert.match(stdout, reason);
    assert.equal(run(option, path, "--undecided", "fail").status, 2);
  }
  const sound = file("sound.json", { steps: [], diagnostics: [{ severity: "warning" }], maybeCorrupt: false });
  assert.equal(run("--preview", sound).status, 0);
});

test("a program in YAML with a property that does not exist is found where it is written", () => {
  const text =
    "runtime: yaml\nresources:\n  p:\n    type: ecr:RepositoryPolicy\n    properties:\n      repositoryname: team/api\n";
  const { declared } = readPrograms(treeOf({ "Pulumi.yaml": text }), () => true);
  const message = "repositoryname is no property of ecr:RepositoryPolicy; did you mean repositoryName?";
  assert.deepEqual(declared[0]?.flaws, [{ ruleId: "ECR-A2", level: "error", path: [], message, line: 6, column: 23 }]);
});

test("a configuration decides levels and suppressions", () => {
  const document = file("open.json", policy("*"));
  const with_ = (text: string) => reportOf("--config", file("review.yaml", text), "--fail-on", "warning", document);
  assert.equal(with_("account: '123456789012'").verdict, "blocked");
  assert.equal(with_("levels: {ECR-B1: note, ECR-B5: 'off'}").verdict, "clean");
  const accepted = with_("suppressions:\n  - {rule: ECR-B1, reason: a demo, until: 2026-06-01}");
  assert.deepEqual([accepted.verdict, accepted.summary.suppressed], ["clean", 1]);
  const over = with_("suppressions:\n  - {rule: ECR-B1, reason: a demo, until: 2026-05-31}");
  assert.equal(over.verdict, "blocked");
  assert.match(over.notes[0] ?? "", /ended on 2026-05-31/);
});

test("a policy that a deployment moves to another repository gives there what it allows, and takes it away where it was", () => {
  const type = "ecr:index:RepositoryPolicy";
  const inputs = (repositoryName: string) => ({ repositoryName, policyText: policy("222222222222") });
  const states = { oldState: state(type, "p", inputs("team/old")), newState: state(type, "p", inputs("team/new")) };
  const steps = [
    { op: "create-replacement", urn: urn(type, "p"), ...states },
    { op: "replace", urn: urn(type, "p"), ...states },
    { op: "delete-replaced", urn: urn(type, "p"), oldState: states.oldState },
  ];
  const report = reportOf("--preview", file("moved.json", { steps }), "--account", "999999999999");
  assert.equal(report.verdict, "blocked");
  assert.deepEqual(gainsOf(report), ["account 222222222222 pull team/new"]);
  assert.deepEqual(
    report.access.losses.map(({ principal, resource }) => `${principal} ${resource}`),
    ["account 222222222222 team/old"],
  );
});
