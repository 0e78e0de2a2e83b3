/** Layers on their way in and out, over the AWS SDK and by signed addresses. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import * as sdk from "@aws-sdk/client-ecr";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { createBlobs } from "../../emulator/state/blobs.ts";
import { clientOf, digestOf, faultOf, pushImage, pushLayer } from "../harness/registry.ts";
import { stateFile } from "../harness/state-file.ts";

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

const initiate = async () =>
  (await ecr.send(new sdk.InitiateLayerUploadCommand({ repositoryName }))).uploadId as string;
const upload = (uploadId: string, partFirstByte: number, layerPartBlob: Uint8Array, length = layerPartBlob.length) =>
  ecr.send(
    new sdk.UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte,
      partLastByte: partFirstByte + length - 1,
      layerPartBlob,
    }),
  );
const complete = (uploadId: string, ...layerDigests: string[]) =>
  ecr.send(new sdk.CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }));
const mebibyte = 2 ** 20;

test("parts follow each other, and an error says up to which byte the upload is good", async () => {
  const bytes = Buffer.alloc(6 * mebibyte + 5, "abcdefg");
  const uploadId = await initiate();
  const first = await upload(uploadId, 0, bytes.subarray(0, 6 * mebibyte));
  assert.equal(first.lastByteReceived, 6 * mebibyte - 1);
  for (const wrong of [
    upload(uploadId, 0, bytes.subarray(0, 5)),
    upload(uploadId, 6 * mebibyte + 1, bytes.subarray(0, 5)),
    upload(uploadId, 6 * mebibyte, bytes.subarray(0, 5), 6),
  ]) {
    await assert.rejects(wrong, (error: sdk.InvalidLayerPartException) => {
      assert.equal(error.name, "InvalidLayerPartException");
      assert.equal(error.lastValidByteReceived, 6 * mebibyte - 1);
      assert.equal(error.uploadId, uploadId);
      return true;
    });
  }
  await upload(uploadId, 6 * mebibyte, bytes.subarray(6 * mebibyte));
  const { layerDigest } = await complete(uploadId, digestOf(bytes));
  assert.equal(layerDigest, digestOf(bytes));
  assert.equal(await faultOf(complete(uploadId, digestOf(bytes))), "UploadNotFoundException");
});

test("uploads that cannot become a layer are refused, each with its own fault", async () => {
  const small = Buffer.from("small");
  const other = await initiate();
  assert.equal(await faultOf(complete(other, digestOf(small))), "EmptyUploadException");
  await upload(other, 0, small);
  assert.equal(await faultOf(complete(other, digestOf("else"))), "InvalidLayerException");
  await upload(other, small.length, small);
  assert.equal(await faultOf(complete(other, digestOf("smallsmall"))), "LayerPartTooSmallException");
  assert.equal(await faultOf(upload("no-such-upload", 0, small)), "UploadNotFoundException");
  await ecr.send(new sdk.CreateRepositoryCommand({ repositoryName: "team/other" }));
  const elsewhere = await ecr.send(new sdk.InitiateLayerUploadCommand({ repositoryName: "team/other" }));
  assert.equal(await faultOf(upload(elsewhere.uploadId ?? "", 0, small)), "UploadNotFoundException");
  assert.equal(
    await faultOf(upload(await initiate(), 0, Buffer.alloc(20 * mebibyte + 1))),
    "InvalidParameterException",
  );
  await pushLayer(ecr, repositoryName, "twice");
  assert.equal(await faultOf(pushLayer(ecr, repositoryName, "twice")), "LayerAlreadyExistsException");
});

test("the availability of a layer is that of the images that have it", async () => {
  const digests = ["layer", "nothing"].map((content) => digestOf(content));
  const check = async (...layerDigests: string[]) =>
    ecr.send(new sdk.BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }));
  const imageDigest = await pushImage(ecr, repositoryName, "v1");
  const { layers = [], failures = [] } = await check(...digests, "sha256:short");
  assert.deepEqual(
    layers.map(({ layerAvailability, layerSize }) => [layerAvailability, layerSize]),
    [
      ["AVAILABLE", 5],
      ["UNAVAILABLE", undefined],
    ],
  );
  assert.deepEqual(
    failures.map(({ failureCode }) => failureCode),
    ["InvalidLayerDigest"],
  );
  await ecr.send(
    new sdk.UpdateImageStorageClassCommand({ repositoryName, imageId: { imageDigest }, targetStorageClass: "ARCHIVE" }),
  );
  assert.equal((await check(digests[0] ?? "")).layers?.[0]?.layerAvailability, "ARCHIVED");
  await ecr.send(new sdk.BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
  assert.equal((await check(digests[0] ?? "")).layers?.[0]?.layerAvailability, "UNAVAILABLE");
});

test("a download address works with curl, for a part as well, for an hour", async () => {
  const content = "0123456789".repeat(20_000);
  const layerDigest = digestOf(content);
  const url = async () =>
    (await ecr.send(new sdk.GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }))).downloadUrl ?? "";
  assert.equal(await faultOf(url()), "LayersNotFoundException");
  const { digest } = await pushLayer(ecr, repositoryName, content);
  assert.equal(await faultOf(url()), "LayerInaccessibleException", "no image has it yet");
  await pushImage(ecr, repositoryName, "v1", content);
  const address = await url();
  const curl = async (...options: string[]) =>
    (await promisify(execFile)("curl", ["--silent", "--fail", "--max-time", "20", ...options])).stdout;
  assert.equal(digestOf(await curl(address)), digest);
  assert.equal(await curl("--range", "10-14", address), "01234");
  assert.equal(await curl("--range", "199995-", address), "56789");
  assert.equal(await curl("--range", "-3", address), "789");
  const statusOf = async (path: string, headers = {}) => (await fetch(path, { headers })).status;
  assert.equal(await statusOf(address, { range: "bytes=200000-" }), 416);
  assert.equal(await statusOf(address.replace("Signature=", "Signature=x")), 403);
  assert.equal(await statusOf(address.replace("sha256:", "sha256:0")), 403);
  assert.equal(
    (await emulator.journal()).filter(({ operation }) => operation === "(download)").length,
    5,
    "the journal has every download that was signed",
  );
  emulator.clock.advance(3_601);
  const late = await fetch(address);
  assert.equal(late.status, 403);
  assert.match(await late.text(), /Request has expired/);
});

test("a download may break off, as often as a fault says", async () => {
  await pushImage(ecr, repositoryName, "v1", "x".repeat(100_000));
  const { downloadUrl = "" } = await ecr.send(
    new sdk.GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digestOf("x".repeat(100_000)) }),
  );
  emulator.addFaults([{ operation: "(download)", kind: "truncate", times: 1 }]);
  await assert.rejects((await fetch(downloadUrl)).text());
  assert.equal((await (await fetch(downloadUrl)).text()).length, 100_000);
});

test("bytes are not kept in a folder that is a link", () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  mkdirSync(join(folder, "elsewhere"));
  symlinkSync(join(folder, "elsewhere"), join(folder, "blobs"));
  const blobs = createBlobs(join(folder, "blobs"));
  assert.throws(
    () => blobs.append(blobs.begin("x"), Buffer.from("bytes")),
    /is a link, which is not followed; delete it/,
  );
  assert.deepEqual(readdirSync(join(folder, "elsewhere")), []);
  rmSync(folder, { recursive: true });
});

test("bytes are kept once, and go when the last repository that has them goes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  const state = join(folder, "state.json");
  const blobs = () => readdirSync(`${state}.blobs`).length;
  const first = await startEmulator({ state: stateFile(state) });
  const own = clientOf(first);
  for (const name of ["one", "two"]) {
    await own.send(new sdk.CreateRepositoryCommand({ repositoryName: name }));
    await pushImage(own, name, "v1");
  }
  await own.send(new sdk.InitiateLayerUploadCommand({ repositoryName: "one" }));
  assert.equal(blobs(), 2, "a config and a layer");
  await first.close();
  const second = await startEmulator({ state: stateFile(state) });
  const again = clientOf(second);
  const { downloadUrl = "" } = await again.send(
    new sdk.GetDownloadUrlForLayerCommand({ repositoryName: "one", layerDigest: digestOf("layer") }),
  );
  assert.equal(await (await fetch(downloadUrl)).text(), "layer", "another process serves what the first one kept");
  await again.send(new sdk.DeleteRepositoryCommand({ repositoryName: "one", force: true }));
  assert.equal(blobs(), 2);
  await again.send(new sdk.DeleteRepositoryCommand({ repositoryName: "two", force: true }));
  assert.equal(blobs(), 0);
  await second.close();
  assert.ok(existsSync(state));
  rmSync(folder, { recursive: true });
});

test("the journal has the length of a part in place of its bytes, and a part may come over the side channel", async () => {
  const uploadId = await initiate();
  await upload(uploadId, 0, Buffer.alloc(300_000, 1));
  const entry = emulator.journal().find(({ operation }) => operation === "UploadLayerPart");
  assert.equal(entry?.input["layerPartBlob"], 300_000);
  const more = { repositoryName, uploadId, partFirstByte: 300_000, partLastByte: 300_001, layerPartBlob: "AQI=" };
  emulator.asForeigner({ operation: "UploadLayerPart", input: more });
  const parts = await fetch(emulator.url, {
    method: "POST",
    headers: {
      "X-Amz-Target": "AmazonEC2ContainerRegistry_V20150921.UploadLayerPart",
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecr/aws4_request",
    },
    body: `{"uploadId" : "${uploadId}", "layerPartBlob" : "${"\\/".repeat(4)}", "partFirstByte": 300002, "partLastByte": 300004, "repositoryName": "${repositoryName}"}`,
  });
  assert.equal(parts.status, 200, "whatever the order, the spaces and the escapes of the JSON");
  const broken = await fetch(emulator.url, {
    method: "POST",
    headers: {
      "X-Amz-Target": "AmazonEC2ContainerRegistry_V20150921.UploadLayerPart",
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecr/aws4_request",
    },
    body: `{"layerPartBlob":"a$b%","uploadId":"${uploadId}"}`,
  });
  assert.equal(((await broken.json()) as { __type: string }).__type, "SerializationException");
});

test("an answer may be lost after the work was done, or break off", async () => {
  emulator.addFaults([
    { operation: "CreateRepository", kind: "drop-after", times: 1 },
    { operation: "DescribeRepositories", kind: "truncate", times: 1 },
  ]);
  assert.notEqual(await faultOf(ecr.send(new sdk.CreateRepositoryCommand({ repositoryName: "lost" }))), "none");
  assert.notEqual(await faultOf(ecr.send(new sdk.DescribeRepositoriesCommand({}))), "none");
  const { repositories = [] } = await ecr.send(new sdk.DescribeRepositoriesCommand({}));
  assert.deepEqual(
    repositories.map((repository) => repository.repositoryName),
    [repositoryName, "lost"],
  );
  assert.deepEqual(
    emulator.journal().flatMap(({ error }) => error ?? []),
    ["(drop-after)", "(truncate)"],
  );
});

test("a temporary folder of blobs is gone after the emulator", async () => {
  const own = await startEmulator();
  const mine = clientOf(own);
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("ecr-emulator-"));
  const earlier = folders();
  await mine.send(new sdk.CreateRepositoryCommand({ repositoryName }));
  await pushLayer(mine, repositoryName, "layer");
  const [made = ""] = folders().filter((name) => !earlier.includes(name));
  assert.equal(readFileSync(join(tmpdir(), made, digestOf("layer").replace(":", "-")), "utf8"), "layer");
  await own.close();
  assert.ok(!existsSync(join(tmpdir(), made)));
});
