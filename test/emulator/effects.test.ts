/** What the emulated ECR does by itself, seen through the AWS SDK. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import * as sdk from "@aws-sdk/client-ecr";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { clientOf, faultOf, pushArtifact, pushImage } from "../harness/registry.ts";
import { stateFile } from "../harness/state-file.ts";

const account = "123456789012";
const other = "111122223333";
let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
after(() => emulator.close());

const client = (region = "us-east-1", accessKeyId = "test") => clientOf(emulator, accessKeyId, region);

const create = (repositoryName: string, ecr = client()) =>
  ecr.send(new sdk.CreateRepositoryCommand({ repositoryName }));
const hours = (count: number) => emulator.clock.advance(count * 60 * 60);

test("a push makes a repository from the template with the longest prefix, and none without a template", async () => {
  const ecr = client();
  const template = (prefix: string, more: Partial<sdk.CreateRepositoryCreationTemplateCommandInput>) =>
    ecr.send(new sdk.CreateRepositoryCreationTemplateCommand({ prefix, appliedFor: ["CREATE_ON_PUSH"], ...more }));
  assert.equal(await faultOf(pushImage(ecr, "team/app", "v1", "v1")), "RepositoryNotFoundException");
  await template("team", { imageTagMutability: "IMMUTABLE" });
  await template("team/app", { appliedFor: ["REPLICATION"] });
  const policy = { Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }] };
  await template("team/deep", {
    repositoryPolicy: JSON.stringify(policy),
    resourceTags: [{ Key: "made", Value: "byItself" }],
    customRoleArn: `arn:aws:iam::${account}:role/creator`,
  });
  await pushImage(ecr, "team/app", "v1", "v1");
  await pushImage(ecr, "team/deep/x", "v1", "v1");
  assert.equal(await faultOf(pushImage(ecr, "teams/app", "v1", "v1")), "RepositoryNotFoundException");
  const { repositories = [] } = await ecr.send(new sdk.DescribeRepositoriesCommand({}));
  assert.deepEqual(
    repositories.map(({ repositoryName, imageTagMutability }) => [repositoryName, imageTagMutability]),
    [
      ["team/app", "IMMUTABLE"],
      ["team/deep/x", "MUTABLE"],
    ],
  );
  const { policyText } = await ecr.send(new sdk.GetRepositoryPolicyCommand({ repositoryName: "team/deep/x" }));
  assert.equal(JSON.parse(policyText ?? "").Statement[0].Action, "ecr:BatchGetImage");
  const { tags } = await ecr.send(
    new sdk.ListTagsForResourceCommand({ resourceArn: repositories[1]?.repositoryArn ?? "" }),
  );
  assert.deepEqual(tags, [{ Key: "made", Value: "byItself" }]);
  await template("ROOT", {});
  await pushImage(ecr, "elsewhere", "v1", "v1");
  await template("keyed", { resourceTags: [{ Key: "a", Value: "b" }] });
  assert.equal(await faultOf(pushImage(ecr, "keyed/app", "v1", "v1")), "ValidationException");
});

test("a repository that ECR makes is there at once, however late others are seen and deleted ones go", async () => {
  const ecr = client();
  await ecr.send(
    new sdk.CreateRepositoryCreationTemplateCommand({ prefix: "ROOT", appliedFor: ["CREATE_ON_PUSH", "REPLICATION"] }),
  );
  Object.assign(emulator.settings, { visibilityDelay: 60_000, deleteLag: 5 });
  await pushImage(ecr, "app", "v1");
  await ecr.send(new sdk.DeleteRepositoryCommand({ repositoryName: "app", force: true }));
  const digest = await pushImage(ecr, "app", "v2");
  const { imageDetails } = await ecr.send(new sdk.DescribeImagesCommand({ repositoryName: "app" }));
  assert.deepEqual(
    imageDetails?.map(({ imageDigest }) => imageDigest),
    [digest],
  );
});

test("images are scanned on push where the rules of the registry or the repository itself say so", async () => {
  const ecr = client();
  for (const name of ["team/ruled", "team/off", "own"]) await create(name);
  await ecr.send(
    new sdk.PutRegistryScanningConfigurationCommand({
      scanType: "BASIC",
      rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*/ruled", filterType: "WILDCARD" }] }],
    }),
  );
  await ecr.send(
    new sdk.PutImageScanningConfigurationCommand({
      repositoryName: "own",
      imageScanningConfiguration: { scanOnPush: true },
    }),
  );
  const imageId = { imageTag: "v1" };
  const seen: string[] = [];
  for (const repositoryName of ["team/ruled", "team/off", "own"]) {
    await pushImage(ecr, repositoryName, "v1", "v1");
    seen.push(await faultOf(ecr.send(new sdk.DescribeImageScanFindingsCommand({ repositoryName, imageId }))));
  }
  assert.deepEqual(seen, ["none", "ScanNotFoundException", "none"]);
  assert.equal(
    await faultOf(ecr.send(new sdk.StartImageScanCommand({ repositoryName: "own", imageId }))),
    "LimitExceededException",
  );
  hours(25);
  assert.equal(await faultOf(ecr.send(new sdk.StartImageScanCommand({ repositoryName: "own", imageId }))), "none");
});

