/**
 * Replacements and deletions that the engine asks for, of everything that is made by a put: what the program still declares is
 * never removed, on no way through the engine, and what it does not declare is.
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { simpleLayout } from "../images/layouts.ts";
import { createProject, type Project } from "./engine.ts";
import {
  exclusion,
  lifecycle,
  mirror,
  pullPolicy,
  registryPolicy,
  replication,
  scanning,
  signing,
  template,
} from "./program.ts";

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, program());
  simpleLayout(join(project.folder, "build"), "one layer");
});
after(async () => {
  project.remove();
  await emulator.close();
});

const reference = (property: string) => `\${${property}}`;

/** Everything that is made by a put, by its usual logical name. */
const puts: Readonly<Record<string, { readonly type: string; readonly properties: object; readonly changed: object }>> =
  {
    policy: {
      type: "RepositoryPolicy",
      properties: { repositoryName: reference("app.repositoryName"), policyText: pullPolicy },
      changed: { policyText: { Statement: [{ ...pullPolicy.Statement[0], Action: "ecr:BatchGetImage" }] } },
    },
    lifecycle: {
      type: "LifecyclePolicy",
      properties: { repositoryName: reference("app.repositoryName"), lifecyclePolicyText: lifecycle },
      changed: { lifecyclePolicyText: JSON.stringify(lifecycle).replace("10", "11") },
    },
    registry: {
      type: "RegistryPolicy",
      properties: { policyText: registryPolicy },
      changed: {
        policyText: { Statement: [{ ...registryPolicy.Statement[0], Principal: { AWS: "222222222222" } }] },
      },
    },
    replication: {
      type: "ReplicationConfiguration",
      properties: { rules: replication },
      changed: { rules: [{ destinations: [{ region: "eu-west-2", registryId: "111111111111" }] }] },
    },
    scanning: {
      type: "ScanningConfig",
      properties: { repositoryName: reference("other.repositoryName"), scanOnPush: true },
      changed: { scanOnPush: false },
    },
    tags: {
      type: "Tags",
      properties: { resourceArn: reference("other.arn"), tags: { owner: "web", stage: "prod" } },
      changed: { tags: { owner: "api" } },
    },
    scanners: {
      type: "RegistryScanningConfiguration",
      properties: scanning,
      changed: { rules: [] },
    },
    signing: {
      type: "SigningConfiguration",
      properties: signing,
      changed: {
        rules: [
          { ...signing.rules[0], signingProfileArn: "arn:aws:signer:us-east-1:123456789012:/signing-profiles/other" },
        ],
      },
    },
    image: {
      type: "Image",
      properties: {
        repositoryName: reference("other.repositoryName"),
        imageTags: ["v1"],
        source: { layout: "./build" },
      },
      changed: { imageTags: ["v2"] },
    },
  };
const names = Object.keys(puts);

interface Shape {
  /** Logical names of what is made by a put, by the usual ones; left out of the program where undefined. */
  readonly named?: (name: string) => string | undefined;
  readonly changed?: boolean;
  readonly options?: object;
}

function program({ named = (name) => name, changed = false, options = {} }: Shape = {}): object {
  const repository = (repositoryName: string) => ({
    type: "ecr:Repository",
    properties: { repositoryName, forceDelete: true },
  });
  const declared = names.flatMap((name) => {
    const logical = named(name);
    const put = puts[name];
    if (!put || logical === undefined) return [];
    const properties = { ...put.properties, ...(changed ? put.changed : {}) };
    return [[logical, { type: `ecr:${put.type}`, properties, options }]];
  });
  return {
    resources: {
      app: repository("team/app"),
      other: repository("team/other"),
      ...Object.fromEntries(declared),
    },
  };
}

