/** `/v2/`, as the OCI client oras for Python and plain requests see it, and the API of ECR beside it. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import * as sdk from "@aws-sdk/client-ecr";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { runPython } from "../../tools/python.ts";
import { clientOf, digestOf, emptyIndex, indexType, manifestOf, manifestType, pushImage } from "../harness/registry.ts";

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

async function tokenOf(client = ecr): Promise<string> {
  const { authorizationData = [] } = await client.send(new sdk.GetAuthorizationTokenCommand({}));
  return authorizationData[0]?.authorizationToken ?? "";
}

/** A request under `/v2/` with the caller's token. */
async function v2(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) {
  const authorization = `Basic ${await tokenOf()}`;
  const given = body === undefined ? {} : { body: body as string };
  return fetch(`${emulator.url}${path.startsWith("/v2/") ? path : `/v2/${path}`}`, {
    method,
    headers: { authorization, ...headers },
    ...given,
  });
}

const codeOf = async (response: Response) => {
  const { errors } = (await response.json()) as { errors: { code: string }[] };
  return `${response.status} ${errors[0]?.code}`;
};

test("oras pushes, pulls and copies artifacts, and the API of ECR shows the same", async () => {
  await ecr.send(new sdk.CreateRepositoryCommand({ repositoryName: "team/copy" }));
  const [user, password] = Buffer.from(await tokenOf(), "base64")
    .toString()
    .split(":");
  const folder = mkdtempSync(join(tmpdir(), "oras-"));
  const program = `
import json, os, oras.client, oras.container, oras.oci
host = "127.0.0.1:${emulator.port}"
os.chdir("${folder}")
client = oras.client.OrasClient(insecure=True, auth_backend="basic")
client.login(hostname=host, username="${user}", password="${password}", config_path="${folder}/auth.json")
open("sbom.json", "w").write(json.dumps({"packages": list(range(1000))}))
open("big.bin", "wb").write(bytes(range(256)) * 40000)
pushed = client.push(target=f"{host}/team/app:sbom", files=["sbom.json", "big.bin"], manifest_annotations={"who": "oras"})
chunked = client.push(target=f"{host}/team/app:chunked", files=["big.bin"], do_chunked=True, chunk_size=1000000)
os.mkdir("out")
pulled = client.pull(target=f"{host}/team/app:sbom", outdir="out")
same = all(open(f"out/{name}", "rb").read() == open(name, "rb").read() for name in ["sbom.json", "big.bin"])
source, target = oras.container.Container(f"{host}/team/app:sbom"), oras.container.Container(f"{host}/team/copy:sbom")
manifest = client.get_manifest(source)
for layer in [manifest["config"], *manifest["layers"]]:
    client.download_blob(source, layer["digest"], "blob")
    client.upload_blob("blob", target, layer)
copied = client.upload_manifest(manifest, target)
print(json.dumps({"pushed": pushed.status_code, "chunked": chunked.status_code, "copied": copied.status_code, "pulled": len(pulled), "same": same, "tags": sorted(client.get_tags(source)), "layers": manifest["layers"]}))
`;
  try {
    const { layers, ...seen } = JSON.parse(await runPython(program));
    assert.deepEqual(seen, {
      pushed: 201,
      chunked: 201,
      copied: 201,
      pulled: 2,
      same: true,
      tags: ["chunked", "sbom"],
    });
    const [source, copy] = await Promise.all(
      ["team/app", "team/copy"].map((name) =>
        ecr.send(new sdk.BatchGetImageCommand({ repositoryName: name, imageIds: [{ imageTag: "sbom" }] })),
      ),
    );
    const manifest = JSON.parse(source?.images?.[0]?.imageManifest ?? "{}");
    assert.deepEqual(manifest.layers, layers);
    assert.deepEqual(manifest.annotations, { who: "oras" });
    assert.deepEqual(JSON.parse(copy?.images?.[0]?.imageManifest ?? "{}"), manifest);
    const { imageDetails = [] } = await ecr.send(
      new sdk.DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: "sbom" }] }),
    );
    assert.ok((imageDetails[0]?.imageSizeInBytes ?? 0) > 10_240_000);
    assert.ok(imageDetails[0]?.lastRecordedPullTime, "a pull of the manifest is recorded");
    const { downloadUrl = "" } = await ecr.send(
      new sdk.GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: layers[1].digest }),
    );
    assert.equal(digestOf(Buffer.from(await (await fetch(downloadUrl)).arrayBuffer())), layers[1].digest);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("only the token of ECR opens it, for twelve hours, and only its own account and region", async () => {
  const bare = await fetch(`${emulator.url}/v2/`);
  assert.equal(bare.status, 401);
  assert.match(bare.headers.get("www-authenticate") ?? "", /^Basic realm=/);
  assert.equal((await v2("GET", "/v2/")).status, 200);
  for (const credential of ["AWS:x", "root:x", "", "AWS:bnVsbA=="]) {
    const authorization = `Basic ${Buffer.from(credential).toString("base64")}`;
    assert.equal((await fetch(`${emulator.url}/v2/`, { headers: { authorization } })).status, 401, credential);
  }
  const other = await tokenOf(clientOf(emulator, "999999999999", "eu-west-1"));
  const headers = { authorization: `Basic ${other}` };
  const foreign = await fetch(`${emulator.url}/v2/team/app/tags/list`, { headers });
  assert.equal(await codeOf(foreign), "404 NAME_UNKNOWN");
  emulator.clock.advance(12 * 3_600 + 1);
  assert.equal(await codeOf(await fetch(`${emulator.url}/v2/`, { headers })), "403 DENIED");
});

