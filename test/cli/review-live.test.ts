/** `pulumi-ecr review` with `--live` and `--images live`, as a user runs it: a preview or plan in, the emulator as what AWS has. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import type { ReviewReport } from "../../provider/review/report.ts";
import { clientOf, emptyIndex, manifestType, pushImage } from "../harness/registry.ts";

const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-live-"));
const command = join(import.meta.dirname, "../../bin/pulumi-ecr");
let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.reset();
  write("CreateRepository", { repositoryName: "team/api" });
});
after(() => {
  emulator.close();
  rmSync(folder, { recursive: true });
});

const write = (operation: string, input: Record<string, unknown>) => emulator.asForeigner({ operation, input });

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function review(args: string[], endpoint = emulator.url): Promise<Run> {
  const env = { PATH: process.env["PATH"] ?? "", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "x" };
  const all = ["review", "--format", "json", "--region", "us-east-1", "--endpoint", endpoint, ...args];
  return new Promise((resolve) =>
    execFile(process.execPath, [command, ...all], { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    ),
  );
}

async function reportOf(...args: string[]): Promise<ReviewReport> {
  const { code, stdout, stderr } = await review(args);
  assert.notEqual(code, 1, stderr);
  assert.equal(stderr, "");
  return JSON.parse(stdout) as ReviewReport;
}

const policyOf = (...accounts: string[]) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: accounts }, Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
  ],
});
const setPolicy = (...accounts: string[]) =>
  write("SetRepositoryPolicy", { repositoryName: "team/api", policyText: JSON.stringify(policyOf(...accounts)) });
const [known, declared, stranger] = ["111111111111", "222222222222", "333333333333"] as const;

const urn = (type: string) => `urn:pulumi:dev::project::ecr:index:${type}::res`;
function step(op: string, type: string, old?: object, now?: object) {
  const state = (inputs: object) => ({ urn: urn(type), type: `ecr:index:${type}`, custom: true, inputs, outputs: {} });
  return {
    op,
    urn: urn(type),
    ...(old ? { oldState: state(old) } : {}),
    ...(now ? { newState: state(now) } : {}),
  };
}
const document = (...accounts: string[]) => ({ repositoryName: "team/api", policyText: policyOf(...accounts) });
const preview = (...steps: object[]) => file("preview.json", { steps });
const told = ({ access: { gains, losses } }: ReviewReport) => [
  ...gains.map(({ principal }) => `+ ${principal}`),
  ...losses.map(({ principal }) => `- ${principal}`),
];

test("what a preview changes is compared with what is live, not with what was recorded", async () => {
  setPolicy(known, stranger);
  const change = ["--preview", preview(step("update", "RepositoryPolicy", document(known), document(known, declared)))];
  assert.deepEqual(told(await reportOf(...change)), [`+ account ${declared}`]);
  assert.deepEqual(told(await reportOf(...change, "--live")), [`+ account ${declared}`, `- account ${stranger}`]);
});

test("a policy that is new to the stack may be there, and one that is recorded may be gone", async () => {
  setPolicy(known);
  const created = await reportOf(
    "--live",
    "--preview",
    preview(step("create", "RepositoryPolicy", undefined, document(known, declared))),
  );
  assert.deepEqual(told(created), [`+ account ${declared}`]);
  assert.equal(created.changes[0]?.change, "changed");
  write("DeleteRepositoryPolicy", { repositoryName: "team/api" });
  const updated = await reportOf(
    "--live",
    "--preview",
    preview(step("update", "RepositoryPolicy", document(known), document(known, declared))),
  );
  assert.deepEqual(told(updated), [`+ account ${known}`, `+ account ${declared}`]);
  assert.equal(updated.changes[0]?.change, "added");
  write("DeleteRepository", { repositoryName: "team/api" });
  const whole = await reportOf(
    "--live",
    "--preview",
    preview(step("create", "RepositoryPolicy", undefined, document(known))),
  );
  assert.deepEqual(told(whole), [`+ account ${known}`]);
});

test("a policy that goes is told by what it allows now", async () => {
  setPolicy(stranger);
  const report = await reportOf("--live", "--preview", preview(step("delete", "RepositoryPolicy", document(known))));
  assert.deepEqual(told(report), [`- account ${stranger}`]);
});

test("what AWS has rewritten and means the same is no change", async () => {
  setPolicy(known, declared);
  const same = step("update", "RepositoryPolicy", document(known), document(declared, known));
  const report = await reportOf("--live", "--preview", preview(same));
  assert.deepEqual(told(report), []);
  assert.equal(report.verdict, "clean");
});

test("the registry's policy and Terraform's plans are looked up as well", async () => {
  const grant = (account: string) => ({
    Version: "2012-10-17",
    Statement: [
      { Sid: "r", Effect: "Allow", Principal: { AWS: account }, Action: "ecr:ReplicateImage", Resource: "*" },
    ],
  });
  write("PutRegistryPolicy", { policyText: JSON.stringify(grant(stranger)) });
  const change = step("update", "RegistryPolicy", { policyText: grant(known) }, { policyText: grant(declared) });
  assert.deepEqual(told(await reportOf("--live", "--preview", preview(change))), [
    `+ account ${declared}`,
    `- account ${stranger}`,
  ]);
  setPolicy(stranger);
  const plan = {
    format_version: "1.2",
    resource_changes: [
      {
        address: "aws_ecr_repository_policy.a",
        mode: "managed",
        type: "aws_ecr_repository_policy",
        change: {
          actions: ["create"],
          before: null,
          after: { repository: "team/api", policy: JSON.stringify(policyOf(known)) },
          after_unknown: {},
          before_sensitive: false,
          after_sensitive: {},
        },
      },
    ],
  };
  assert.deepEqual(told(await reportOf("--live", "--plan", file("plan.json", plan))), [
    `+ account ${known}`,
    `- account ${stranger}`,
  ]);
});

test("what may not be read, and a registry that cannot be reached, are errors that say what to do", async () => {
  setPolicy(known);
  const change = [
    "--live",
    "--preview",
    preview(step("update", "RepositoryPolicy", document(known), document(declared))),
  ];
  emulator.addFaults([{ operation: "GetRepositoryPolicy", kind: "deny" }]);
  const denied = await review(change);
  assert.deepEqual([denied.code, denied.stdout], [1, ""]);
  assert.match(
    denied.stderr,
    /reading what is live of urn:.*RepositoryPolicy::res: .*AccessDenied.*ecr:GetRepositoryPolicy.*; allow that, or review without/,
  );
  const nowhere = await review(change, "http://127.0.0.1:9");
  assert.deepEqual([nowhere.code, nowhere.stdout], [1, ""]);
  assert.match(nowhere.stderr, /could not reach ECR at http:\/\/127\.0\.0\.1:9\/?: .*check the endpoint/);
});

function keep(countNumber: number) {
  const selection = { tagStatus: "any", countType: "imageCountMoreThan", countNumber };
  return { rules: [{ rulePriority: 1, selection, action: { type: "expire" } }] };
}

/** Three images, a minute apart. */
async function fill(): Promise<void> {
  const ecr = clientOf(emulator);
  for (const tag of ["v1", "v2", "v3"]) {
    await pushImage(ecr, "team/api", tag, tag);
    emulator.clock.advance(60);
  }
}

