/**
 * Images on their way: what is sent and what is not, and that nothing is lost or left half done when connections break,
 * answers get lost, sources lie, or the run is cancelled. The emulator is the registry.
 */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { type Plugin, plain, startPlugin } from "../harness/client.ts";
import { Session, wire } from "../harness/session.ts";
import { digestOf, LayoutFolder, noise, simpleLayout } from "./layouts.ts";

const partSize = 10 * 1024 * 1024;
let emulator: Emulator;
let plugin: Plugin;
let folder: string;
before(async () => {
  Object.assign(process.env, { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  emulator = await startEmulator();
});
beforeEach(async () => {
  emulator.reset();
  for (const repositoryName of ["team/app", "prod/app"]) write("CreateRepository", { repositoryName });
  emulator.clearJournal();
  plugin = await startPlugin({ endpoint: emulator.url, maxRetries: 3 });
  folder = mkdtempSync(join(tmpdir(), "ecr-push-"));
});
afterEach(async () => {
  await plugin.close();
  rmSync(folder, { recursive: true });
});
after(() => emulator.close());

const write = (operation: string, input: Record<string, unknown>, region?: string) =>
  emulator.asForeigner({ operation, input, ...(region ? { region } : {}) });
const called = (operation: string) => emulator.journal().filter((call) => call.operation === operation);
const image = (name = "res") => new Session(plugin, "Image", name);
const outputs = (session: Session) => plain(session.state?.outputs) as Record<string, string & string[]>;

/** Digest → tags, of a repository. */
function stored(repositoryName: string): Record<string, string[]> {
  const { imageDetails } = write("DescribeImages", { repositoryName }) as {
    imageDetails: { imageDigest: string; imageTags?: string[] }[];
  };
  return Object.fromEntries(imageDetails.map(({ imageDigest, imageTags = [] }) => [imageDigest, imageTags]));
}

async function failure(acting: Promise<unknown>): Promise<string> {
  return acting.then(
    () => assert.fail("it must fail"),
    (error: Error & { details?: string }) => error.details ?? error.message,
  );
}

const app = (more: object = {}) =>
  wire({ repositoryName: "team/app", imageTags: ["v1"], source: { layout: join(folder, "app") }, ...more });

test("a layer is sent in parts of 10 MiB, one after the other, and only once", async () => {
  const { digest } = simpleLayout(join(folder, "app"), noise(2 * partSize + 5));
  await image().up(app());
  const parts = called("UploadLayerPart").map(
    ({ input }) => Number(input["partLastByte"]) - Number(input["partFirstByte"]) + 1,
  );
  assert.deepEqual(
    parts.filter((size) => size > 1_000),
    [partSize, partSize],
  );
  assert.ok(parts.includes(5));
  assert.deepEqual(stored("team/app"), { [digest]: ["v1"] });
  emulator.clearJournal();
  simpleLayout(join(folder, "app2"), "another");
  await image("two").up(wire({ repositoryName: "team/app", source: { layout: join(folder, "app") } }));
  assert.deepEqual(called("InitiateLayerUpload"), [], "what is there is not sent again");
});

test("many small layers are checked in batches of 100 and arrive", { timeout: 60_000 }, async () => {
  const { digest } = simpleLayout(join(folder, "app"), ...Array.from({ length: 150 }, (_, index) => `layer ${index}`));
  await image().up(app());
  assert.equal(called("BatchCheckLayerAvailability").length, 2);
  assert.deepEqual(stored("team/app"), { [digest]: ["v1"] });
});

for (const [name, faults] of Object.entries({
  "connections that are reset": [{ operation: "UploadLayerPart", kind: "reset", every: 2 }],
  "lost answers to parts": [{ operation: "UploadLayerPart", kind: "drop-after", every: 2 }],
  "parts of whose answers only the start arrives": [{ operation: "UploadLayerPart", kind: "truncate", every: 3 }],
  "a lost answer to the last call of a layer": [{ operation: "CompleteLayerUpload", kind: "drop-after", times: 1 }],
  "a lost answer to the manifest": [{ operation: "PutImage", kind: "drop-after", times: 1 }],
  "uploads that ECR has forgotten": [
    { operation: "UploadLayerPart", kind: "error", code: "UploadNotFoundException", after: 1, times: 1 },
  ],
  throttling: [{ operation: "*", kind: "throttle", every: 2, times: 3 }],
} as const)) {
  test(`an image arrives whole in spite of ${name}`, { timeout: 60_000 }, async () => {
    const { digest } = simpleLayout(join(folder, "app"), noise(3 * partSize), "small");
    emulator.addFaults(faults as never);
    const session = image();
    await session.up(app());
    assert.ok(
      emulator.journal().some(({ error }) => error !== undefined),
      "something must have gone wrong",
    );
    emulator.clearFaults();
    assert.deepEqual(stored("team/app"), { [digest]: ["v1"] });
    await session.destroy();
    assert.deepEqual(stored("team/app"), {}, "what was pushed is known to have been");
  });
}

test("after a connection that stays broken, the next up sends what is missing and nothing else", {
  timeout: 60_000,
}, async () => {
  const { digest } = simpleLayout(join(folder, "app"), "first", noise(2 * partSize));
  const session = image();
  emulator.addFaults([{ operation: "UploadLayerPart", kind: "reset", after: 3 }]);
  assert.match(await failure(session.up(app())), /UploadLayerPart could not reach ECR/);
  emulator.clearFaults();
  assert.deepEqual(stored("team/app"), {}, "no manifest without its layers");
  emulator.clearJournal();
  await session.up(app());
  assert.ok(called("InitiateLayerUpload").length < 3, "layers that arrived are not sent again");
  assert.deepEqual(stored("team/app"), { [digest]: ["v1"] });
});

test("a blob with other bytes than its digest says is not stored, and the repaired one is", async () => {
  const { digest, layout } = simpleLayout(join(folder, "app"), "one", "two");
  writeFileSync(layout.file(digestOf("two")), "owt");
  const session = image();
  assert.match(
    await failure(session.up(app())),
    /reading layer sha256:3fc4\w+: it has the digest sha256:\w+ in truth, so it was not stored; build or fetch it again/,
  );
  assert.deepEqual(stored("team/app"), {});
  writeFileSync(layout.file(digestOf("two")), "two");
  await session.up(app());
  assert.deepEqual(stored("team/app"), { [digest]: ["v1"] });
});

test("an empty layer is refused in words", async () => {
  simpleLayout(join(folder, "app"), "");
  assert.match(await failure(image().up(app())), /it is empty, and ECR stores no empty layers/);
});

test("a repository that vanishes in mid-upload is said to be deleted, at once", { timeout: 20_000 }, async () => {
  simpleLayout(join(folder, "app"), noise(3 * partSize));
  emulator.addFaults([{ operation: "UploadLayerPart", kind: "delay", ms: 200 }]);
  const pushing = failure(image().up(app()));
  while (called("UploadLayerPart").length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  write("DeleteRepository", { repositoryName: "team/app", force: true });
  assert.match(
    await pushing,
    /the repository "team\/app" was deleted while the image was pushed; create it and run again/,
  );
});

test("Cancel during an upload ends it at once, and the next up finishes it", { timeout: 30_000 }, async () => {
  const { digest } = simpleLayout(join(folder, "app"), noise(3 * partSize));
  const session = image();
  emulator.addFaults([{ operation: "UploadLayerPart", kind: "delay", ms: 10_000 }]);
  const pushing = failure(session.up(app()));
  while (called("UploadLayerPart").length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  await plugin.call("cancel", new empties.Empty());
  assert.match(await pushing, /it was cancelled; run the command again to finish it/);
  emulator.clearFaults();
  await plugin.close();
  plugin = await startPlugin({ endpoint: emulator.url });
  await image().up(app());
  assert.deepEqual(stored("team/app"), { [digest]: ["v1"] });
});

test("a source that changes between Check and the push is not pushed under the old digest", async () => {
  simpleLayout(join(folder, "app"), "one");
  const session = image();
  const checked = await session.check(app());
  rmSync(join(folder, "app"), { recursive: true });
  simpleLayout(join(folder, "app"), "two");
  assert.match(
    await failure(session.up({ ...checked })),
    /has no image with sha256:|the source holds sha256:\w+, which is not the image/,
  );
});

/** A layout with an index of two images, pushed; answers its parts. */
async function pushIndex(session: Session) {
  const layout = new LayoutFolder(join(folder, "app"));
  const [amd, arm] = [layout.manifest(["amd"]), layout.manifest(["arm"])];
  const index = layout.index([amd, arm]);
  layout.add(index);
  await session.up(app());
  return { amd: amd.digest, arm: arm.digest, index: index.digest };
}

test("an index is pushed after its images, promoted whole, and promoted again without a layer", async () => {
  const { amd, arm, index } = await pushIndex(image());
  assert.deepEqual(stored("team/app"), { [amd]: [], [arm]: [], [index]: ["v1"] });
  const promote = (imageTags: string[]) =>
    wire({ repositoryName: "prod/app", imageTags, source: { repositoryName: "team/app", imageDigest: index } });
  const promoted = image("promoted");
  await promoted.up(promote(["v1"]));
  assert.deepEqual(stored("prod/app"), { [amd]: [], [arm]: [], [index]: ["v1"] });
  emulator.clearJournal();
  await promoted.up(promote(["v1", "latest"]));
  for (const name of ["BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "UploadLayerPart"])
    assert.deepEqual(called(name), []);
  await promoted.destroy();
  assert.deepEqual(stored("prod/app"), {});
});

test("an image whose layers are there is promoted without sending one", async () => {
  simpleLayout(join(folder, "app"), "base", "first");
  await image().up(app());
  await image("copy").up(wire({ repositoryName: "prod/app", source: { repositoryName: "team/app", imageTag: "v1" } }));
  const layout = new LayoutFolder(join(folder, "other"));
  layout.add(layout.manifest(["base", "first"], { annotations: { build: "2" } }));
  await image("other").up(wire({ repositoryName: "team/app", imageTags: ["v2"], source: { layout: layout.path } }));
  emulator.clearJournal();
  await image("again").up(
    wire({ repositoryName: "prod/app", imageTags: ["v2"], source: { repositoryName: "team/app", imageTag: "v2" } }),
  );
  for (const name of ["InitiateLayerUpload", "UploadLayerPart", "GetDownloadUrlForLayer"])
    assert.deepEqual(called(name), []);
  assert.equal(called("PutImage").length, 1);
});

test("an image is copied from another region", async () => {
  write("CreateRepository", { repositoryName: "team/app" }, "eu-west-1");
  const { digest } = simpleLayout(join(folder, "app"), noise(partSize + 1));
  const abroad = await startPlugin({ endpoint: emulator.url, region: "eu-west-1" });
  try {
    await new Session(abroad, "Image", "there").up(app());
  } finally {
    await abroad.close();
  }
  const source = { repositoryName: "team/app", imageTag: "v1", region: "eu-west-1" };
  await image().up(wire({ repositoryName: "prod/app", imageTags: ["v1"], source }));
  assert.deepEqual(stored("prod/app"), { [digest]: ["v1"] });
});

describe("an image of another account", () => {
  const theirs = "111122223333";
  const source = { repositoryName: "team/app", imageTag: "v1", registryId: theirs };
  const copy = () => image("copy").up(wire({ repositoryName: "prod/app", imageTags: ["v1"], source }));
  const allow = (...actions: string[]) =>
    emulator.asForeigner({
      operation: "SetRepositoryPolicy",
      account: theirs,
      input: {
        repositoryName: "team/app",
        policyText: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: actions }],
        }),
      },
    });
  let digest = "";
  beforeEach(async () => {
    emulator.asForeigner({ operation: "CreateRepository", account: theirs, input: { repositoryName: "team/app" } });
    digest = simpleLayout(join(folder, "app"), noise(partSize + 1)).digest;
    const owner = await startPlugin({ endpoint: emulator.url, accessKey: theirs, secretKey: "x" });
    await new Session(owner, "Image", "there").up(app()).finally(() => owner.close());
    emulator.clearJournal();
  });

  test("is copied with this account's own credentials, and only into this account", async () => {
    allow("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer");
    await copy();
    assert.deepEqual(stored("prod/app"), { [digest]: ["v1"] });
    assert.deepEqual(stored("team/app"), {}, "the repository of the same name here is another one");
    assert.deepEqual(new Set(emulator.journal().map(({ account }) => account)), new Set(["123456789012", theirs]));
    const asked = emulator.journal().filter(({ input }) => input["registryId"] === theirs);
    assert.deepEqual([...new Set(asked.map(({ operation }) => operation))].sort(), [
      "BatchGetImage",
      "GetDownloadUrlForLayer",
    ]);
  });

  for (const [name, actions] of Object.entries({
    "without a policy": [],
    "whose policy allows the manifest only": ["ecr:BatchGetImage"],
  })) {
    test(`${name} is refused, and the error says what that policy has to allow`, async () => {
      if (actions.length > 0) allow(...actions);
      await assert.rejects(
        copy(),
        /copying from repository "team\/app" \(registry 111122223333\): .*AccessDenied.*must allow this account ecr:BatchGetImage and ecr:GetDownloadUrlForLayer/,
      );
      assert.deepEqual(stored("prod/app"), {});
    });
  }
});

for (const [name, fault] of Object.entries({
  "break off in the middle": { kind: "truncate", times: 3 },
  "are reset": { kind: "reset", times: 3 },
  "have expired addresses": { kind: "error", code: "AccessDenied", status: 403, times: 2 },
} as const)) {
  test(`a copy goes on when downloads ${name}`, { timeout: 60_000 }, async () => {
    const { digest } = simpleLayout(join(folder, "app"), noise(partSize + 1_000_000));
    await image().up(app());
    emulator.addFaults([{ operation: "(download)", ...fault }]);
    const source = { repositoryName: "team/app", imageDigest: digest };
    await image("copy").up(wire({ repositoryName: "prod/app", imageTags: ["v1"], source }));
    assert.ok(emulator.journal().some(({ operation, error }) => operation === "(download)" && error !== undefined));
    emulator.clearFaults();
    assert.deepEqual(stored("prod/app"), { [digest]: ["v1"] });
  });
}

test("a download that never arrives ends with what to do", { timeout: 60_000 }, async () => {
  const { digest } = simpleLayout(join(folder, "app"), "one");
  await image().up(app());
  emulator.addFaults([{ operation: "(download)", kind: "reset" }]);
  const source = { repositoryName: "team/app", imageDigest: digest };
  const copying = image("copy").up(wire({ repositoryName: "prod/app", source }));
  assert.match(await failure(copying), /downloading layer sha256:[0-9a-f]{64}: the connection broke off .*; run again/);
  emulator.clearFaults();
});

test("destroy leaves what others have made or need: tags, images before it, shared children, subjects", async () => {
  const session = image();
  const { amd, arm, index } = await pushIndex(session);
  const { imageManifest } = (
    write("BatchGetImage", { repositoryName: "team/app", imageIds: [{ imageDigest: amd }] }) as {
      images: { imageManifest: string }[];
    }
  ).images[0] ?? { imageManifest: "" };
  const layout = new LayoutFolder(join(folder, "other"));
  const child = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: arm, size: 1 };
  write("PutImage", { repositoryName: "team/app", imageManifest, imageTag: "theirs" });
  const other = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [child],
  });
  layout.blob(other);
  write("PutImage", { repositoryName: "team/app", imageManifest: other, imageTag: "other" });
  await session.destroy();
  assert.deepEqual(stored("team/app"), { [amd]: ["theirs"], [arm]: [], [digestOf(other)]: ["other"] });
  assert.equal(Object.hasOwn(stored("team/app"), index), false);
  const said = plugin.messages.map(({ text }) => text).join("\n");
  assert.ok(said.includes(`${arm} stays, because an index lists it`), said);
});