test("blobs come whole, in chunks or by mount, and go whole or in part", async () => {
  const content = "0123456789".repeat(100);
  const digest = digestOf(content);
  assert.equal((await v2("HEAD", `team/app/blobs/${digest}`)).status, 404);
  const begun = await v2("POST", "team/app/blobs/uploads/");
  assert.equal(begun.status, 202);
  const at = begun.headers.get("location") ?? "";
  const first = await v2("PATCH", at, content.slice(0, 600), { "content-range": "0-599" });
  assert.deepEqual([first.status, first.headers.get("range")], [202, "0-599"]);
  assert.equal(await codeOf(await v2("PATCH", at, "x", { "content-range": "700-700" })), "416 BLOB_UPLOAD_INVALID");
  assert.equal((await v2("GET", at)).headers.get("range"), "0-599");
  assert.equal((await v2("PUT", `${at}?digest=${digest}`, content.slice(600))).status, 201);
  assert.equal((await v2("HEAD", `team/app/blobs/${digest}`)).headers.get("content-length"), "1000");
  assert.equal(await (await v2("GET", `team/app/blobs/${digest}`, undefined, { range: "bytes=5-7" })).text(), "567");
  const single = await v2("POST", `team/app/blobs/uploads/?digest=${digestOf("one")}`, "one");
  assert.equal(single.status, 201);
  const wrong = await v2("POST", `team/app/blobs/uploads/?digest=${digestOf("two")}`, "one");
  assert.equal(await codeOf(wrong), "400 DIGEST_INVALID");
  assert.equal(await codeOf(await v2("GET", at)), "404 BLOB_UPLOAD_UNKNOWN");
  await ecr.send(new sdk.CreateRepositoryCommand({ repositoryName: "team/other" }));
  const mount = () => v2("POST", `team/other/blobs/uploads/?mount=${digest}&from=team/app`);
  assert.equal((await mount()).status, 202, "mounting is a setting of the account, and off");
  await ecr.send(new sdk.PutAccountSettingCommand({ name: "BLOB_MOUNTING", value: "ENABLED" }));
  assert.equal((await mount()).status, 201);
  assert.equal((await v2("HEAD", `team/other/blobs/${digest}`)).status, 200);
});

