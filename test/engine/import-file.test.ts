/** A registry of 300 repositories, taken over by the real engine from the file that `import-file` prints. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { promisify } from "node:util";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { catalog } from "../../provider/catalog.ts";
import { createProject, type Project, plugin } from "./engine.ts";
import { lifecycle, pullPolicy, registryPolicy, replication } from "./program.ts";

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, { resources: {} });
});
afterEach(() => emulator.reset());
after(async () => {
  project.remove();
  await emulator.close();
});

const listable = catalog.resources.filter(({ endpoints }) => endpoints.list).map(({ name }) => name);

/** Repositories with awkward names first; every fifth has a policy, every seventh a lifecycle policy. */
function fill(count: number): void {
  const write = (operation: string, input: object) => emulator.asForeigner({ operation, input } as never);
  const awkward = ["team.app", "team-app", "team/app", "1x", "null", "pulumi", "range", "class", "yes"];
  for (let index = 0; index < count; index++) {
    const repositoryName = awkward[index] ?? `team${index % 7}/service-${index}`;
    const tags = index % 3 === 0 ? [{ Key: "owner", Value: `team ${index}` }] : [];
    write("CreateRepository", { repositoryName, tags, imageTagMutability: index % 2 === 0 ? "MUTABLE" : "IMMUTABLE" });
    if (index % 5 === 0) write("SetRepositoryPolicy", { repositoryName, policyText: JSON.stringify(pullPolicy) });
    if (index % 7 === 0)
      write("PutLifecyclePolicy", { repositoryName, lifecyclePolicyText: JSON.stringify(lifecycle) });
  }
  write("PutRegistryPolicy", { policyText: JSON.stringify(registryPolicy) });
  write("PutReplicationConfiguration", { replicationConfiguration: { rules: replication } });
  const repositoryFilters = [{ filter: "team*", filterType: "WILDCARD" }];
  write("PutRegistryScanningConfiguration", {
    scanType: "BASIC",
    rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters }],
  });
  for (const prefix of ["ROOT", "team1", "docker-hub"])
    write("CreateRepositoryCreationTemplate", {
      prefix,
      appliedFor: ["PULL_THROUGH_CACHE", "REPLICATION"],
      repositoryPolicy: JSON.stringify(pullPolicy),
      lifecyclePolicy: JSON.stringify(lifecycle),
      resourceTags: [{ Key: "made", Value: "from template" }],
    });
  write("CreatePullThroughCacheRule", { ecrRepositoryPrefix: "ecr-public", upstreamRegistryUrl: "public.ecr.aws" });
  write("PutAccountSetting", { name: "BLOB_MOUNTING", value: "ENABLED" });
  write("RegisterPullTimeUpdateExclusion", { principalArn: "arn:aws:iam::123456789012:role/scanner" });
  write("PutSigningConfiguration", {
    signingConfiguration: {
      rules: [{ signingProfileArn: "arn:aws:signer:us-east-1:123456789012:/signing-profiles/images" }],
    },
  });
}

/** Nothing may be left but the account setting, which a deletion leaves as it is. */
function onlyLeft(setting: string): void {
  assert.deepEqual(emulator.state()[0]?.accountSettings, { [setting]: "ENABLED" });
  emulator.asForeigner({ operation: "PutAccountSetting", input: { name: setting, value: "DISABLED" } });
  assert.deepEqual(emulator.state(), []);
}

async function importFile(...args: string[]): Promise<string> {
  const options = { env: project.env, cwd: project.folder, maxBuffer: 1 << 28 };
  return (await promisify(execFile)(join(plugin, "pulumi-ecr"), ["import-file", ...args], options)).stdout;
}

const write = (name: string, text: string) => writeFileSync(join(project.folder, name), text);
const journalled = () => emulator.journal().filter(({ operation }) => !/^(Describe|Get|List)/.test(operation));

test("300 repositories with what belongs to them are imported, and the generated program changes nothing", async () => {
  fill(300);
  emulator.clearJournal();
  const file = await importFile();
  const missing = listable.filter((type) => !file.includes(`"ecr:index:${type}"`));
  assert.deepEqual(missing, [], "the registry holds something of each type that can be listed");
  const { resources } = JSON.parse(file) as { resources: { type: string }[] };
  assert.equal(resources.filter(({ type }) => type === "ecr:index:Repository").length, 300);
  assert.equal(resources.filter(({ type }) => type === "ecr:index:RepositoryPolicy").length, 60);
  assert.equal(resources.filter(({ type }) => type === "ecr:index:LifecyclePolicy").length, 43);
  write("import.json", file);
  await project.ok(
    "import",
    "--file",
    "import.json",
    "--protect=false",
    "--yes",
    "--skip-preview",
    "--out",
    "program.yaml",
  );
  const program = readFileSync(join(project.folder, "program.yaml"), "utf8");
  write(
    "Pulumi.yaml",
    `name: test\nruntime: yaml\nplugins: ${JSON.stringify({ providers: [{ name: "ecr", path: plugin }] })}\n${program}`,
  );
  const { stdout } = await project.ok("preview", "--expect-no-changes");
  assert.match(stdout, new RegExp(`${resources.length + 1} unchanged`));
  assert.deepEqual(journalled(), [], "taking a registry over writes nothing");
  await project.ok("destroy", "--yes", "--skip-preview");
  onlyLeft("BLOB_MOUNTING");
});

