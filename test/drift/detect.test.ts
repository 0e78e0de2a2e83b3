/** One resource after the other against what is live: who moved, what it means, what settles it. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { serviceStatements, tolerating } from "../../provider/drift/compare/tolerate.ts";
import type { ValueMap } from "../../provider/text/value.ts";
import { clientOf, pushImage } from "../harness/registry.ts";
import {
  exportOf,
  findingIds,
  found,
  keep,
  look,
  provider,
  pullPolicy,
  resource,
  type State,
  stackFrom,
} from "./stacks.ts";

let emulator: Emulator;
let ecr: ReturnType<typeof provider>;
before(async () => {
  emulator = await startEmulator();
  ecr = provider(emulator.url);
});
beforeEach(() => {
  emulator.reset();
  emulator.asForeigner({
    operation: "CreateRepository",
    input: { repositoryName: "team/app", tags: [{ Key: "env", Value: "dev" }] },
  });
});
after(() => emulator.close());

const policyOf = (inputs: unknown, outputs?: unknown) =>
  resource(
    ecr.ref,
    "RepositoryPolicy",
    "team/app",
    { repositoryName: "team/app", policyText: inputs },
    outputs === undefined ? {} : { outputs: { repositoryName: "team/app", policyText: outputs } },
  );
const setPolicy = (policy: object) =>
  emulator.asForeigner({
    operation: "SetRepositoryPolicy",
    input: { repositoryName: "team/app", policyText: JSON.stringify(policy) },
  });
const one = async (declared: State, options: Parameters<typeof look>[1] = {}) => {
  const report = await look([await stackFrom(exportOf([ecr.state, declared]))], { coverage: false, ...options });
  const [only] = report.resources;
  assert.ok(only);
  return only;
};

for (const { declared, recorded, live, moved, class: kind } of [
  { declared: "dev", recorded: "dev", live: "dev", moved: undefined, class: "in-sync" },
  { declared: "dev", recorded: "dev", live: "hand", moved: "live", class: "changed" },
  { declared: "new", recorded: "dev", live: "dev", moved: "recorded", class: "changed" },
  { declared: "new", recorded: "dev", live: "hand", moved: "both", class: "changed" },
  { declared: "dev", recorded: "old", live: "dev", moved: "converged", class: "in-sync" },
] as const) {
  test(`declared ${declared}, recorded ${recorded} and live ${live} is ${kind}${moved ? `, moved: ${moved}` : ""}`, async () => {
    const resourceArn = "arn:aws:ecr:us-east-1:123456789012:repository/team/app";
    emulator.asForeigner({ operation: "TagResource", input: { resourceArn, tags: [{ Key: "env", Value: live }] } });
    const inputs = { repositoryName: "team/app", tags: { env: declared } };
    const outputs = { ...inputs, tags: { env: recorded }, arn: resourceArn };
    const { class: found, fields } = await one(resource(ecr.ref, "Repository", "team/app", inputs, { outputs }));
    assert.equal(found, kind);
    assert.deepEqual(
      fields.map(({ moved }) => moved),
      moved ? [moved] : [],
    );
    if (moved && moved !== "converged")
      assert.deepEqual(fields[0], { path: "tags.env", declared, recorded, live, moved, meaning: "setting" });
  });
}

test("a policy that AWS has rewritten and reordered is in sync", async () => {
  const declared = pullPolicy("222222222222", "111111111111", "333333333333");
  setPolicy(declared);
  for (let read = 0; read < 3; read++) {
    assert.equal((await one(policyOf(JSON.stringify(declared)))).class, "in-sync");
    assert.equal((await one(policyOf(declared))).class, "in-sync");
  }
});

test("somebody who was let in is a gain, with who and what, and the same fingerprint however AWS orders it", async () => {
  setPolicy(pullPolicy("111111111111", "222222222222", "444444444444"));
  const runs = [await one(policyOf(pullPolicy("111111111111"))), await one(policyOf(pullPolicy("111111111111")))];
  const [first, second] = runs;
  assert.deepEqual(first, second, "two runs say the same");
  assert.equal(first?.fields[0]?.meaning, "access-gain");
  assert.deepEqual(first && findingIds(first), ["access-gain", "access-gain"]);
  assert.match(
    first?.findings[0]?.message ?? "",
    /account 222222222222 can pull from team\/app.*\[outside\]: changed outside/,
  );
});

test("an account that is trusted is no outsider", async () => {
  setPolicy(pullPolicy("111111111111", "222222222222"));
  const trusted = { trusted: ["222222222222"] };
  const { findings } = await one(policyOf(pullPolicy("111111111111")), { trusted });
  assert.ok(!findings[0]?.message.includes("outside]"));
});

test("somebody who was shut out is a loss", async () => {
  setPolicy(pullPolicy("111111111111"));
  const { fields, findings } = await one(policyOf(pullPolicy("111111111111", "222222222222")));
  assert.equal(fields[0]?.meaning, "access-loss");
  assert.deepEqual(
    findings.map(({ id, level }) => [id, level]),
    [["access-loss", "warning"]],
  );
});

test("a statement under another name that allows the same is cosmetic", async () => {
  const declared = pullPolicy("111111111111");
  setPolicy({ ...declared, Statement: declared.Statement.map((statement) => ({ ...statement, Sid: "renamed" })) });
  const { class: kind, fields, findings } = await one(policyOf(declared));
  assert.deepEqual([kind, fields[0]?.meaning], ["changed", "cosmetic"]);
  assert.deepEqual(
    findings.map(({ id, level }) => [id, level]),
    [["cosmetic", "note"]],
  );
});

const lifecycle = (policy: object) =>
  resource(ecr.ref, "LifecyclePolicy", "team/app", { repositoryName: "team/app", lifecyclePolicyText: policy });
const setLifecycle = (policy: object) =>
  emulator.asForeigner({
    operation: "PutLifecyclePolicy",
    input: { repositoryName: "team/app", lifecyclePolicyText: JSON.stringify(policy) },
  });

test("another number of images to keep is retention; another description is cosmetic", async () => {
  setLifecycle(keep(1));
  const changed = await one(lifecycle(keep(5)));
  assert.equal(changed.fields[0]?.meaning, "retention");
  assert.match(changed.findings[0]?.message ?? "", /beyond the newest 1; was: .*newest 5/);
  setLifecycle(keep(5, "mine"));
  assert.equal((await one(lifecycle(keep(5, "yours")))).fields[0]?.meaning, "cosmetic");
});

test("--images says which images go tonight because of it", async () => {
  setLifecycle(keep(1));
  const client = clientOf(emulator);
  for (const tag of ["a", "b", "c"]) {
    await pushImage(client, "team/app", tag, `layer ${tag}`);
    emulator.clock.advance(60);
  }
  const { findings } = await one(lifecycle(keep(5)), { images: true });
  assert.deepEqual(
    findings.map(({ id }) => id),
    ["retention", "expires-tonight"],
  );
  assert.match(findings[1]?.message ?? "", /of 3 images, it newly expires 2/);
  client.destroy();
});

test("a policy that names somebody who was deleted says so, in sync or not", async () => {
  const role = "arn:aws:iam::111111111111:role/gone";
  setPolicy(pullPolicy(role));
  emulator.settings.deletedPrincipals = { [role]: "AROAEXAMPLEEXAMPLEEX" };
  const before = await one(policyOf(pullPolicy(role)));
  assert.equal(before.class, "changed");
  assert.ok(findingIds(before).includes("dangling-principal"));
  const { class: kind, findings } = await one(policyOf(pullPolicy("AROAEXAMPLEEXAMPLEEX")));
  assert.deepEqual([kind, findings.map(({ id }) => id)], ["in-sync", ["dangling-principal"]]);
});

test("what the program ignores is listed and is no drift", async () => {
  const inputs = { repositoryName: "team/app", tags: { env: "prod" }, imageTagMutability: "MUTABLE" };
  const ignoring = resource(ecr.ref, "Repository", "team/app", inputs, { ignoreChanges: ['tags["env"]'] });
  const { class: kind, fields, findings } = await one(ignoring);
  assert.deepEqual(
    [kind, fields, findings.map(({ id, path }) => [id, path])],
    ["in-sync", [], [["ignored-by-declaration", "tags.env"]]],
  );
});

test("a setting that nobody declares is a note when it is another than recorded", async () => {
  emulator.asForeigner({
    operation: "PutImageTagMutability",
    input: { repositoryName: "team/app", imageTagMutability: "IMMUTABLE" },
  });
  const inputs = { repositoryName: "team/app" };
  const outputs = { ...inputs, imageTagMutability: "MUTABLE" };
  const { class: kind, findings } = await one(resource(ecr.ref, "Repository", "team/app", inputs, { outputs }));
  assert.deepEqual([kind, findings.map(({ id }) => id)], ["in-sync", ["undeclared"]]);
});

test("what is not there is missing, and the command makes it again", async () => {
  const { class: kind, fix } = await one(resource(ecr.ref, "Repository", "gone", { repositoryName: "gone" }));
  assert.equal(kind, "missing");
  assert.equal(fix, "pulumi up --refresh --target urn:pulumi:dev::test::ecr:index:Repository::gone");
});

test("a command for a name that a shell would read otherwise is quoted, and there is none for what cannot be shown", async () => {
  const named = (urn: string) => one(resource(ecr.ref, "Repository", "gone", { repositoryName: "gone" }, { urn }));
  assert.equal(
    (await named("urn:x::$(rm -rf ~)'; ls")).fix,
    `pulumi up --refresh --target 'urn:x::$(rm -rf ~)'\\''; ls'`,
  );
  assert.equal((await named("urn:x::a\u001b[2Jb")).fix, null);
  assert.equal((await named("urn:x::a\nb")).fix, null);
});

test("Lambda's statement is let pass by its exact shape, and not by its name", async () => {
  const lambda = (serviceStatements["lambda"] ?? []).map((statement) => ({
    name: "lambda",
    statement: statement as ValueMap,
  }));
  const declared = pullPolicy("111111111111");
  const written = {
    Sid: "LambdaECRImageRetrievalPolicy",
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Condition: { StringLike: { "aws:sourceArn": "arn:aws:lambda:us-east-1:123456789012:function:*" } },
  };
  const withStatement = (statement: object) =>
    setPolicy({ ...declared, Statement: [...declared.Statement, statement] });
  const tolerated = tolerating(lambda);
  withStatement(written);
  assert.equal((await one(policyOf(declared))).class, "changed");
  for (const form of [declared, JSON.stringify(declared)]) {
    const passed = await one(policyOf(form), { tolerated });
    assert.deepEqual([passed.class, findingIds(passed)], ["in-sync", ["tolerated"]]);
  }
  withStatement({ ...written, Principal: "*" });
  assert.equal((await one(policyOf(declared), { tolerated })).class, "changed", "everybody under Lambda's name");
  withStatement({ ...written, Action: "ecr:*" });
  assert.equal((await one(policyOf(declared), { tolerated })).class, "changed", "everything under Lambda's name");
});

test("default tags of the provider are part of what is declared already, and ignored tags are not seen", async () => {
  const own = provider(emulator.url, "ecr", { defaultTags: { env: "dev" }, ignoreTags: { keys: ["cost"] } });
  const resourceArn = "arn:aws:ecr:us-east-1:123456789012:repository/team/app";
  emulator.asForeigner({ operation: "TagResource", input: { resourceArn, tags: [{ Key: "cost", Value: "7" }] } });
  const inputs = { repositoryName: "team/app", tags: { env: "dev" } };
  const report = await look([
    await stackFrom(exportOf([own.state, resource(own.ref, "Repository", "team/app", inputs)])),
  ]);
  assert.equal(found(report, "Repository", "team/app").class, "in-sync");
});