test("manifests keep the rules of the repository, and lists have pages", async () => {
  await ecr.send(new sdk.PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: "IMMUTABLE" }));
  const put = (reference: string, manifest: string, type = indexType) =>
    v2("PUT", `team/app/manifests/${reference}`, manifest, { "content-type": type });
  for (const tag of ["c", "a", "b"]) assert.equal((await put(tag, emptyIndex(tag))).status, 201);
  assert.equal(await codeOf(await put("a", emptyIndex("other"))), "400 TAG_INVALID");
  assert.equal((await put("a", emptyIndex("a"))).status, 201, "the same again is no change");
  assert.equal(await codeOf(await put(digestOf("x"), emptyIndex("y"))), "400 DIGEST_INVALID");
  assert.equal(await codeOf(await put("d", "no json")), "400 MANIFEST_INVALID");
  const config = { digest: digestOf("missing"), size: 7 };
  assert.equal(await codeOf(await put("d", manifestOf(config, []), manifestType)), "400 MANIFEST_BLOB_UNKNOWN");
  assert.equal(
    await codeOf(await v2("PUT", "none/such/manifests/a", emptyIndex("a"), { "content-type": indexType })),
    "404 NAME_UNKNOWN",
  );
  const page = await v2("GET", "team/app/tags/list?n=2");
  assert.deepEqual(await page.json(), { name: "team/app", tags: ["a", "b"] });
  const next = /<(.+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1] ?? "";
  assert.deepEqual(await (await v2("GET", next)).json(), { name: "team/app", tags: ["c"] });
  const head = await v2("HEAD", "team/app/manifests/a");
  assert.equal(head.headers.get("docker-content-digest"), digestOf(emptyIndex("a")));
  assert.equal(head.headers.get("content-type"), indexType);
  assert.equal((await v2("DELETE", "team/app/manifests/a")).status, 202);
  assert.equal(await codeOf(await v2("GET", "team/app/manifests/a")), "404 MANIFEST_UNKNOWN");
  for (const path of ["team/app/nonsense", "manifests/a", "team/app/blobs/x/y", "%"])
    assert.equal(await codeOf(await v2("GET", path)), "405 UNSUPPORTED", path);
  assert.equal(await codeOf(await v2("DELETE", `team/app/blobs/${digestOf("x")}`)), "405 UNSUPPORTED");
});

test("referrers are found by their subject, and by type", async () => {
  const subject = await pushImage(ecr, repositoryName, "v1");
  const more = (artifactType: string) => ({
    artifactType,
    subject: { digest: subject, mediaType: manifestType, size: 1 },
  });
  const sbom = await pushImage(ecr, repositoryName, undefined, "sbom", more("example/sbom"));
  const signature = await pushImage(ecr, repositoryName, undefined, "signature", more("example/signature"));
  const referrers = async (query = "") => {
    const response = await v2("GET", `team/app/referrers/${subject}${query}`);
    const { manifests } = (await response.json()) as { manifests: { digest: string; artifactType: string }[] };
    return { digests: manifests.map(({ digest }) => digest), filtered: response.headers.get("oci-filters-applied") };
  };
  assert.deepEqual(await referrers(), { digests: [sbom, signature], filtered: null });
  assert.deepEqual(await referrers("?artifactType=example/sbom"), { digests: [sbom], filtered: "artifactType" });
});

test("a push to a repository that a template makes works, and faults reach these requests too", async () => {
  await ecr.send(new sdk.CreateRepositoryCreationTemplateCommand({ prefix: "made", appliedFor: ["CREATE_ON_PUSH"] }));
  const put = () => v2("PUT", "made/here/manifests/a", emptyIndex("a"), { "content-type": indexType });
  emulator.addFaults([{ operation: "(PUT manifest)", kind: "throttle", times: 1 }]);
  assert.equal(await codeOf(await put()), "429 TOOMANYREQUESTS");
  assert.equal((await put()).status, 201);
  emulator.addFaults([{ operation: "(GET manifest)", kind: "truncate", times: 1 }]);
  await assert.rejects((await v2("GET", "made/here/manifests/a")).text());
});

test("a push sets off what a push sets off in ECR, and the same push again sets off nothing", async () => {
  const destination = clientOf(emulator, "test", "eu-west-1");
  const rules = [{ destinations: [{ region: "eu-west-1", registryId: "123456789012" }] }];
  await ecr.send(new sdk.PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));
  const copies = async () => {
    emulator.tick();
    const { repositories = [] } = await destination.send(new sdk.DescribeRepositoriesCommand({}));
    if (repositories.length === 0) return [];
    const { imageIds = [] } = await destination.send(new sdk.ListImagesCommand({ repositoryName }));
    return imageIds.map(({ imageTag }) => imageTag);
  };
  const push = (tag: string) =>
    v2("PUT", `team/app/manifests/${tag}`, emptyIndex("copied"), { "content-type": indexType });
  assert.equal((await push("v1")).status, 201);
  assert.deepEqual(await copies(), ["v1"]);
  await destination.send(new sdk.DeleteRepositoryCommand({ repositoryName, force: true }));
  assert.equal((await push("v1")).status, 201);
  assert.deepEqual(await copies(), []);
  assert.equal((await push("v2")).status, 201);
  assert.deepEqual(await copies(), ["v1", "v2"]);
});