test("the program of --yaml takes over what it was made from, refers to repositories, and changes nothing", async () => {
  fill(12);
  emulator.clearJournal();
  const program = await importFile("--yaml");
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference in Pulumi YAML
  assert.ok(program.includes('repositoryName: "${team3Service10.repositoryName}"'));
  write("Pulumi.yaml", program.replace('name: "ecr-registry"', 'name: "test"'));
  await project.ok("up", "--yes", "--skip-preview");
  await project.ok("preview", "--expect-no-changes");
  assert.deepEqual(journalled(), []);
  await project.ok("destroy", "--yes", "--skip-preview");
  onlyLeft("BLOB_MOUNTING");
});

test("whatever a registry holds stays text in the program of --yaml: previewed, it reads no file and changes nothing", async () => {
  const secret = join(project.folder, "secret.txt");
  writeFileSync(secret, "a file that no program may read");
  const call = (operation: string, input: object) => emulator.asForeigner({ operation, input } as never);
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Pulumi YAML
  const functions = ["readFile", "invoke", "toJSON", "secret", "stackReference", "fileAsset", "std:file", "nothing"];
  const keys = functions.flatMap((name) => [`fn::${name}`, `FN::${name}`]);
  // Alone in a map it would be a call, beside another key an asset.
  const maps = [...keys.map((key) => ({ [key]: secret })), ...keys.map((key) => ({ [key]: secret, other: "x" }))];
  const texts = [
    "${pulumi.stack}",
    "$${x}",
    "$",
    "$$",
    "a$b",
    "${",
    "${r.id",
    "$$${x}",
    "fn::readFile",
    "yes",
    "1e3",
    "~",
  ];
  for (const [index, map] of maps.entries())
    call("CreateRepository", {
      repositoryName: index === 0 ? "key1" : `hostile/r${index}`,
      tags: Object.entries(map).map(([Key, Value]) => ({ Key, Value })),
    });
  for (const [index, description] of texts.entries()) {
    const repositoryName = `hostile/r${index + 1}`;
    const selection = { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 5 };
    const rules = [{ rulePriority: 1, description, selection, action: { type: "expire" } }];
    call("PutLifecyclePolicy", { repositoryName, lifecyclePolicyText: JSON.stringify({ rules }) });
    const Condition = { StringEquals: { "aws:PrincipalTag/x": [description, "${aws:username}"] } };
    const statement = { Sid: "s", Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage", Condition };
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    call("SetRepositoryPolicy", { repositoryName, policyText });
  }
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Pulumi YAML
  const state = emulator.state();
  emulator.clearJournal();
  const program = await importFile("--yaml");
  write("Pulumi.yaml", program.replace('name: "ecr-registry"', 'name: "test"'));
  await project.ok("up", "--yes", "--skip-preview");
  await project.ok("preview", "--expect-no-changes");
  assert.deepEqual(journalled(), []);
  assert.deepEqual(emulator.state(), state);
  const { stdout } = await project.ok("stack", "export");
  assert.ok(!stdout.includes("a file that no program may read"));
  assert.ok(stdout.includes('"fn::readFile": '));
  await project.ok("destroy", "--yes", "--skip-preview");
});

test("`pulumi do` lists every listable type through the engine", async () => {
  fill(12);
  const file = JSON.parse(await importFile()) as { resources: { type: string; id: string }[] };
  const resource = join(plugin, "pulumi-resource-ecr");
  for (const type of listable) {
    const { stdout } = await project.ok("do", "--package", resource, `ecr:index:${type}`, "list", "--all");
    const ids = (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
    const expected = file.resources.filter((found) => found.type === `ecr:index:${type}`).map(({ id }) => id);
    assert.deepEqual(ids.sort(), expected, type);
  }
  const { stdout } = await project.ok(
    ...["do", "--package", resource, "ecr:index:Repository", "list", "--name-prefix", "team-", "--count", "1"],
  );
  assert.deepEqual(JSON.parse(stdout), [{ id: "team-app", name: "team-app" }]);
});

test("`pulumi package get-mapping` gives the mapping from Terraform that `pulumi convert` takes", async () => {
  const resource = join(plugin, "pulumi-resource-ecr");
  await project.ok("package", "get-mapping", "terraform", resource, "aws", "--out", "aws.json");
  const mapping = JSON.parse(readFileSync(join(project.folder, "aws.json"), "utf8")) as { resources: object };
  assert.ok(Object.hasOwn(mapping.resources, "aws_ecr_repository"));
});
