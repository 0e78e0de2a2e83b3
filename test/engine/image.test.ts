/** Images on the real engine: build output → push → promote, changes, refusals, and runs that are cut off. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { ensurePulumi } from "../../tools/pulumi-cli.ts";
import { noise, simpleLayout } from "../images/layouts.ts";
import { createProject, type Project } from "./engine.ts";

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, { resources: {} });
});
after(async () => {
  project.remove();
  await emulator.close();
});

const called = (operation: string) => emulator.journal().filter((call) => call.operation === operation).length;

/** Digest → tags. */
function stored(repositoryName: string, region?: string): Record<string, string[]> {
  const { imageDetails } = emulator.asForeigner({
    operation: "DescribeImages",
    input: { repositoryName },
    ...(region ? { region } : {}),
  }) as { imageDetails: { imageDigest: string; imageTags?: string[] }[] };
  return Object.fromEntries(imageDetails.map(({ imageDigest, imageTags = [] }) => [imageDigest, imageTags]));
}

function build(...layers: (string | Uint8Array)[]): string {
  const path = join(project.folder, "build");
  rmSync(path, { recursive: true, force: true });
  return simpleLayout(path, ...layers).digest;
}

/** A repository, an image from `build/`, its promotion here and to another region, and an SBOM about it. */
function program(tags: string[], mutability = "MUTABLE"): object {
  const repository = (repositoryName: string, options: object = {}) => ({
    type: "ecr:Repository",
    properties: { repositoryName, forceDelete: true, ...(options as { properties?: object }).properties },
    ...("options" in options ? { options: options.options } : {}),
  });
  const abroad = { options: { provider: ref("abroad") } };
  return {
    resources: {
      abroad: { type: "pulumi:providers:ecr", properties: { region: "eu-west-1", endpoint: emulator.url } },
      team: repository("team/app"),
      prod: repository("prod/app", { properties: { imageTagMutability: mutability } }),
      far: repository("prod/app", abroad),
      app: {
        type: "ecr:Image",
        properties: {
          repositoryName: ref("team.repositoryName"),
          imageTags: ["latest"],
          source: { layout: "build" },
        },
      },
      promoted: {
        type: "ecr:Image",
        properties: {
          repositoryName: ref("prod.repositoryName"),
          imageTags: tags,
          source: { repositoryName: ref("app.repositoryName"), imageDigest: ref("app.imageDigest") },
        },
      },
      copied: {
        type: "ecr:Image",
        properties: {
          repositoryName: ref("far.repositoryName"),
          imageTags: tags,
          source: {
            repositoryName: ref("app.repositoryName"),
            imageDigest: ref("app.imageDigest"),
            region: "us-east-1",
          },
        },
        ...abroad,
      },
      sbom: {
        type: "ecr:Image",
        properties: {
          repositoryName: ref("app.repositoryName"),
          source: { file: "sbom.json", mediaType: "application/spdx+json", subject: ref("app.imageDigest") },
        },
      },
    },
    outputs: { uri: ref("promoted.imageUri") },
  };
}

/** A reference of Pulumi YAML. */
function ref(expression: string): string {
  return `\${${expression}}`;
}

test("an image is pushed, promoted, copied to another region and described, in one up", async () => {
  const digest = build("base", "first");
  writeFileSync(join(project.folder, "sbom.json"), '{"spdxVersion":"SPDX-2.3"}');
  project.write(program(["v1"]));
  const preview = await project.ok("preview");
  assert.match(preview.stdout, /\+ \d+ to create/);
  assert.equal(called("PutImage"), 0, "a preview pushes nothing");
  await project.ok("up", "--yes");
  assert.deepEqual(stored("prod/app"), { [digest]: ["v1"] });
  assert.deepEqual(stored("prod/app", "eu-west-1"), { [digest]: ["v1"] });
  assert.deepEqual(stored("team/app")[digest], ["latest"]);
  assert.equal(Object.keys(stored("team/app")).length, 2, "the image and its SBOM");
  const { stdout } = await project.ok("stack", "output", "uri");
  assert.equal(stdout.trim(), `123456789012.dkr.ecr.us-east-1.amazonaws.com/prod/app@${digest}`);
});