/** What is live, without the times at which it was written. */
function live() {
  const registry = emulator.state().find(({ account, region }) => account === "123456789012" && region === "us-east-1");
  const arn = "arn:aws:ecr:us-east-1:123456789012:repository/team/other";
  /** Undefined where there is nothing. */
  const read = (operation: string, input: object = {}): Record<string, unknown> | undefined => {
    try {
      return emulator.asForeigner({ operation, input } as never) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  };
  assert.ok(registry);
  return JSON.parse(
    JSON.stringify({
      policy: registry.repositories["team/app"]?.policy,
      lifecycle: registry.repositories["team/app"]?.lifecyclePolicy,
      registryPolicy: registry.policy,
      replication: read("DescribeRegistry")?.["replicationConfiguration"],
      scanOnPush: registry.repositories["team/other"]?.scanOnPush,
      tags: read("ListTagsForResource", { resourceArn: arn })?.["tags"],
      scanners: read("GetRegistryScanningConfiguration")?.["scanningConfiguration"],
      signing: read("GetSigningConfiguration") ?? null,
      images: registry.repositories["team/other"]?.images.map(({ tags }) => tags),
    }),
  ) as Record<string, unknown>;
}

const removals = () =>
  emulator
    .journal()
    .filter(
      ({ operation, input }) =>
        /^(Delete|BatchDelete|Untag)/.test(operation) || /"rules":\[\]/.test(JSON.stringify(input)),
    )
    .map(({ operation }) => operation);

async function urns(): Promise<Record<string, string>> {
  const { deployment } = await project.export();
  return Object.fromEntries((deployment.resources ?? []).map(({ urn }) => [urn.split("::").at(-1) ?? "", urn]));
}

let whole: Record<string, unknown>;

test("up makes everything", async () => {
  await project.ok("up", "--yes");
  whole = live();
  for (const [what, value] of Object.entries(whole)) assert.ok(value, what);
});

test("a change under replaceOnChanges is made, and nothing that is declared is removed on the way", async () => {
  emulator.clearJournal();
  const options = { replaceOnChanges: ["*"] };
  project.write(program({ changed: true, options }));
  await project.ok("up", "--yes");
  const changed = live();
  for (const what of Object.keys(whole)) assert.notDeepEqual(changed[what], whole[what], what);
  assert.deepEqual(
    removals().filter(
      (operation) => !/^(UntagResource|BatchDeleteImage|PutRegistryScanningConfiguration)$/.test(operation),
    ),
    [],
  );
  assert.deepEqual(changed["tags"], [{ Key: "owner", Value: "api" }]);
  assert.deepEqual(changed["images"], [["v2"]]);
  await project.ok("preview", "--expect-no-changes");
  project.write(program());
  await project.ok("up", "--yes");
  assert.deepEqual(live(), whole);
});

test("up --replace of everything that is made by a put removes nothing", async () => {
  emulator.clearJournal();
  const known = await urns();
  await project.ok("up", "--yes", ...names.flatMap((name) => ["--replace", known[name] ?? ""]));
  assert.deepEqual(live(), whole);
  assert.deepEqual(removals(), []);
});

test("up after `pulumi state taint` removes nothing", async () => {
  emulator.clearJournal();
  const known = await urns();
  await project.ok("state", "taint", "--yes", ...names.map((name) => known[name] ?? ""));
  await project.ok("up", "--yes");
  assert.deepEqual(live(), whole);
  assert.deepEqual(removals(), []);
  await project.ok("preview", "--expect-no-changes");
});

test("what a killed run has left as pending deletion goes from the state and stays in the registry", async () => {
  emulator.clearJournal();
  const exported = await project.export();
  const { resources = [] } = exported.deployment;
  const left = resources.filter(({ urn }) => names.includes(urn.split("::").at(-1) ?? ""));
  exported.deployment.resources = [...resources, ...left.map((resource) => ({ ...resource, delete: true }))];
  writeFileSync(join(project.folder, "state.json"), JSON.stringify(exported));
  await project.ok("stack", "import", "--file", "state.json");
  await project.ok("up", "--yes");
  assert.deepEqual(live(), whole);
  assert.deepEqual(removals(), []);
  assert.equal((await project.export()).deployment.resources?.length, resources.length);
});

test("another logical name keeps what it declares", async () => {
  emulator.clearJournal();
  project.write(program({ named: (name) => `new-${name}` }));
  await project.ok("up", "--yes");
  assert.deepEqual(live(), whole);
  assert.deepEqual(removals(), []);
  project.write(program());
  await project.ok("up", "--yes");
  assert.deepEqual(live(), whole);
});

test("a resource that leaves the program is deleted", async () => {
  // An image that was there before a resource was created, as in a replacement, would stay.
  await project.ok("destroy", "--yes");
  await project.ok("up", "--yes");
  project.write(program({ named: () => undefined }));
  await project.ok("up", "--yes");
  const rest: Record<string, unknown> = live();
  assert.deepEqual(rest, {
    ...rest,
    replication: { rules: [] },
    scanOnPush: false,
    tags: [],
    signing: null,
    images: [],
  });
  for (const gone of ["policy", "lifecycle", "registryPolicy"])
    assert.equal((rest as Record<string, unknown>)[gone] ?? null, null, gone);
  project.write(program());
  await project.ok("up", "--yes");
  assert.deepEqual(live(), whole);
});

test("destroy --target deletes what it names, and only that", async () => {
  const known = await urns();
  await project.ok("destroy", "--yes", "--target", known["lifecycle"] ?? "", "--target", known["registry"] ?? "");
  const rest = live();
  assert.deepEqual([rest["lifecycle"] ?? null, rest["registryPolicy"] ?? null], [null, null]);
  assert.deepEqual(rest["policy"], whole["policy"]);
  await project.ok("up", "--yes");
  assert.deepEqual(live(), whole);
});

for (const way of [["--run-program"], []]) {
  test(`destroy ${way.join(" ")} deletes everything`, async () => {
    await project.ok("destroy", "--yes", ...way);
    const registry = emulator.state().find(({ region }) => region === "us-east-1");
    assert.deepEqual(Object.keys(registry?.repositories ?? {}), []);
    assert.equal(registry?.policy ?? null, null);
    await project.ok("up", "--yes");
    assert.deepEqual(live(), whole);
  });
}

test("a replacement of what a call creates says what works before anything is touched, and that works", async () => {
  const made = (options: object) => ({
    resources: {
      repository: { type: "ecr:Repository", properties: { repositoryName: "team/made" }, options },
      mirror: { type: "ecr:PullThroughCacheRule", properties: mirror, options },
      template: { type: "ecr:RepositoryCreationTemplate", properties: template, options },
      exclusion: { type: "ecr:PullTimeUpdateExclusion", properties: exclusion, options },
    },
  });
  const own = await createProject(emulator.url, made({}));
  try {
    await own.ok("up", "--yes");
    const { resources = [] } = (await own.export()).deployment;
    const all = resources.filter(({ type }) => type.startsWith("ecr:"));
    emulator.clearJournal();
    // Right after it was made, its creation may still look like that of an interrupted run.
    for (const { urn } of all) await own.run("up", "--yes", "--replace", urn);
    assert.deepEqual(removals(), []);
    await own.ok("up", "--yes", "--expect-no-changes");
    for (const { urn } of all) {
      const refused = await own.run("up", "--yes", "--replace", urn);
      assert.notEqual(refused.code, 0, urn);
      assert.match(refused.output, /give it the resource option `deleteBeforeReplace` or another name/, urn);
    }
    assert.deepEqual(removals(), []);
    await own.ok("preview", "--expect-no-changes");
    own.write(made({ deleteBeforeReplace: true }));
    await own.ok("up", "--yes", ...all.flatMap(({ urn }) => ["--replace", urn]));
    await own.ok("preview", "--expect-no-changes");
    await own.ok("destroy", "--yes");
  } finally {
    own.remove();
  }
});
