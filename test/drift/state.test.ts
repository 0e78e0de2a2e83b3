/** States as Pulumi exports them, and states that mean harm. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import {
  account,
  exportOf,
  findingIds,
  found,
  look,
  outline,
  provider,
  pullPolicy,
  resource,
  stackFrom,
} from "./stacks.ts";

let emulator: Emulator;
let ecr: ReturnType<typeof provider>;
before(async () => {
  emulator = await startEmulator();
  ecr = provider(emulator.url);
});
beforeEach(() => emulator.reset());
after(() => emulator.close());

const create = (repositoryName: string) =>
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName } });
const app = (more: object = {}) => resource(ecr.ref, "Repository", "app", { repositoryName: "app" }, { ...more });

for (const [what, head] of [
  ["version 2", { version: 2 }],
  ["version 5", { version: 5 }],
  ["no version", {}],
  ["a feature of tomorrow", { version: 4, features: ["views", "timeTravel"] }],
] as const) {
  test(`an export with ${what} is refused`, async () => {
    await assert.rejects(stackFrom(exportOf([ecr.state, app()], {}, head)), /version|timeTravel/);
  });
}

test("version 4 with features that are known is read", async () => {
  const head = { version: 4, features: ["refreshBeforeUpdate", "views", "hooks", "taint", "byteString"] };
  const stack = await stackFrom(exportOf([ecr.state, app()], {}, head));
  assert.equal(stack.declared.length, 1);
});

test("what the program does not manage is not declared: reads, components, parts of others, what is to be deleted", async () => {
  const stack = await stackFrom(
    exportOf([
      ecr.state,
      app({ external: true }),
      app({ custom: false }),
      app({ viewOf: "urn:pulumi:dev::test::x::y" }),
      app({ delete: true }),
      { urn: "urn:pulumi:dev::test::aws:s3/bucket:Bucket::b", type: "aws:s3/bucket:Bucket", custom: true, id: "b" },
    ]),
  );
  assert.deepEqual(stack.declared, []);
});

test("types of ECR that are not read are named with their number", async () => {
  const publicOne = resource(ecr.ref, "aws:ecrpublic/repository:Repository", "pub", {});
  const unknown = resource(ecr.ref, "Future", "x", {});
  create("app");
  const report = await look([
    await stackFrom(exportOf([ecr.state, app(), publicOne, { ...publicOne, id: "pub2" }, unknown])),
  ]);
  assert.deepEqual(
    report.findings.map(({ id, message }) => [id, message]),
    [
      ["not-covered", "dev declares 2 of aws:ecrpublic/repository:Repository, which is not read"],
      ["not-covered", "dev declares 1 of ecr:index:Future, which is not read"],
    ],
  );
});

test("what the state alone tells is a finding of its own, and the rest is still compared", async () => {
  create("app");
  const report = await look([
    await stackFrom(
      exportOf(
        [
          ecr.state,
          app({ initErrors: ["tags\u001b[31m"], pendingReplacement: true, taint: true }),
          app({ delete: true }),
        ],
        {
          pending_operations: [{ type: "updating", resource: app() }],
        },
      ),
    ),
  ]);
  const one = found(report, "Repository", "app");
  assert.equal(one.class, "in-sync");
  assert.deepEqual(findingIds(one).sort(), [
    "half-replaced",
    "half-replaced",
    "half-replaced",
    "init-errors",
    "no-lifecycle-policy",
    "pending-operation",
  ]);
  assert.ok(!JSON.stringify(report).includes("\u001b"), "no control character gets out");
});

test("a URN that is there twice is told, and both are read", async () => {
  create("app");
  const report = await look([await stackFrom(exportOf([ecr.state, app(), app()]))]);
  assert.deepEqual(outline(report), ["Repository app: in-sync", "Repository app: in-sync"]);
  assert.ok(report.resources.every((one) => findingIds(one).includes("duplicate-urn")));
});

const signature = "4dabf18193072939515e22adb298388d";
const secret = (rest: object) => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", ...rest });

test("a secret in plain text is compared and never shown", async () => {
  create("app");
  const policyText = JSON.stringify(pullPolicy("222222222222"));
  emulator.asForeigner({ operation: "SetRepositoryPolicy", input: { repositoryName: "app", policyText } });
  const declared = secret({ plaintext: JSON.stringify(JSON.stringify(pullPolicy("111111111111"))) });
  const policy = (value: unknown) =>
    resource(ecr.ref, "RepositoryPolicy", "app", { repositoryName: "app", policyText: value });
  const report = await look([await stackFrom(exportOf([ecr.state, app(), policy(declared)]))]);
  const one = found(report, "RepositoryPolicy", "app");
  assert.equal(one.class, "changed");
  assert.deepEqual(one.fields[0], {
    path: "policyText",
    declared: "[secret]",
    recorded: "[secret]",
    live: "[secret]",
    moved: "live",
    meaning: "access-gain",
  });
  assert.ok(!/1{12}|2{12}/.test(JSON.stringify(report)));
});

test("a secret that is encrypted blocks nothing: the rest is compared, and the report says that it is not whole", async () => {
  create("app");
  const tags = secret({ ciphertext: "v1:abc:def" });
  const inputs = { repositoryName: "app", tags, imageTagMutability: "IMMUTABLE" };
  const report = await look([await stackFrom(exportOf([ecr.state, resource(ecr.ref, "Repository", "app", inputs)]))]);
  const one = found(report, "Repository", "app");
  assert.deepEqual([one.class, one.fields.map(({ path }) => path)], ["changed", ["imageTagMutability"]]);
  assert.match(report.incomplete.join(), /Repository\.tags is secret/);
  assert.ok(!JSON.stringify(report).includes("v1:abc"));
});

test("hostile properties reach nothing: __proto__, depth 10,000, lists for maps, references in circles", async () => {
  create("app");
  const text = exportOf([
    ecr.state,
    app({ inputs: { repositoryName: "app", tags: "DEEP" } }),
    app({ id: "__proto__", urn: "__proto__", inputs: { repositoryName: "__proto__" } }),
    app({ id: "list", inputs: [1], outputs: "text", provider: 7 }),
    app({
      id: "loop",
      parent: "urn:pulumi:dev::test::ecr:index:Repository::app",
      dependencies: ["loop"],
      provider: `${ecr.ref}`,
    }),
    null as never,
    7 as never,
  ])
    .replace('"DEEP"', `${"[".repeat(10_000)}1${"]".repeat(10_000)}`)
    .replace('"list"', '"list","__proto__":{"polluted":true}');
  const report = await look([await stackFrom(text)]);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  const classes = new Map(report.resources.map(({ id, class: kind }) => [id, kind]));
  assert.equal(classes.get("app"), "unreadable", "a property that is nested too deeply is not compared");
  assert.equal(classes.get("loop"), "in-sync", "its inputs say which repository it is");
  assert.ok(classes.has("__proto__") && classes.has("list"));
  assert.match(report.incomplete.join("\n"), /resource 5 does not have the form of a resource/);
});

test("the place in the program comes from the state", async () => {
  create("app");
  for (const [position, expected] of [
    ["project:///src/my%20app.ts#12,3", { stack: "dev", file: "src/my app.ts", line: 12, column: 3 }],
    ["project:///index.ts#4", { stack: "dev", file: "index.ts", line: 4 }],
    ["project:///index.ts#0", { stack: "dev" }],
    ["file:///etc/passwd#1", { stack: "dev" }],
  ] as const) {
    const report = await look([await stackFrom(exportOf([ecr.state, app({ sourcePosition: position })]))]);
    assert.deepEqual(found(report, "Repository", "app").source, expected);
  }
});

test("resources of several accounts and regions are read where they are", async () => {
  const elsewhere = provider(emulator.url, "ecr", { region: "eu-west-1" });
  const far = { ...elsewhere.state, urn: "urn:pulumi:dev::test::pulumi:providers:ecr::far" };
  emulator.asForeigner({ region: "eu-west-1", operation: "CreateRepository", input: { repositoryName: "app" } });
  const there = { ...app(), urn: "urn:pulumi:dev::test::ecr:index:Repository::far", provider: `${far.urn}::p` };
  const report = await look([await stackFrom(exportOf([ecr.state, far, app(), there]))]);
  assert.deepEqual(
    report.resources.map(({ account: id, region, class: kind }) => [id, region, kind]),
    [
      [account, "eu-west-1", "in-sync"],
      [account, "us-east-1", "missing"],
    ],
  );
});

test("credentials of another account make nothing missing", async () => {
  const arn = "arn:aws:ecr:us-east-1:999999999999:repository/app";
  const report = await look([await stackFrom(exportOf([ecr.state, app({ outputs: { repositoryName: "app", arn } })]))]);
  const one = found(report, "Repository", "app");
  assert.deepEqual([one.class, findingIds(one)], ["unreadable", ["other-account"]]);
  assert.equal(report.incomplete.length, 1);
});