test("a scan goes on with each read or with the clock, and ends as it was seeded", async () => {
  const ecr = client();
  await create("app");
  const repositoryName = "app";
  const status = async (imageTag: string) => {
    const input = { repositoryName, imageId: { imageTag }, maxResults: 1 };
    const { imageScanStatus, imageScanFindings } = await ecr.send(new sdk.DescribeImageScanFindingsCommand(input));
    return [imageScanStatus?.status, imageScanFindings?.findings?.length, imageScanFindings?.findingSeverityCounts];
  };
  emulator.seed({
    scans: [
      {
        repository: "app",
        findings: [
          { name: "CVE-1", severity: "HIGH" },
          { name: "CVE-2", severity: "LOW" },
        ],
      },
      { image: "endless", status: "IN_PROGRESS" },
      { image: "odd", status: "UNSUPPORTED_IMAGE", description: "no package manager" },
    ],
  });
  for (const imageTag of ["read", "clock", "endless", "odd"]) {
    await pushImage(ecr, repositoryName, imageTag, imageTag);
    await ecr.send(new sdk.StartImageScanCommand({ repositoryName, imageId: { imageTag } }));
  }
  assert.deepEqual(await status("read"), ["IN_PROGRESS", undefined, undefined]);
  assert.deepEqual(await status("read"), ["COMPLETE", 1, { HIGH: 1, LOW: 1 }]);
  emulator.clock.advance(60);
  assert.equal((await status("clock"))[0], "COMPLETE");
  assert.equal((await status("endless"))[0], "IN_PROGRESS");
  hours(100);
  assert.equal((await status("endless"))[0], "IN_PROGRESS");
  assert.deepEqual(await status("odd"), ["UNSUPPORTED_IMAGE", undefined, undefined]);
});

test("what cannot be scanned says so: indexes, attachments, archived images, and everything under enhanced scanning, which looks by itself", async () => {
  const ecr = client();
  await create("app");
  const repositoryName = "app";
  const start = (imageDigest: string) =>
    faultOf(ecr.send(new sdk.StartImageScanCommand({ repositoryName, imageId: { imageDigest } })));
  const digest = await pushImage(ecr, repositoryName, "v1", "v1");
  const sbom = await pushArtifact(ecr, repositoryName, "application/spdx+json", digest);
  assert.equal(await start(sbom), "UnsupportedImageTypeException");
  assert.equal(await start(`sha256:${"0".repeat(64)}`), "ImageNotFoundException");
  await ecr.send(
    new sdk.UpdateImageStorageClassCommand({
      repositoryName,
      imageId: { imageDigest: digest },
      targetStorageClass: "ARCHIVE",
    }),
  );
  assert.equal(await start(digest), "ImageArchivedException");
  await pushImage(ecr, repositoryName, "before", "before");
  await ecr.send(
    new sdk.PutRegistryScanningConfigurationCommand({
      scanType: "ENHANCED",
      rules: [{ scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }],
    }),
  );
  emulator.seed({ scans: [{ enhancedFindings: [{ severity: "CRITICAL", title: "zlib", fixAvailable: "YES" }] }] });
  await pushImage(ecr, repositoryName, "v2", "v2");
  assert.equal(
    await faultOf(ecr.send(new sdk.StartImageScanCommand({ repositoryName, imageId: { imageTag: "v2" } }))),
    "ValidationException",
  );
  emulator.tick();
  for (const imageTag of ["before", "v2"]) {
    const { imageScanStatus, imageScanFindings } = await ecr.send(
      new sdk.DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag } }),
    );
    assert.equal(imageScanStatus?.status, "ACTIVE");
    assert.equal(imageScanFindings?.enhancedFindings?.[0]?.fixAvailable, "YES");
  }
});