test("an artifact refers to its image, which stays as long as the artifact is there", async () => {
  const session = image();
  const { digest } = simpleLayout(join(folder, "app"), "one");
  await session.up(app());
  writeFileSync(join(folder, "sbom.json"), "{}\n");
  const file = { file: join(folder, "sbom.json"), mediaType: "application/spdx+json", subject: digest };
  const artifact = image("sbom");
  await artifact.up(wire({ repositoryName: "team/app", source: file }));
  const { referrers } = write("ListImageReferrers", {
    repositoryName: "team/app",
    subjectId: { imageDigest: digest },
  }) as { referrers: { digest: string; artifactType: string }[] };
  assert.deepEqual(
    referrers.map(({ digest, artifactType }) => [digest, artifactType]),
    [[outputs(artifact)["imageDigest"], "application/spdx+json"]],
  );
  await session.destroy();
  assert.deepEqual(stored("team/app")[digest], ["v1"], "the subject stays");
  assert.match(plugin.messages.map(({ text }) => text).join(), /stays, because artifacts refer to it/);
  await artifact.destroy();
});

test("an image that was there before is tagged and left, and its tags are taken off only while it keeps another", async () => {
  const before = image("before");
  const { digest } = simpleLayout(join(folder, "app"), "one");
  await before.up(app());
  const tagging = image("tagging");
  await tagging.up(wire({ repositoryName: "team/app", imageDigest: digest, imageTags: ["stable"] }));
  assert.deepEqual(stored("team/app")[digest]?.sort(), ["stable", "v1"]);
  assert.deepEqual(outputs(tagging)["pushedDigests"], []);
  await tagging.destroy();
  assert.deepEqual(stored("team/app"), { [digest]: ["v1"] });
});

test("an image that is nowhere, without a source, is asked for", async () => {
  const missing = wire({ repositoryName: "team/app", imageDigest: digestOf("nothing"), imageTags: ["v1"] });
  assert.match(
    await failure(image().up(missing)),
    /there is no image sha256:\w+ in repository "team\/app"; give a source/,
  );
});
