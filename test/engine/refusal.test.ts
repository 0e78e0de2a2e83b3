/** A replacement of a repository with images is refused before anything is touched, whatever asks for it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { createProject, type Project } from "./engine.ts";
import { lifecycle, pullPolicy } from "./program.ts";

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, program({}));
});
after(async () => {
  project.remove();
  await emulator.close();
});

interface Shape {
  readonly properties?: object;
  readonly options?: object;
  readonly region?: string;
}

function program({ properties, options, region = "us-east-1" }: Shape): object {
  const reference = (property: string) => `\${${property}}`;
  const provider = reference("ecr");
  const dependent = (type: string, declared: object) => ({
    type: `ecr:${type}`,
    properties: { repositoryName: reference("app.repositoryName"), ...declared },
    options: { provider },
  });
  return {
    resources: {
      ecr: { type: "pulumi:providers:ecr", properties: { region } },
      app: {
        type: "ecr:Repository",
        properties: { repositoryName: "team/app", tags: { team: "core" }, ...properties },
        options: { provider, ...options },
      },
      policy: dependent("RepositoryPolicy", { policyText: pullPolicy }),
      lifecycle: dependent("LifecyclePolicy", { lifecyclePolicyText: lifecycle }),
    },
  };
}

const changes: Readonly<Record<string, Shape>> = {
  "another encryption": { properties: { encryptionConfiguration: { encryptionType: "KMS" } } },
  "another name": { properties: { repositoryName: "team/new" } },
  "another region of the provider": { region: "eu-west-1" },
  "replaceOnChanges and another tag": {
    properties: { tags: { team: "other" } },
    options: { replaceOnChanges: ["tags"] },
  },
  "another name and deleteBeforeReplace": {
    properties: { repositoryName: "team/new" },
    options: { deleteBeforeReplace: true },
  },
  "another region and deleteBeforeReplace": { region: "eu-west-1", options: { deleteBeforeReplace: true } },
};

const writes = () =>
  emulator
    .journal()
    .map(({ operation }) => operation)
    .filter((operation) => !/^(Describe|Get|List)/.test(operation));

/** The repositories of all regions. */
const repositories = () => emulator.state().flatMap((registry) => Object.keys(registry.repositories));

function push(repositoryName: string, imageTag: string): void {
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [], annotations: { imageTag } });
  emulator.asForeigner({ operation: "PutImage", input: { repositoryName, imageTag, imageManifest } });
}

test("a repository with two images and its policies are made", async () => {
  await project.ok("up", "--yes");
  for (const imageTag of ["v1", "v2"]) push("team/app", imageTag);
});

for (const [what, change] of Object.entries(changes)) {
  test(`${what}: the preview and the update are refused with nothing touched, and going back is no change`, async () => {
    emulator.clearJournal();
    project.write(program(change));
    // The engine records the provider's new region before it asks about any resource, unless a preview comes first.
    const up = change.region ? ["up", "--yes"] : ["up", "--yes", "--skip-preview"];
    for (const command of [["preview"], up]) {
      const refused = await project.run(...command);
      assert.notEqual(refused.code, 0, refused.output);
      const told = refused.output.replaceAll(/\s+/g, " ");
      assert.match(told, /repository "team\/app" holds 2 images, and this change would replace it/);
      for (const way of [/To delete the 2 images with it, set forceDelete/, /`retainOnDelete`/, /`ecr\.Image`/])
        assert.match(told, way);
    }
    assert.deepEqual(writes(), []);
    assert.equal(emulator.journal().filter(({ operation }) => operation === "ListImages").length, 2);
    project.write(program({}));
    await project.ok("preview", "--expect-no-changes");
    await project.ok("refresh", "--yes", "--expect-no-changes");
  });
}

test("the advised retainOnDelete keeps the repository with its images", async () => {
  project.write(program({ options: { retainOnDelete: true } }));
  await project.ok("up", "--yes");
  const moved = program({ properties: { repositoryName: "team/new" } }) as { resources: Record<string, object> };
  const { app, ...rest } = JSON.parse(JSON.stringify(moved).replaceAll("app.repositoryName", "renamed.repositoryName"))
    .resources as Record<string, object>;
  project.write({ resources: { ...rest, renamed: app } });
  await project.ok("up", "--yes");
  assert.deepEqual(repositories().sort(), ["team/app", "team/new"]);
  assert.equal(emulator.state()[0]?.repositories["team/app"]?.images.length, 2);
});

test("with forceDelete deployed before, the preview counts the images that die, and the update replaces", async () => {
  push("team/new", "v1");
  const named = (properties: object) => {
    const { app, ...rest } = (program({ properties: { ...properties, forceDelete: true } }) as { resources: object })
      .resources as Record<string, object>;
    return JSON.parse(
      JSON.stringify({ resources: { ...rest, renamed: app } }).replaceAll(
        "app.repositoryName",
        "renamed.repositoryName",
      ),
    ) as object;
  };
  project.write(named({ repositoryName: "team/new" }));
  await project.ok("up", "--yes");
  project.write(named({ repositoryName: "team/newer" }));
  const { output } = await project.ok("preview");
  assert.match(
    output.replaceAll(/\s+/g, " "),
    /replacing repository "team\/new" deletes its 1 image, because of forceDelete/,
  );
  await project.ok("up", "--yes");
  assert.deepEqual(repositories().sort(), ["team/app", "team/newer"]);
});