test("a push is replicated to each destination, into repositories that templates shape, with a status of its own", async () => {
  const [ecr, west, foreign] = [client(), client("us-west-2"), client("eu-west-1", other)];
  await create("app");
  await west.send(
    new sdk.CreateRepositoryCreationTemplateCommand({
      prefix: "ROOT",
      appliedFor: ["REPLICATION"],
      imageTagMutability: "IMMUTABLE",
    }),
  );
  await ecr.send(
    new sdk.PutReplicationConfigurationCommand({
      replicationConfiguration: {
        rules: [
          {
            destinations: [
              { region: "us-west-2", registryId: account },
              { region: "eu-west-1", registryId: other },
            ],
            repositoryFilters: [{ filter: "app", filterType: "PREFIX_MATCH" }],
          },
        ],
      },
    }),
  );
  const digest = await pushImage(ecr, "app", "v1", "v1");
  const statuses = async (imageTag: string) =>
    (
      await ecr.send(new sdk.DescribeImageReplicationStatusCommand({ repositoryName: "app", imageId: { imageTag } }))
    ).replicationStatuses?.map(({ status, failureCode }) => failureCode ?? status);
  assert.deepEqual(await statuses("v1"), ["IN_PROGRESS", "IN_PROGRESS"]);
  assert.deepEqual(await statuses("v1"), ["COMPLETE", "AccessDenied"]);
  const { repositories = [] } = await west.send(new sdk.DescribeRepositoriesCommand({}));
  assert.equal(repositories[0]?.imageTagMutability, "IMMUTABLE");
  assert.equal(
    await faultOf(foreign.send(new sdk.DescribeImagesCommand({ repositoryName: "app" }))),
    "RepositoryNotFoundException",
  );

  const statement = {
    Sid: "in",
    Effect: "Allow",
    Principal: { AWS: account },
    Action: ["ecr:CreateRepository", "ecr:ReplicateImage"],
    Resource: "*",
  };
  await foreign.send(
    new sdk.PutRegistryPolicyCommand({ policyText: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) }),
  );
  await pushImage(ecr, "app", "v2", "v2");
  emulator.clock.advance(60);
  assert.deepEqual(await statuses("v2"), ["COMPLETE", "COMPLETE"]);
  const { images = [] } = await foreign.send(
    new sdk.BatchGetImageCommand({ repositoryName: "app", imageIds: [{ imageTag: "v2" }] }),
  );
  const layers = JSON.parse(images[0]?.imageManifest ?? "").layers as { digest: string }[];
  const { downloadUrl = "" } = await foreign.send(
    new sdk.GetDownloadUrlForLayerCommand({ repositoryName: "app", layerDigest: layers[0]?.digest }),
  );
  assert.equal((await fetch(downloadUrl)).status, 200);

  await pushImage(ecr, "app", "v1", "another content");
  emulator.tick();
  assert.deepEqual(await statuses("v1"), ["ImageTagAlreadyExists", "COMPLETE"]);
  const { imageDetails = [] } = await west.send(
    new sdk.DescribeImagesCommand({ repositoryName: "app", imageIds: [{ imageTag: "v1" }] }),
  );
  assert.equal(imageDetails[0]?.imageDigest, digest);
});

test("a backfill replicates what was pushed before, tells of each image, and can be stopped", async () => {
  const ecr = client();
  for (const name of ["app", "other"]) await create(name);
  await pushImage(ecr, "app", "v1", "v1");
  await pushImage(ecr, "app", "v2", "v2");
  await pushImage(ecr, "other", "v1", "v1");
  const destination = { region: "us-west-2", registryId: account };
  const start = () => ecr.send(new sdk.StartReplicationBackfillCommand({ destination }));
  assert.equal(await faultOf(start()), "ValidationException");
  await ecr.send(
    new sdk.PutReplicationConfigurationCommand({
      replicationConfiguration: {
        rules: [{ destinations: [destination], repositoryFilters: [{ filter: "app", filterType: "PREFIX_MATCH" }] }],
      },
    }),
  );
  const { replicationBackfillId, status } = await start();
  assert.equal(status, "PREPARING");
  assert.equal(await faultOf(start()), "ReplicationBackfillInProgressException");
  const describe = () =>
    ecr.send(new sdk.DescribeReplicationBackfillResultsCommand({ replicationBackfillId, maxResults: 1 }));
  const preparing = await describe();
  assert.deepEqual([preparing.status, preparing.progress?.totalReplicationCount], ["IN_PROGRESS", 2]);
  const done = await describe();
  assert.deepEqual([done.status, done.progress?.completedReplicationCount, done.results?.length], ["COMPLETE", 2, 1]);
  assert.ok(done.nextToken);
  assert.equal(
    await faultOf(ecr.send(new sdk.StopReplicationBackfillCommand({ replicationBackfillId }))),
    "ReplicationBackfillInvalidStatusException",
  );
  const second = await start();
  const stopped = await ecr.send(
    new sdk.StopReplicationBackfillCommand({ replicationBackfillId: second.replicationBackfillId }),
  );
  assert.equal(stopped.status, "STOPPED");
  const { backfills = [] } = await ecr.send(new sdk.ListReplicationBackfillsCommand({}));
  assert.deepEqual(
    backfills.map((backfill) => [backfill.status, backfill.progress === undefined]),
    [
      ["STOPPED", true],
      ["COMPLETE", false],
    ],
  );
  hours(91 * 24);
  assert.deepEqual((await ecr.send(new sdk.ListReplicationBackfillsCommand({}))).backfills, []);
  assert.equal(
    await faultOf(ecr.send(new sdk.DescribeReplicationBackfillResultsCommand({ replicationBackfillId: "none" }))),
    "ReplicationBackfillNotFoundException",
  );
});

