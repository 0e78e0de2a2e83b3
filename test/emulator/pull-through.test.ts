/** Pull-through rules: pulls that fetch from other registries of the emulator, and from upstreams that were seeded. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import * as sdk from "@aws-sdk/client-ecr";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { clientOf, digestOf, faultOf, pushImage } from "../harness/registry.ts";

const upstreamAccount = "111122223333";
let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
after(() => emulator.close());

const client = (region = "us-east-1", accessKeyId = "test") => clientOf(emulator, accessKeyId, region);

const rule = (ecrRepositoryPrefix: string, upstreamRegistryUrl: string, more = {}) =>
  client().send(new sdk.CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, upstreamRegistryUrl, ...more }));

/** The digest that a pull gets, or the failure's code. */
async function pull(repositoryName: string, imageTag: string): Promise<string | undefined> {
  const { images, failures } = await client().send(
    new sdk.BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }),
  );
  return images?.[0]?.imageId?.imageDigest ?? failures?.[0]?.failureCode;
}

/** What an upstream outside of ECR has. */
function upstream(repository: string, tag: string, more: object = {}) {
  const [config, layer] = [`{"tag":"${tag}"}`, `layer of ${tag}`];
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf(config), size: config.length },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: digestOf(layer), size: layer.length }],
  });
  const layers = Object.fromEntries(
    [config, layer].map((content) => [digestOf(content), Buffer.from(content).toString("base64")]),
  );
  return { registryUrl: "quay.io", repository, tags: [tag], manifest, layers, ...more };
}

test("a pull fetches from another account's registry, into a repository that a template shapes, and keeps it", async () => {
  const theirs = client("eu-west-1", upstreamAccount);
  await theirs.send(new sdk.CreateRepositoryCommand({ repositoryName: "base/node" }));
  const digest = await pushImage(theirs, "base/node", "22", "22");
  await rule("mirror", `${upstreamAccount}.dkr.ecr.eu-west-1.amazonaws.com`, {
    upstreamRepositoryPrefix: "base",
    customRoleArn: "arn:aws:iam::123456789012:role/puller",
  });
  await client().send(
    new sdk.CreateRepositoryCreationTemplateCommand({
      prefix: "mirror",
      appliedFor: ["PULL_THROUGH_CACHE"],
      imageTagMutability: "IMMUTABLE",
    }),
  );
  assert.equal(await pull("mirror/node", "22"), digest);
  const { repositories = [] } = await client().send(new sdk.DescribeRepositoriesCommand({}));
  assert.deepEqual(
    repositories.map(({ repositoryName, imageTagMutability }) => [repositoryName, imageTagMutability]),
    [["mirror/node", "IMMUTABLE"]],
  );
  const { images = [] } = await client().send(
    new sdk.BatchGetImageCommand({ repositoryName: "mirror/node", imageIds: [{ imageDigest: digest }] }),
  );
  const [layer] = JSON.parse(images[0]?.imageManifest ?? "").layers as { digest: string }[];
  const { downloadUrl = "" } = await client().send(
    new sdk.GetDownloadUrlForLayerCommand({ repositoryName: "mirror/node", layerDigest: layer?.digest }),
  );
  assert.equal(await (await fetch(downloadUrl)).text(), "22");
  await theirs.send(new sdk.DeleteRepositoryCommand({ repositoryName: "base/node", force: true }));
  assert.equal(await pull("mirror/node", "22"), digest);
  assert.equal(await pull("mirror/node", "23"), "ImageNotFound");
  assert.equal(await faultOf(pull("mirror/other", "1")), "RepositoryNotFoundException");
});

test("a tag that moves upstream moves in the cache after a day", async () => {
  await rule("quay", "quay.io");
  emulator.seed({ upstreamImages: [upstream("org/tool", "latest")] });
  const first = await pull("quay/org/tool", "latest");
  emulator.seed({ upstreamImages: [] });
  emulator.seed({ upstreamImages: [{ ...upstream("org/tool", "v2"), tags: ["latest"] }] });
  assert.equal(await pull("quay/org/tool", "latest"), first);
  emulator.clock.advance(25 * 60 * 60);
  const second = await pull("quay/org/tool", "latest");
  assert.notEqual(second, first);
  assert.match(second ?? "", /^sha256:/);
});

test("an upstream that refuses is told by its code, and leaves no repository", async () => {
  await rule("quay", "quay.io");
  emulator.seed({
    upstreamImages: [
      upstream("org/a", "closed", { failureCode: "UpstreamAccessDenied" }),
      upstream("org/a", "busy", { failureCode: "UpstreamTooManyRequests" }),
      upstream("org/a", "secret", { failureCode: "UnableToGetUpstreamImage" }),
      upstream("org/b", "half", { layers: {} }),
    ],
  });
  assert.equal(await pull("quay/org/a", "closed"), "UpstreamAccessDenied");
  assert.equal(await pull("quay/org/a", "busy"), "UpstreamTooManyRequests");
  assert.equal(await faultOf(pull("quay/org/a", "secret")), "UnableToGetUpstreamImageException");
  assert.deepEqual((await client().send(new sdk.DescribeRepositoriesCommand({}))).repositories, []);
  assert.match((await pull("quay/org/b", "half")) ?? "", /^sha256:/);
  const layer = { repositoryName: "quay/org/b", layerDigest: digestOf("layer of half") };
  assert.equal(
    await faultOf(client().send(new sdk.GetDownloadUrlForLayerCommand(layer))),
    "UnableToGetUpstreamLayerException",
  );
  assert.equal(
    await faultOf(client().send(new sdk.GetDownloadUrlForLayerCommand({ ...layer, layerDigest: digestOf("never") }))),
    "LayersNotFoundException",
  );
});
