/** Lifecycle policies in the emulator: AWS's preview of them, and their runs on the virtual clock. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import * as sdk from "@aws-sdk/client-ecr";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { clientOf, faultOf, pushArtifact, pushImage } from "../harness/registry.ts";

let emulator: Emulator;
let ecr: sdk.ECRClient;
before(async () => {
  emulator = await startEmulator();
  ecr = clientOf(emulator);
});
beforeEach(async () => {
  emulator.reset();
  await ecr.send(new sdk.CreateRepositoryCommand({ repositoryName }));
});
after(() => emulator.close());

const repositoryName = "app";
const days = (count: number) => emulator.clock.advance(count * 24 * 60 * 60);

interface Rule {
  selection: object;
  action: object;
}

const policyOf = (...rules: Rule[]) =>
  JSON.stringify({
    rules: rules.map((rule, index) => ({ rulePriority: index + 1, description: `rule ${index + 1}`, ...rule })),
  });
const newest = (countNumber: number): Rule => ({
  selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber },
  action: { type: "expire" },
});
const archiveAfter = (countNumber: number): Rule => ({
  selection: { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber },
  action: { type: "transition", targetStorageClass: "archive" },
});

const get = (more: Partial<sdk.GetLifecyclePolicyPreviewCommandInput> = {}) =>
  ecr.send(new sdk.GetLifecyclePolicyPreviewCommand({ repositoryName, ...more }));
const start = (lifecyclePolicyText?: string) =>
  ecr.send(new sdk.StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }));

async function images(): Promise<[string, string][]> {
  const { imageDetails = [] } = await ecr.send(
    new sdk.DescribeImagesCommand({ repositoryName, filter: { imageStatus: "ANY" } }),
  );
  return imageDetails.map(({ imageTags, artifactMediaType, imageStatus }) => [
    imageTags?.[0] ?? String(artifactMediaType),
    String(imageStatus),
  ]);
}

test("a preview takes two steps, is one at a time, and answers pages, filters, chosen images and a summary", async () => {
  assert.equal(await faultOf(get()), "LifecyclePolicyPreviewNotFoundException");
  assert.equal(await faultOf(start()), "LifecyclePolicyNotFoundException");
  for (const tag of ["v1", "v2", "v3", "v4"]) {
    await pushImage(ecr, repositoryName, tag, tag);
    emulator.clock.advance(60);
  }
  assert.equal((await start(policyOf(newest(1)))).status, "IN_PROGRESS");
  assert.equal(await faultOf(start(policyOf(newest(2)))), "LifecyclePolicyPreviewInProgressException");
  const going = await get();
  assert.deepEqual([going.status, going.previewResults, going.summary], ["IN_PROGRESS", [], undefined]);
  const page = await get({ maxResults: 2 });
  assert.equal(page.status, "COMPLETE");
  assert.deepEqual(page.summary, { expiringImageTotalCount: 3, transitioningImageTotalCounts: [] });
  assert.deepEqual(
    page.previewResults?.map(({ imageTags, action, appliedRulePriority, storageClass }) => [
      imageTags?.[0],
      action?.type,
      appliedRulePriority,
      storageClass,
    ]),
    [
      ["v1", "EXPIRE", 1, "STANDARD"],
      ["v2", "EXPIRE", 1, "STANDARD"],
    ],
  );
  const rest = await get({ maxResults: 2, nextToken: page.nextToken });
  assert.deepEqual([rest.previewResults?.length, rest.nextToken], [1, undefined]);
  assert.deepEqual((await get({ filter: { tagStatus: "UNTAGGED" } })).previewResults, []);
  assert.equal((await get({ imageIds: [{ imageTag: "v2" }, { imageTag: "v4" }] })).previewResults?.length, 1);
  assert.equal(await faultOf(get({ imageIds: [{ imageTag: "v2" }], maxResults: 1 })), "InvalidParameterException");
  assert.equal(await faultOf(get({ maxResults: 101 })), "InvalidParameterException");
  assert.equal((await images()).length, 4);
  days(1);
  assert.equal((await get()).status, "EXPIRED");
  emulator.settings.failures = { [repositoryName]: "" };
  await start(policyOf(newest(1)));
  await get();
  assert.deepEqual([(await get()).status, (await get()).summary], ["FAILED", undefined]);
});

test("a preview of the repository's own policy shows what would move to the archive", async () => {
  await ecr.send(
    new sdk.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: policyOf(archiveAfter(10)) }),
  );
  await pushImage(ecr, repositoryName, "old", "old");
  days(11);
  await pushImage(ecr, repositoryName, "young", "young");
  await start();
  emulator.clock.advance(60);
  const { previewResults, summary } = await get();
  assert.deepEqual(
    previewResults?.map(({ action }) => action),
    [{ type: "TRANSITION", targetStorageClass: "ARCHIVE" }],
  );
  assert.deepEqual(summary, {
    expiringImageTotalCount: 0,
    transitioningImageTotalCounts: [{ targetStorageClass: "ARCHIVE", imageTotalCount: 1 }],
  });
});

test("a tick applies the policy on the virtual clock: to the archive, and after ninety days out of it", async () => {
  const expire: Rule = {
    selection: {
      tagStatus: "any",
      storageClass: "archive",
      countType: "sinceImageTransitioned",
      countUnit: "days",
      countNumber: 90,
    },
    action: { type: "expire" },
  };
  const lifecyclePolicyText = policyOf(archiveAfter(10), expire);
  await ecr.send(new sdk.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
  const evaluated = async () =>
    (await ecr.send(new sdk.GetLifecyclePolicyCommand({ repositoryName }))).lastEvaluatedAt?.getTime();
  assert.equal(await evaluated(), 0);
  await pushImage(ecr, repositoryName, "v1", "v1");
  assert.deepEqual(emulator.tick(), { expired: 0, archived: 0 });
  assert.ok((await evaluated()) ?? 0);
  days(11);
  assert.deepEqual(emulator.tick(), { expired: 0, archived: 1 });
  assert.deepEqual(await images(), [["v1", "ARCHIVED"]]);
  days(89);
  assert.deepEqual(emulator.tick(), { expired: 0, archived: 0 });
  days(2);
  assert.deepEqual(emulator.tick(), { expired: 1, archived: 0 });
  assert.deepEqual(await images(), []);
});

test("attachments go where their subject goes, however it went", async () => {
  const subject = await pushImage(ecr, repositoryName, "v1", "v1");
  const signature = await pushArtifact(ecr, repositoryName, "application/signature", subject);
  await pushArtifact(ecr, repositoryName, "application/timestamp", signature);
  const early = await pushArtifact(ecr, repositoryName, "application/early", `sha256:${"1".repeat(64)}`);
  await ecr.send(
    new sdk.UpdateImageStorageClassCommand({
      repositoryName,
      imageId: { imageDigest: subject },
      targetStorageClass: "ARCHIVE",
    }),
  );
  assert.deepEqual(emulator.tick(), { expired: 0, archived: 2 });
  await ecr.send(new sdk.BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: subject }] }));
  assert.equal((await images()).length, 3);
  assert.deepEqual(emulator.tick(), { expired: 2, archived: 0 });
  const { imageDetails } = await ecr.send(new sdk.DescribeImagesCommand({ repositoryName }));
  assert.deepEqual(
    imageDetails?.map(({ imageDigest }) => imageDigest),
    [early],
  );
});

test("layers of images that a policy takes are gone with them, and those that others have stay", async () => {
  const lifecyclePolicyText = policyOf(newest(1));
  await ecr.send(new sdk.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
  await pushImage(ecr, repositoryName, "v1", "v1");
  emulator.clock.advance(60);
  await pushImage(ecr, repositoryName, "v2", "v2");
  assert.deepEqual(emulator.tick(), { expired: 1, archived: 0 });
  assert.equal(Object.keys(emulator.state()[0]?.repositories[repositoryName]?.layers ?? {}).length, 2);
});

test("a policy is refused where the cases of validation say that AWS refuses it, and nowhere else", async () => {
  const cases = JSON.parse(readFileSync(join(import.meta.dirname, "../cases/lifecycle/validate.json"), "utf8")) as {
    name: string;
    policy: unknown;
    findings: string[];
  }[];
  const judged = [];
  for (const { name, policy, findings } of cases) {
    const lifecyclePolicyText = typeof policy === "string" ? policy : JSON.stringify(policy);
    const put = ecr.send(new sdk.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    // The provider drops nulls on the way, and lets words pass that AWS may know tomorrow.
    const refused =
      findings.some((finding) => finding.startsWith("error ")) ||
      lifecyclePolicyText.includes(":null") ||
      name.includes("may know tomorrow");
    const expected = refused ? "InvalidParameterException" : "none";
    const seen = await faultOf(put);
    if (seen !== expected) judged.push({ name, seen, expected });
  }
  assert.deepEqual(judged, []);
});
