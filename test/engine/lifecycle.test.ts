/** What happens to a resource over its life on the real engine: import, replacement, failure, and processes that die. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { ensurePulumi } from "../../tools/pulumi-cli.ts";
import { emptyIndex } from "../harness/registry.ts";
import { createProject, type Project, pluginProcesses } from "./engine.ts";
import { lifecycle, pullPolicy, registryPolicy, replication } from "./program.ts";

let emulator: Emulator;
const projects: Project[] = [];
before(async () => {
  emulator = await startEmulator();
});
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
  emulator.reset();
});
after(() => emulator.close());

async function project(resources: object, env: Record<string, string> = {}): Promise<Project> {
  const created = await createProject(emulator.url, { resources }, env);
  projects.push(created);
  return created;
}

const repository = (properties: object, options: object = {}) => ({ type: "ecr:Repository", properties, options });
const image = {
  imageTag: "v1",
  imageManifest: '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}',
};

test("each type is imported by its id, and the generated program has nothing to change", async () => {
  const arn = "arn:aws:ecr:us-east-1:123456789012:repository/team/app";
  for (const [operation, input] of [
    [
      "CreateRepository",
      { repositoryName: "team/app", imageTagMutability: "IMMUTABLE", tags: [{ Key: "a", Value: "1" }] },
    ],
    ["SetRepositoryPolicy", { repositoryName: "team/app", policyText: JSON.stringify(pullPolicy) }],
    ["PutLifecyclePolicy", { repositoryName: "team/app", lifecyclePolicyText: JSON.stringify(lifecycle) }],
    ["PutRegistryPolicy", { policyText: JSON.stringify(registryPolicy) }],
    ["PutReplicationConfiguration", { replicationConfiguration: { rules: replication } }],
  ] as const) {
    emulator.asForeigner({ operation, input });
  }
  const own = await project({});
  const ids = {
    Repository: "team/app",
    RepositoryPolicy: "team/app",
    LifecyclePolicy: "team/app",
    ScanningConfig: "team/app",
    RegistryPolicy: "123456789012",
    ReplicationConfiguration: "123456789012/us-east-1",
    Tags: arn,
  };
  for (const [type, id] of Object.entries(ids)) {
    await own.ok(
      "import",
      `ecr:index:${type}`,
      type.toLowerCase(),
      id,
      "--yes",
      "--protect=false",
      "--generate-code=false",
    );
  }
  const { deployment } = await own.export();
  const resources: Record<string, object> = {};
  for (const { type, urn, inputs } of deployment.resources ?? []) {
    if (type.startsWith("ecr:")) resources[urn.split("::").at(-1) ?? ""] = { type, properties: inputs };
  }
  assert.equal(Object.keys(resources).length, 7);
  own.write({ resources });
  await own.ok("preview", "--expect-no-changes", "--diff");
  await own.ok("refresh", "--preview-only", "--expect-no-changes");
  const other = await own.run("import", "ecr:index:RegistryPolicy", "foreign", "999999999999", "--yes");
  assert.notEqual(other.code, 0);
  assert.match(other.output, /is of another registry/);
});

test("a repository is replaced for its name only, and never while it holds images", async () => {
  const own = await project({ app: repository({ repositoryName: "team/one" }) });
  await own.ok("up", "--yes");
  own.write({ resources: { app: repository({ repositoryName: "team/two", imageTagMutability: "IMMUTABLE" }) } });
  assert.match((await own.ok("preview")).stdout, /replace/);
  await own.ok("up", "--yes");
  assert.deepEqual(Object.keys(emulator.state()[0]?.repositories ?? {}), ["team/two"]);
  emulator.asForeigner({ operation: "PutImage", input: { repositoryName: "team/two", ...image } });
  own.write({
    resources: {
      app: repository({
        repositoryName: "team/two",
        imageTagMutability: "IMMUTABLE",
        encryptionConfiguration: { encryptionType: "KMS" },
      }),
    },
  });
  const refused = await own.run("up", "--yes");
  assert.notEqual(refused.code, 0);
  assert.match(refused.output, /repository "team\/two" holds 1 image, and this change would replace it/);
  assert.equal(emulator.state()[0]?.repositories["team/two"]?.images.length, 1);
});

test("a resource that was renamed in the program does not delete what its new name manages", async () => {
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "team/app" } });
  const policy = { type: "ecr:RepositoryPolicy", properties: { repositoryName: "team/app", policyText: pullPolicy } };
  const registry = { type: "ecr:RegistryPolicy", properties: { policyText: registryPolicy } };
  const own = await project({ before: policy, registry });
  await own.ok("up", "--yes");
  own.write({ resources: { after: policy, renamed: registry } });
  await own.ok("up", "--yes");
  assert.ok(emulator.state()[0]?.repositories["team/app"]?.policy, "the policy is still there");
  assert.ok(emulator.state()[0]?.policy, "the registry policy is still there");
  await own.ok("refresh", "--preview-only", "--expect-no-changes");
});

test("two resources on one singleton fail in the preview, with both names", async () => {
  const registry = { type: "ecr:RegistryPolicy", properties: { policyText: registryPolicy } };
  const own = await project({ one: registry, two: registry });
  const { code, output } = await own.run("preview");
  assert.notEqual(code, 0);
  assert.match(output, /is already managed by urn:pulumi:dev::test::ecr:index:RegistryPolicy::(one|two)/);
});

test("an update that fails half-way is recorded as it is, and the next up finishes it", async () => {
  const own = await project({ app: repository({ repositoryName: "team/app" }) });
  await own.ok("up", "--yes");
  emulator.addFaults([{ operation: "TagResource", kind: "deny", times: 1 }]);
  own.write({
    resources: { app: repository({ repositoryName: "team/app", imageTagMutability: "IMMUTABLE", tags: { a: "1" } }) },
  });
  const failed = await own.run("up", "--yes");
  assert.notEqual(failed.code, 0);
  assert.match(failed.output, /ecr:TagResource/);
  emulator.clearJournal();
  await own.ok("up", "--yes");
  assert.deepEqual(
    emulator
      .journal()
      .filter(({ operation }) => /^(Put|Tag|Create)/.test(operation))
      .map(({ operation }) => operation),
    ["TagResource"],
  );
  await own.ok("preview", "--expect-no-changes");
});

test("ignoreChanges, replaceOnChanges and retainOnDelete do what Pulumi says they do", async () => {
  const own = await project({
    ignored: repository({ repositoryName: "team/ignored", tags: { a: "1" } }, { ignoreChanges: ["tags"] }),
    retained: repository({ repositoryName: "team/retained" }, { retainOnDelete: true }),
    strict: repository(
      { repositoryName: "team/strict", tags: { a: "1" } },
      { replaceOnChanges: ["tags"], deleteBeforeReplace: true },
    ),
  });
  await own.ok("up", "--yes");
  own.write({
    resources: {
      ignored: repository({ repositoryName: "team/ignored", tags: { a: "2" } }, { ignoreChanges: ["tags"] }),
      strict: repository(
        { repositoryName: "team/strict", tags: { a: "2" } },
        { replaceOnChanges: ["tags"], deleteBeforeReplace: true },
      ),
    },
  });
  emulator.clearJournal();
  await own.ok("up", "--yes");
  const repositories = emulator.state()[0]?.repositories ?? {};
  assert.deepEqual(Object.keys(repositories).sort(), ["team/ignored", "team/retained", "team/strict"]);
  assert.deepEqual(repositories["team/ignored"]?.tags, { a: "1" });
  assert.deepEqual(
    emulator
      .journal()
      .filter(({ operation }) => /^(Create|Delete)/.test(operation))
      .map(({ operation }) => operation),
    ["DeleteRepository", "CreateRepository"],
  );
});

test("another region replaces the provider and what it manages, other settings do not", async () => {
  const program = (provider: object) => ({
    aws: { type: "pulumi:providers:ecr", properties: provider },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is Pulumi YAML's own reference
    app: repository({ repositoryName: "team/app" }, { provider: "${aws}" }),
  });
  const own = await project(program({ region: "us-east-1" }));
  await own.ok("up", "--yes");
  own.write({ resources: program({ region: "us-east-1", maxRetries: 3, accessKey: "other", secretKey: "other" }) });
  assert.doesNotMatch((await own.ok("preview")).stdout, /replace/);
  own.write({ resources: program({ region: "us-east-1", accessKey: "999999999999", secretKey: "other" }) });
  assert.match((await own.ok("preview")).stdout, /replace/, "an access key of another account replaces");
  own.write({ resources: program({ region: "eu-west-1" }) });
  await own.ok("up", "--yes");
  assert.deepEqual(
    emulator.state().map(({ region }) => region),
    ["eu-west-1"],
  );
});

test("a denied sub-read in a refresh keeps what is recorded, with a warning that names the permission", async () => {
  const own = await project({ app: repository({ repositoryName: "team/app", tags: { a: "1" } }) });
  await own.ok("up", "--yes");
  emulator.addFaults([{ operation: "ListTagsForResource", kind: "deny" }]);
  const { output } = await own.ok("refresh", "--yes", "--expect-no-changes");
  assert.match(output, /allow ecr:ListTagsForResource/);
  emulator.clearFaults();
  await own.ok("preview", "--expect-no-changes");
});

test("kill -9 of the plugin during up, then up again: nothing lost, nothing doubled", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `team/app${index}`);
  const own = await project(
    Object.fromEntries(names.map((repositoryName, index) => [`app${index}`, repository({ repositoryName })])),
  );
  emulator.addFaults([{ operation: "CreateRepository", kind: "delay", ms: 400, after: 4 }]);
  const { path } = await ensurePulumi();
  const interrupted = new Promise<void>((resolve) => {
    execFile(
      path,
      ["up", "--yes", "--skip-preview", "--parallel", "4"],
      { cwd: own.folder, env: own.env as Record<string, string> },
      () => resolve(),
    );
  });
  while (Object.keys(emulator.state()[0]?.repositories ?? {}).length < 6) await sleep(10);
  for (const pid of pluginProcesses(own.folder)) process.kill(pid, "SIGKILL");
  await interrupted;
  emulator.clearFaults();
  await own.ok("up", "--yes");
  assert.deepEqual(Object.keys(emulator.state()[0]?.repositories ?? {}).sort(), names.sort());
  const created = emulator.journal().filter(({ operation, error }) => operation === "CreateRepository" && !error);
  assert.equal(created.length, names.length, "each repository was created once");
  await own.ok("preview", "--expect-no-changes");
  const { deployment } = await own.export();
  assert.equal(deployment.resources?.filter(({ type }) => type === "ecr:index:Repository").length, names.length);
  await own.ok("destroy", "--yes");
  assert.deepEqual(emulator.state(), []);
});

test("a preview says how many images a changed lifecycle policy newly expires, and fails where the configuration asks for it", async () => {
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "team/app" } });
  for (const name of ["one", "two", "three"]) {
    const imageManifest = emptyIndex(name);
    emulator.asForeigner({ operation: "PutImage", input: { repositoryName: "team/app", imageManifest } });
  }
  const keeping = (countNumber: number) => {
    const [rule] = lifecycle.rules;
    const rules = [{ ...rule, selection: { ...rule?.selection, countNumber } }];
    return {
      type: "ecr:LifecyclePolicy",
      properties: { repositoryName: "team/app", lifecyclePolicyText: { rules } },
    };
  };
  const own = await project({ policy: keeping(3) });
  await own.ok("up", "--yes");
  own.write({ resources: { policy: keeping(1) } });
  assert.match((await own.ok("preview")).output, /newly expires 2/);
  own.write({ config: { "ecr:lifecycleImpact": "fail" }, resources: { policy: keeping(1) } });
  const refused = await own.run("preview");
  assert.notEqual(refused.code, 0);
  assert.match(refused.output, /lifecycleImpactLimit lets 0 newly expire/);
});
