/**
 * Functions and the gate on scans against moto, an ECR that we did not write.
 *
 * Where moto differs from AWS (measured, moto 5.2.1): it answers everything in one page, its digests are not those of the
 * manifests, every scan finds one invented CVE at once, and `scanOnPush` of a scanning configuration is always false.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Moto, runPython, startMoto } from "../tools/python.ts";
import { type Plugin, startPlugin } from "./harness/client.ts";
import { invokeOn } from "./harness/invoke.ts";
import { Session } from "./harness/session.ts";

const repositoryName = "team/app";
let moto: Moto;
let plugin: Plugin;
before(async () => {
  moto = await startMoto();
  await runPython(`
import boto3, json
ecr = boto3.client("ecr", region_name="us-east-1", endpoint_url="${moto.url}", aws_access_key_id="test", aws_secret_access_key="test")
ecr.create_repository(repositoryName="${repositoryName}")
for n in range(3):
    ecr.put_image(repositoryName="${repositoryName}", imageTag=f"v{n}", imageManifest=json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": n, "digest": f"sha256:{n:064x}"}, "layers": [{"mediaType": "x", "size": 1, "digest": f"sha256:{n:064x}"}]}))
`);
  plugin = await startPlugin({
    endpoint: moto.url,
    region: "us-east-1",
    accessKey: "test",
    secretKey: "test",
    maxRetries: 1,
  });
});
after(async () => {
  await plugin.close();
  await moto.stop();
});

async function resultOf(name: string, args: object, result: string): Promise<unknown> {
  const { results, failures } = await invokeOn(plugin, name, args);
  assert.deepEqual(failures, []);
  return results[result];
}

test("repositories, images, ids, manifests and the registry are read", async () => {
  assert.equal(await resultOf("getRepository", { repositoryName }, "repositoryName"), repositoryName);
  assert.deepEqual(await resultOf("getRepositories", {}, "repositoryNames"), [repositoryName]);
  const imageDigest = await resultOf("getImage", { repositoryName, imageTag: "v1" }, "imageDigest");
  assert.match(String(imageDigest), /^sha256:/);
  const uri = String(await resultOf("getImage", { repositoryName, imageTag: "v1" }, "imageUri"));
  assert.ok(uri.endsWith(`/${repositoryName}@${imageDigest}`), uri);
  const images = await resultOf("getImages", { repositoryName, tagPattern: "v*", limit: 2 }, "images");
  assert.equal((images as unknown[]).length, 2);
  assert.equal(((await resultOf("getImageIds", { repositoryName }, "imageIds")) as unknown[]).length, 3);
  const manifest = await resultOf("getImageManifest", { repositoryName, imageTag: "v2" }, "imageManifest");
  assert.equal((JSON.parse(String(manifest)) as { config: { size: number } }).config.size, 2);
  assert.deepEqual(await resultOf("getRegistry", {}, "rules"), []);
  assert.equal(await resultOf("getAuthorizationToken", {}, "userName"), "AWS");
  assert.deepEqual(
    await resultOf(
      "getRepositoryScanningConfigurations",
      { repositoryNames: [repositoryName, "team/none"] },
      "missing",
    ),
    ["team/none"],
  );
});

test("a scan is started, its findings are judged, and they are read by the function as well", async () => {
  const gate = new Session(plugin, "ImageScan", "gate");
  const inputs = { repositoryName, imageId: { imageTag: "v1" } };
  await assert.rejects(gate.up({ ...inputs, failOn: { severity: "LOW" } }), /1 finding .* at or above LOW/);
  const findings = await resultOf("getImageScanFindings", { repositoryName, imageTag: "v1" }, "findings");
  const [{ name }] = findings as [{ name: string }];
  await gate.up({ ...inputs, failOn: { severity: "LOW" }, ignore: [{ name, reason: "invented" }] });
  assert.equal(gate.state?.initErrors.length, 0);
  await gate.destroy();
});