test("live images show what a lifecycle policy would take, of a preview and of documents, and nothing is written", async () => {
  await fill();
  emulator.clearJournal();
  const policies = (count: number) => ({ repositoryName: "team/api", lifecyclePolicyText: keep(count) });
  const change = preview(step("update", "LifecyclePolicy", policies(3), policies(1)));
  const sides = ["--before", file("three.json", keep(3)), "--after", file("one.json", keep(1))];
  for (const args of [
    ["--preview", change],
    ["--kind", "lifecycle-policy", "--repository", "team/api", ...sides],
  ]) {
    const { images } = await reportOf(...args, "--images", "live");
    assert.deepEqual(
      images.map(({ repository, images, newlyExpired }) => [
        repository,
        images,
        newlyExpired.flatMap((one) => one.imageTags).sort(),
      ]),
      [["team/api", 3, ["v1", "v2"]]],
    );
  }
  const operations = new Set(emulator.journal().map(({ operation }) => operation));
  assert.ok(
    [...operations].every((name) => /^(Describe|Get|List|BatchGet)/.test(name)),
    [...operations].join(),
  );
});

test("images that a manifest list names are known, so that a rule on untagged images takes only the others", async () => {
  const ecr = clientOf(emulator);
  const [child, stray] = [
    await pushImage(ecr, "team/api", undefined, "child"),
    await pushImage(ecr, "team/api", undefined, "stray"),
  ];
  const manifests = [{ mediaType: manifestType, digest: child, size: 1 }];
  const imageManifest = JSON.stringify({ ...JSON.parse(emptyIndex("list")), manifests });
  write("PutImage", { repositoryName: "team/api", imageTag: "list", imageManifest });
  const selection = { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 1 };
  const untagged = file("untagged.json", { rules: [{ rulePriority: 1, selection, action: { type: "expire" } }] });
  const args = ["--kind", "lifecycle-policy", "--repository", "team/api", "--images", "live", "--at", "+30d"];
  const { images } = await reportOf(...args, "--after", untagged);
  assert.deepEqual(
    images.flatMap(({ newlyExpired }) => newlyExpired.map(({ imageDigest }) => imageDigest)),
    [stray],
  );
});

test("a lifecycle policy of a repository that is not there yet is judged without images", async () => {
  const inputs = { repositoryName: "team/new", lifecyclePolicyText: keep(1) };
  const report = await reportOf(
    "--images",
    "live",
    "--preview",
    preview(step("create", "LifecyclePolicy", undefined, inputs)),
  );
  assert.deepEqual(report.images, []);
});