test("a second up, a preview and a refresh find nothing to do and send nothing", async () => {
  emulator.clearJournal();
  await project.ok("up", "--yes", "--expect-no-changes");
  await project.ok("preview", "--expect-no-changes");
  await project.ok("refresh", "--preview-only", "--expect-no-changes");
  for (const name of ["PutImage", "InitiateLayerUpload", "GetDownloadUrlForLayer"]) assert.equal(called(name), 0, name);
});

test("a new tag is put without a layer", async () => {
  emulator.clearJournal();
  project.write(program(["v1", "stable"]));
  await project.ok("up", "--yes");
  assert.equal(called("InitiateLayerUpload"), 0);
  assert.equal(called("PutImage"), 2);
});

test("a changed build is an update in the preview, and only its new layer is sent", async () => {
  const former = Object.keys(stored("prod/app"))[0] ?? "";
  const digest = build("base", "second");
  const { stdout } = await project.ok("preview", "--diff");
  assert.match(stdout, /imageDigest/);
  assert.match(stdout, /4 to update/);
  emulator.clearJournal();
  await project.ok("up", "--yes");
  assert.equal(called("CompleteLayerUpload"), 3, "one layer for each repository, and the SBOM's file is there already");
  assert.deepEqual(stored("prod/app")[digest]?.sort(), ["stable", "v1"]);
  assert.deepEqual(stored("prod/app")[former], [], "the former image stays");
  await project.ok("preview", "--expect-no-changes");
  await project.ok("refresh", "--preview-only", "--expect-no-changes");
});

test("a fixed tag is said to be fixed in the preview, and up sends nothing", async () => {
  project.write(program(["v1", "stable"], "IMMUTABLE"));
  await project.ok("up", "--yes");
  build("base", "third");
  const preview = await project.run("preview");
  assert.match(preview.output, /as it is now, the tag "v1" is on sha256:/);
  emulator.clearJournal();
  const refused = await project.run("up", "--yes");
  assert.notEqual(refused.code, 0);
  assert.match(refused.output, /the tag "v1" is on sha256:\w+ and cannot be moved to sha256:\w+/);
  const sent = emulator
    .journal()
    .filter(
      ({ operation, region, input }) =>
        region === "us-east-1" && input["repositoryName"] === "prod/app" && /^(Put|Initiate|Upload)/.test(operation),
    );
  assert.deepEqual(sent, []);
  project.write(program(["v3"], "IMMUTABLE"));
  await project.ok("up", "--yes");
});

/** Starts `pulumi up` and answers its process once parts are on their way. */
async function uploading(): Promise<ChildProcess> {
  const { path } = await ensurePulumi();
  const child = spawn(path, ["up", "--yes", "--skip-preview"], {
    cwd: project.folder,
    env: project.env,
    stdio: "ignore",
  });
  while (called("UploadLayerPart") < 2 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(child.exitCode, null, "it must still be at it");
  return child;
}

for (const signal of ["SIGINT", "SIGKILL"] as const) {
  test(`after ${signal} in mid-upload another up finishes the image`, { timeout: 120_000 }, async () => {
    const digest = build("base", noise(60_000_000));
    project.write(program([`after-${signal}`], "IMMUTABLE"));
    emulator.clearJournal();
    emulator.addFaults([{ operation: "UploadLayerPart", kind: "delay", ms: 500 }]);
    const child = await uploading();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
    emulator.clearFaults();
    assert.equal(Object.hasOwn(stored("team/app"), digest), false, "no manifest without its layers");
    await project.run("cancel", "--yes");
    await project.ok("up", "--yes");
    assert.deepEqual(stored("prod/app")[digest], [`after-${signal}`]);
    await project.ok("preview", "--expect-no-changes");
  });
}

test("destroy leaves nothing", async () => {
  await project.ok("destroy", "--yes");
  assert.deepEqual(emulator.state(), []);
});