test("an image is signed by each profile whose rule matches; the signature is a referrer and is not signed itself", async () => {
  const ecr = client();
  const profile = (name: string) => `arn:aws:signer:us-east-1:${account}:/signing-profiles/${name}`;
  await create("team/app");
  await ecr.send(
    new sdk.PutSigningConfigurationCommand({
      signingConfiguration: {
        rules: [
          { signingProfileArn: profile("all") },
          {
            signingProfileArn: profile("team"),
            repositoryFilters: [{ filter: "team/*", filterType: "WILDCARD_MATCH" }],
          },
          { signingProfileArn: profile("web"), repositoryFilters: [{ filter: "web*", filterType: "WILDCARD_MATCH" }] },
        ],
      },
    }),
  );
  emulator.settings.failures = { [profile("team")]: "SigningProfileRevoked" };
  const digest = await pushImage(ecr, "team/app", "v1", "v1");
  const signings = async () =>
    (
      await ecr.send(
        new sdk.DescribeImageSigningStatusCommand({ repositoryName: "team/app", imageId: { imageDigest: digest } }),
      )
    ).signingStatuses?.map(({ signingProfileArn, status, failureCode }) => [
      signingProfileArn?.split("/").at(-1),
      failureCode ?? status,
    ]);
  assert.deepEqual(await signings(), [
    ["all", "IN_PROGRESS"],
    ["team", "IN_PROGRESS"],
  ]);
  assert.deepEqual(await signings(), [
    ["all", "COMPLETE"],
    ["team", "SigningProfileRevoked"],
  ]);
  emulator.tick();
  const { referrers = [] } = await ecr.send(
    new sdk.ListImageReferrersCommand({ repositoryName: "team/app", subjectId: { imageDigest: digest } }),
  );
  assert.deepEqual(
    referrers.map(({ artifactType }) => artifactType),
    ["application/vnd.cncf.notary.signature"],
  );
});

test("pulls leave their time, unless the caller is an excluded principal", async () => {
  const ecr = client();
  await create("app");
  await pushImage(ecr, "app", "v1", "v1");
  const scanner = `arn:aws:iam::${account}:role/scanner`;
  await ecr.send(new sdk.RegisterPullTimeUpdateExclusionCommand({ principalArn: scanner }));
  emulator.settings.principals = { scanner };
  const pulledAt = async (by: string) => {
    const imageIds = [{ imageTag: "v1" }];
    await client("us-east-1", by).send(new sdk.BatchGetImageCommand({ repositoryName: "app", imageIds }));
    const { imageDetails } = await ecr.send(new sdk.DescribeImagesCommand({ repositoryName: "app", imageIds }));
    return imageDetails?.[0]?.lastRecordedPullTime?.getTime();
  };
  assert.equal(await pulledAt("scanner"), undefined);
  const first = await pulledAt("somebody");
  assert.ok(first);
  hours(48);
  assert.equal(await pulledAt("scanner"), first);
  assert.ok(((await pulledAt("somebody")) ?? 0) > first);
});

test("work that goes on goes on after a restart from the state file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  const state = join(folder, "state.json");
  const imageId = { imageTag: "v1" };
  try {
    const first = await startEmulator({ state: stateFile(state) });
    const before = clientOf(first);
    await before.send(new sdk.CreateRepositoryCommand({ repositoryName: "app" }));
    await pushImage(before, "app", "v1", "v1");
    first.seed({ scans: [{ findings: [{ name: "CVE-1", severity: "LOW" }] }] });
    await before.send(new sdk.StartImageScanCommand({ repositoryName: "app", imageId }));
    await first.close();
    const second = await startEmulator({ state: stateFile(state) });
    second.tick();
    const { imageScanStatus, imageScanFindings } = await clientOf(second).send(
      new sdk.DescribeImageScanFindingsCommand({ repositoryName: "app", imageId }),
    );
    assert.deepEqual([imageScanStatus?.status, imageScanFindings?.findings?.length], ["COMPLETE", 1]);
    await second.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
