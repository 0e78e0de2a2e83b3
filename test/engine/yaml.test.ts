/** The main job on the real engine, against the emulator: what a user of YAML programs sees. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { createProject, type Project } from "./engine.ts";
import { exclusion, lifecycle, pullPolicy, scanning, yamlProgram } from "./program.ts";

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, yamlProgram());
});
after(async () => {
  project.remove();
  await emulator.close();
});

const writes = () =>
  emulator
    .journal()
    .filter(({ operation }) => !/^(Describe|Get|List)/.test(operation))
    .map(({ operation }) => operation);

test("up creates every resource, each with one write", async () => {
  const preview = await project.ok("preview");
  assert.match(preview.stdout, /\+ 15 to create/);
  assert.deepEqual(writes(), [], "a preview writes nothing");
  await project.ok("up", "--yes");
  assert.deepEqual(writes().sort(), [
    "CreatePullThroughCacheRule",
    "CreateRepository",
    "CreateRepository",
    "CreateRepositoryCreationTemplate",
    "PutAccountSetting",
    "PutImageScanningConfiguration",
    "PutLifecyclePolicy",
    "PutRegistryPolicy",
    "PutRegistryScanningConfiguration",
    "PutReplicationConfiguration",
    "PutSigningConfiguration",
    "RegisterPullTimeUpdateExclusion",
    "SetRepositoryPolicy",
    "TagResource",
  ]);
});

test("a second up, a preview and a refresh change nothing", async () => {
  emulator.clearJournal();
  await project.ok("up", "--yes", "--expect-no-changes");
  await project.ok("preview", "--expect-no-changes");
  await project.ok("refresh", "--preview-only", "--expect-no-changes");
  await project.ok("refresh", "--yes", "--expect-no-changes");
  assert.deepEqual(writes(), []);
});

test("a cosmetic rewrite of every document is no drift and no change", async () => {
  const cosmetic = {
    policy: {
      policyText: JSON.stringify({
        Statement: { ...pullPolicy.Statement[0], Action: ["ecr:getdownloadurlforlayer", "ecr:BatchGetImage"] },
        Version: "2012-10-17",
      }),
    },
    lifecycle: { lifecyclePolicyText: lifecycle },
  };
  project.write(yamlProgram(cosmetic));
  await project.ok("preview", "--expect-no-changes");
  project.write(yamlProgram());
});

test("a real drift of each resource is shown by refresh and repaired by up", async () => {
  const arn = "arn:aws:ecr:us-east-1:123456789012:repository/team";
  for (const [operation, input] of [
    [
      "PutImageScanningConfiguration",
      { repositoryName: "team/other", imageScanningConfiguration: { scanOnPush: false } },
    ],
    ["TagResource", { resourceArn: `${arn}/app`, tags: [{ Key: "team", Value: "x" }] }],
    ["TagResource", { resourceArn: `${arn}/other`, tags: [{ Key: "owner", Value: "x" }] }],
    [
      "SetRepositoryPolicy",
      {
        repositoryName: "team/app",
        policyText: JSON.stringify({ Statement: [{ ...pullPolicy.Statement[0], Principal: "*" }] }),
      },
    ],
    ["DeleteLifecyclePolicy", { repositoryName: "team/app" }],
    [
      "PutReplicationConfiguration",
      {
        replicationConfiguration: { rules: [{ destinations: [{ region: "eu-west-2", registryId: "111111111111" }] }] },
      },
    ],
    ["DeleteRegistryPolicy", {}],
    ["PutRegistryScanningConfiguration", { scanType: "ENHANCED", rules: [] }],
    ["DeleteSigningConfiguration", {}],
    ["DeletePullThroughCacheRule", { ecrRepositoryPrefix: "mirror" }],
    ["UpdateRepositoryCreationTemplate", { prefix: "mirror", imageTagMutability: "MUTABLE", lifecyclePolicy: "" }],
    ["DeregisterPullTimeUpdateExclusion", exclusion],
    ["PutAccountSetting", { name: "BLOB_MOUNTING", value: "ENABLED" }],
  ] as const) {
    emulator.asForeigner({ operation, input });
  }
  const drift = await project.run("refresh", "--preview-only", "--expect-no-changes", "--diff");
  assert.notEqual(drift.code, 0, drift.output);
  for (const word of [
    "ecr:index:ScanningConfig",
    "ecr:index:Tags",
    "ecr:index:RepositoryPolicy",
    "ecr:index:LifecyclePolicy",
    "ecr:index:ReplicationConfiguration",
    "ecr:index:RegistryPolicy",
    "ecr:index:RegistryScanningConfiguration",
    "ecr:index:SigningConfiguration",
    "ecr:index:PullThroughCacheRule",
    "ecr:index:RepositoryCreationTemplate",
    "ecr:index:PullTimeUpdateExclusion",
    "ecr:index:AccountSetting",
    "ecr:index:Repository::app",
  ]) {
    assert.ok(drift.stdout.includes(word), `${word} must be in:\n${drift.stdout}`);
  }
  await project.ok("refresh", "--yes");
  await project.ok("up", "--yes");
  await project.ok("preview", "--expect-no-changes");
  await project.ok("refresh", "--preview-only", "--expect-no-changes");
});

test("a changed policy says in the preview who gains and loses access, and what changes statement by statement", async () => {
  project.write(
    yamlProgram({
      policy: {
        policyText: {
          ...pullPolicy,
          Statement: [{ ...pullPolicy.Statement[0], Principal: { AWS: ["111111111111", "333333333333"] } }],
        },
      },
    }),
  );
  const { stdout } = await project.ok("preview");
  assert.ok(stdout.includes('statement "pull": Principal.AWS gained 333333333333'), stdout);
  assert.ok(stdout.includes('statement "pull": Principal.AWS lost 222222222222'), stdout);
  assert.match(stdout, /\+ account 333333333333 can now pull from team\/app \(statement 1 "pull"/);
  assert.match(stdout, /- account 222222222222 can no longer pull from team\/app/);
  assert.match(stdout, /warning: outside the registry's account:\s+account 333333333333 can now pull/);
  project.write(yamlProgram());
});

test("a preview warns before Amazon Inspector is switched on", async () => {
  project.write(yamlProgram({ scanners: { ...scanning, scanType: "ENHANCED" } }));
  const { stdout } = await project.ok("preview");
  assert.match(stdout, /warning: this switches Amazon Inspector on for the registry/);
  project.write(yamlProgram());
});

test("a repository that holds images is not destroyed, and the error says how many and what to do", async () => {
  emulator.asForeigner({
    operation: "PutImage",
    input: {
      repositoryName: "team/app",
      imageTag: "v1",
      imageManifest: '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}',
    },
  });
  const refused = await project.run("destroy", "--yes");
  assert.notEqual(refused.code, 0);
  assert.match(refused.output, /it still holds 1 image; set forceDelete/);
  assert.equal(emulator.state()[0]?.repositories["team/app"]?.images.length, 1, "the image is still there");
});

test("destroy with the repository named in the environment of the run leaves nothing", async () => {
  const forced = { ...project, env: project.env };
  Object.assign(project.env, { PULUMI_ECR_FORCE_DELETE: "team/app" });
  await forced.ok("destroy", "--yes");
  assert.deepEqual(emulator.state(), []);
});
