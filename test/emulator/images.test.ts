/** Images over the AWS SDK: what is refused, what is shown, what refers to what, and where it lies. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import * as sdk from "@aws-sdk/client-ecr";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { clientOf, digestOf, emptyIndex, faultOf, indexType, manifestOf, pushImage } from "../harness/registry.ts";

let emulator: Emulator;
let ecr: sdk.ECRClient;
const repositoryName = "team/app";

before(async () => {
  emulator = await startEmulator();
  ecr = clientOf(emulator);
});
beforeEach(async () => {
  emulator.reset();
  await ecr.send(new sdk.CreateRepositoryCommand({ repositoryName }));
});
after(() => emulator.close());

const put = (imageManifest: string, more: object = {}) =>
  ecr.send(new sdk.PutImageCommand({ repositoryName, imageManifest, ...more }));
const describe = async (filter?: object) =>
  (await ecr.send(new sdk.DescribeImagesCommand({ repositoryName, ...(filter ? { filter } : {}) }))).imageDetails ?? [];
const indexOf = (...digests: string[]) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: indexType,
    manifests: digests.map((digest) => ({ digest, size: 1, mediaType: "application/vnd.oci.image.manifest.v1+json" })),
  });

test("a manifest is refused with AWS's fault for what is wrong with it", async () => {
  const manifest = emptyIndex("a");
  const cases: [fault: string, manifest: string, more?: object][] = [
    ["InvalidParameterException", "no json"],
    ["InvalidParameterException", "[]"],
    ["InvalidParameterException", JSON.stringify({ schemaVersion: 2, manifests: [] })],
    ["InvalidParameterException", manifestOf({ size: 1 }, [])],
    ["InvalidParameterException", manifest, { imageManifestMediaType: "application/vnd.oci.image.manifest.v1+json" }],
    ["InvalidParameterException", JSON.stringify({ mediaType: "text/plain", manifests: [] })],
    ["InvalidParameterException", manifest, { imageTag: "-no" }],
    ["InvalidParameterException", emptyIndex("x".repeat(4 * 2 ** 20))],
    ["ImageDigestDoesNotMatchException", manifest, { imageDigest: digestOf("else") }],
    ["LayersNotFoundException", manifestOf({ digest: digestOf("config"), size: 6 }, [])],
    ["ReferencedImagesNotFoundException", indexOf(digestOf("child"))],
    ["none", manifest, { imageTag: "x".repeat(300), imageDigest: digestOf(manifest) }],
    ["ImageAlreadyExistsException", manifest],
  ];
  for (const [fault, text, more] of cases) assert.equal(await faultOf(put(text, more)), fault, text.slice(0, 90));
});

test("an image can have a thousand tags and no more", async () => {
  for (let n = 0; n < 1_000; n++)
    emulator.asForeigner({
      operation: "PutImage",
      input: { repositoryName, imageManifest: emptyIndex("a"), imageTag: `t${n}` },
    });
  assert.equal(await faultOf(put(emptyIndex("a"), { imageTag: "over" })), "LimitExceededException");
});

test("DescribeImages shows what an image is, and archived ones only when they are asked for", async () => {
  const subject = await pushImage(ecr, repositoryName, "v1", "0123456789");
  const artifact = await pushImage(ecr, repositoryName, undefined, "sbom", {
    artifactType: "example/sbom",
    subject: { digest: subject, size: 1, mediaType: "application/vnd.oci.image.manifest.v1+json" },
  });
  await put(indexOf(subject), { imageTag: "all" });
  const [image, sbom, index] = await describe();
  assert.equal(image?.artifactMediaType, "application/vnd.oci.image.config.v1+json");
  assert.equal(image?.imageStatus, "ACTIVE");
  assert.equal(image?.lastRecordedPullTime, undefined);
  assert.deepEqual([sbom?.subjectManifestDigest, sbom?.artifactMediaType], [subject, "example/sbom"]);
  assert.equal(index?.imageSizeInBytes, image?.imageSizeInBytes, "a list is as large as the largest in it");
  await ecr.send(new sdk.BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "v1" }] }));
  assert.ok((await describe())[0]?.lastRecordedPullTime);
  const archive = { repositoryName, imageId: { imageDigest: artifact }, targetStorageClass: "ARCHIVE" } as const;
  await ecr.send(new sdk.UpdateImageStorageClassCommand(archive));
  assert.equal((await describe()).length, 2);
  const [archived] = await describe({ imageStatus: "ARCHIVED" });
  assert.deepEqual([archived?.imageDigest, archived?.lastArchivedAt instanceof Date], [artifact, true]);
  assert.equal((await describe({ imageStatus: "ANY", tagStatus: "UNTAGGED" })).length, 1);
});

test("an archived image cannot be pulled, and comes back when its time has come or when it is pushed again", async () => {
  const imageDigest = await pushImage(ecr, repositoryName, "v1");
  const move = (targetStorageClass: "ARCHIVE" | "STANDARD") =>
    ecr.send(new sdk.UpdateImageStorageClassCommand({ repositoryName, imageId: { imageDigest }, targetStorageClass }));
  const pull = async () =>
    (await ecr.send(new sdk.BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }] }))).failures?.[0]
      ?.failureCode;
  assert.equal((await move("ARCHIVE")).imageStatus, "ARCHIVED");
  assert.equal(await pull(), "ImageInaccessible");
  assert.equal((await move("STANDARD")).imageStatus, "ACTIVATING");
  assert.equal(await faultOf(move("ARCHIVE")), "ImageStorageClassUpdateNotSupportedException");
  emulator.clock.advance(60);
  const [restored] = await describe();
  assert.deepEqual([restored?.imageStatus, restored?.lastActivatedAt instanceof Date], ["ACTIVE", true]);
  assert.equal(await pull(), undefined);
  await move("ARCHIVE");
  const { images = [] } = await ecr.send(
    new sdk.BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "none" }] }),
  );
  assert.deepEqual(images, []);
  const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf("{}"), size: 2 };
  const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: digestOf("layer"), size: 5 };
  await put(manifestOf(config, [layer]), { imageTag: "v1" });
  assert.equal((await describe())[0]?.imageStatus, "ACTIVE", "the same manifest, pushed again");
  await put(indexOf(imageDigest), { imageTag: "all" });
  assert.equal(await faultOf(move("ARCHIVE")), "ImageStorageClassUpdateNotSupportedException", "a list refers to it");
});

test("batches answer for each image by itself", async () => {
  const imageDigest = await pushImage(ecr, repositoryName, "v1");
  await put(emptyIndex("other"), { imageTag: "v2" });
  const imageIds = [
    {},
    { imageDigest: "sha256:short" },
    { imageTag: "-no" },
    { imageTag: "none" },
    { imageDigest, imageTag: "v2" },
    { imageDigest, imageTag: "v1" },
  ];
  const got = await ecr.send(new sdk.BatchGetImageCommand({ repositoryName, imageIds }));
  const codes = [
    "MissingDigestAndTag",
    "InvalidImageDigest",
    "InvalidImageTag",
    "ImageNotFound",
    "ImageTagDoesNotMatchDigest",
  ];
  assert.deepEqual(
    got.failures?.map(({ failureCode }) => failureCode),
    codes,
  );
  assert.deepEqual(
    got.images?.map(({ imageId }) => imageId),
    [{ imageDigest, imageTag: "v1" }],
  );
  const accepted = await ecr.send(
    new sdk.BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "v1" }], acceptedMediaTypes: [indexType] }),
  );
  assert.equal(accepted.failures?.[0]?.failureCode, "ImageNotFound");
  const removed = await ecr.send(new sdk.BatchDeleteImageCommand({ repositoryName, imageIds }));
  assert.deepEqual(
    removed.failures?.map(({ failureCode }) => failureCode),
    codes,
  );
  assert.deepEqual(removed.imageIds, [{ imageDigest, imageTag: "v1" }]);
});

test("an image in a manifest list stays until the list is gone, whatever happens to its tags", async () => {
  const imageDigest = await pushImage(ecr, repositoryName, "v1");
  const { image } = await put(indexOf(imageDigest), { imageTag: "all" });
  const list = image?.imageId?.imageDigest;
  const remove = async (...imageIds: sdk.ImageIdentifier[]) =>
    ecr.send(new sdk.BatchDeleteImageCommand({ repositoryName, imageIds }));
  assert.equal((await remove({ imageDigest })).failures?.[0]?.failureCode, "ImageReferencedByManifestList");
  assert.deepEqual((await remove({ imageTag: "v1" })).imageIds, [{ imageDigest, imageTag: "v1" }]);
  assert.deepEqual((await describe({ tagStatus: "UNTAGGED" }))[0]?.imageDigest, imageDigest);
  assert.deepEqual((await remove({ imageDigest: list ?? "" }, { imageDigest })).imageIds, [
    { imageDigest: list, imageTag: "all" },
    { imageDigest },
  ]);
  assert.deepEqual(await describe(), []);
});

test("referrers have pages of twenty, types and states", async () => {
  const subject = { digest: digestOf("subject"), size: 1, mediaType: indexType };
  for (let n = 0; n < 25; n++)
    await put(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: indexType,
        manifests: [],
        subject,
        artifactType: `t/${n % 2}`,
        annotations: { n: `${n}` },
      }),
    );
  const list = (more: object = {}) =>
    ecr.send(
      new sdk.ListImageReferrersCommand({ repositoryName, subjectId: { imageDigest: subject.digest }, ...more }),
    );
  const first = await list();
  assert.equal(first.referrers?.length, 20);
  assert.deepEqual(first.referrers?.[0]?.annotations, { n: "0" });
  assert.equal((await list({ nextToken: first.nextToken })).referrers?.length, 5);
  assert.equal((await list({ filter: { artifactTypes: ["t/1"] } })).referrers?.length, 12);
  assert.equal((await list({ filter: { artifactStatus: "ARCHIVED" } })).referrers?.length, 0);
  assert.equal(await faultOf(list({ maxResults: 51 })), "InvalidParameterException");
});

test("reads may lag behind a push: a new image is not there yet, and a tag that moved is where it was", async () => {
  await put(emptyIndex("one"), { imageTag: "live" });
  emulator.settings.imageVisibilityDelay = 400;
  await put(emptyIndex("two"), { imageTag: "live" });
  const live = async () =>
    (await ecr.send(new sdk.BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "live" }] }))).images?.[0]
      ?.imageManifest;
  assert.equal(await live(), emptyIndex("one"));
  assert.equal((await describe()).length, 1);
  assert.equal(await faultOf(put(emptyIndex("two"), { imageTag: "live" })), "ImageAlreadyExistsException");
  await new Promise((resolve) => setTimeout(resolve, 450));
  assert.equal(await live(), emptyIndex("two"));
  assert.equal((await describe()).length, 2);
});

test("a population has images that differ and whose layers can be had", async () => {
  const population = { repositories: 3, imagesEach: 4, prefix: "p/r", pushedFrom: "2026-01-01T00:00:00Z" };
  for (let times = 0; times < 2; times++) emulator.seed({ population });
  const details = [];
  for (let n = 0; n < 3; n++) {
    const { imageDetails = [] } = await ecr.send(new sdk.DescribeImagesCommand({ repositoryName: `p/r${n}` }));
    details.push(...imageDetails);
  }
  assert.equal(new Set(details.map((detail) => detail.imageDigest)).size, 12);
  assert.equal(details[1]?.imagePushedAt?.toISOString(), "2026-01-01T00:01:00.000Z");
  const { images = [] } = await ecr.send(
    new sdk.BatchGetImageCommand({ repositoryName: "p/r1", imageIds: [{ imageTag: "v3" }] }),
  );
  const [layer] = JSON.parse(images[0]?.imageManifest ?? "").layers;
  const { downloadUrl = "" } = await ecr.send(
    new sdk.GetDownloadUrlForLayerCommand({ repositoryName: "p/r1", layerDigest: layer.digest }),
  );
  assert.equal(digestOf(await (await fetch(downloadUrl)).text()), layer.digest);
});
