/** What nobody declares, what accounts for it all the same, and how few calls it takes. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { driftDocument } from "../../provider/cli/commands/drift/document.ts";
import { serviceStatements, tolerating } from "../../provider/drift/compare/tolerate.ts";
import type { DriftReport } from "../../provider/drift/report/report.ts";
import type { ValueMap } from "../../provider/text/value.ts";
import {
  account,
  exportOf,
  findingIds,
  found,
  keep,
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
beforeEach(() => {
  emulator.reset();
  emulator.clearJournal();
});
after(() => emulator.close());

const as = (operation: string, input: Record<string, unknown>, region?: string) =>
  emulator.asForeigner({ operation, input, ...(region ? { region } : {}) });
const create = (repositoryName: string) => as("CreateRepository", { repositoryName });
const declaredRepository = (name: string) => resource(ecr.ref, "Repository", name, { repositoryName: name });
const calls = () => emulator.journal().map(({ operation }) => operation);

test("everything that nobody declares is named, policies on declared repositories as well, with how to import it", async () => {
  create("app");
  create("stray");
  as("SetRepositoryPolicy", { repositoryName: "app", policyText: JSON.stringify(pullPolicy("111111111111")) });
  as("PutLifecyclePolicy", { repositoryName: "stray", lifecyclePolicyText: JSON.stringify(keep(3)) });
  as("PutAccountSetting", { name: "BLOB_MOUNTING", value: "ENABLED" });
  const report = await look([await stackFrom(exportOf([ecr.state, declaredRepository("app")]))]);
  assert.deepEqual(outline(report), [
    "AccountSetting BLOB_MOUNTING: unmanaged",
    "LifecyclePolicy stray: unmanaged",
    "Repository app: in-sync",
    "Repository stray: unmanaged",
    "RepositoryPolicy app: unmanaged",
  ]);
  assert.deepEqual(report.summary.coverage, { live: 5, declared: 1, expected: 0, unmanaged: 4, percent: 20 });
  assert.equal(
    found(report, "RepositoryPolicy", "app").fix,
    "pulumi import ecr:index:RepositoryPolicy appPolicyd49bd9 app",
  );
  assert.deepEqual(findingIds(found(report, "Repository", "app")), ["no-lifecycle-policy"]);
});

test("what another stack of the same run declares is not unmanaged", async () => {
  create("app");
  create("web");
  const stacks = [
    await stackFrom(exportOf([ecr.state, declaredRepository("app")]), "one"),
    await stackFrom(exportOf([ecr.state, declaredRepository("web")]), "two"),
  ];
  const report = await look(stacks);
  assert.deepEqual(outline(report), ["Repository app: in-sync", "Repository web: in-sync"]);
  assert.equal(report.summary.coverage?.percent, 100);
});

test("a stack that declares nothing has everything undeclared, and an empty registry is covered", async () => {
  const options = {
    fallback: {
      connection: { region: "us-east-1", endpoint: emulator.url },
      settings: {
        defaultTags: {},
        ignoreTags: { keys: [], keyPrefixes: [] },
        impact: { mode: "off" as const, limit: 0 },
        trusted: [],
      },
    },
  };
  const empty = await stackFrom(exportOf([]));
  assert.equal((await look([empty], options)).summary.coverage?.percent, null);
  create("stray");
  assert.deepEqual(outline(await look([empty], options)), ["Repository stray: unmanaged"]);
});

test("what a template, a cache rule or replication makes is expected, and a policy of somebody's own is not", async () => {
  const lifecyclePolicy = JSON.stringify(keep(3));
  as("CreateRepositoryCreationTemplate", { prefix: "team", appliedFor: ["CREATE_ON_PUSH"], lifecyclePolicy });
  as("CreatePullThroughCacheRule", { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
  for (const name of ["team/made", "team/own", "quay/org/image", "teamwork"]) create(name);
  as("PutLifecyclePolicy", { repositoryName: "team/made", lifecyclePolicyText: lifecyclePolicy });
  as("PutLifecyclePolicy", { repositoryName: "team/own", lifecyclePolicyText: JSON.stringify(keep(9)) });
  const template = { prefix: "team", appliedFor: ["CREATE_ON_PUSH"], lifecyclePolicy };
  const rule = { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" };
  const report = await look([
    await stackFrom(
      exportOf([
        ecr.state,
        resource(ecr.ref, "RepositoryCreationTemplate", "team", template),
        resource(ecr.ref, "PullThroughCacheRule", "quay", rule),
      ]),
    ),
  ]);
  assert.deepEqual(outline(report), [
    "LifecyclePolicy team/made: ignored",
    "LifecyclePolicy team/own: unmanaged",
    "PullThroughCacheRule quay: in-sync",
    "Repository quay/org/image: ignored",
    "Repository team/made: ignored",
    "Repository team/own: ignored",
    "Repository teamwork: unmanaged",
    "RepositoryCreationTemplate team: in-sync",
  ]);
  assert.deepEqual(report.summary.coverage, { live: 8, declared: 2, expected: 4, unmanaged: 2, percent: 75 });
});

test("copies by replication from a registry of the same run are expected", async () => {
  const far = provider(emulator.url, "ecr", { region: "eu-west-1" });
  const farState = { ...far.state, urn: "urn:pulumi:dev::test::pulumi:providers:ecr::far" };
  create("app");
  as("CreateRepository", { repositoryName: "app" }, "eu-west-1");
  as("CreateRepository", { repositoryName: "other" }, "eu-west-1");
  const rules = [{ destinations: [{ region: "eu-west-1", registryId: account }] }];
  as("PutReplicationConfiguration", { replicationConfiguration: { rules } });
  const report = await look([
    await stackFrom(
      exportOf([
        ecr.state,
        farState,
        declaredRepository("app"),
        resource(ecr.ref, "ReplicationConfiguration", `${account}/us-east-1`, { rules }),
        resource(`${farState.urn}::p`, "RegistryPolicy", `${account}/eu-west-1`, { policyText: "{}" }),
      ]),
    ),
  ]);
  const classes = new Map(
    report.resources.map(({ type, id, region, class: kind }) => [`${type} ${id} ${region}`, kind]),
  );
  assert.equal(classes.get("ecr:index:Repository app eu-west-1"), "ignored");
  assert.equal(classes.get("ecr:index:Repository other eu-west-1"), "unmanaged");
});

test("three calls for each repository, one for a thousand, and a fixed number for the registry", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `app${index}`);
  const states = names.flatMap((name) => {
    create(name);
    as("SetRepositoryPolicy", { repositoryName: name, policyText: JSON.stringify(pullPolicy("111111111111")) });
    as("PutLifecyclePolicy", { repositoryName: name, lifecyclePolicyText: JSON.stringify(keep(3)) });
    return [
      declaredRepository(name),
      resource(ecr.ref, "RepositoryPolicy", name, { repositoryName: name, policyText: pullPolicy("111111111111") }),
      resource(ecr.ref, "LifecyclePolicy", name, { repositoryName: name, lifecyclePolicyText: keep(3) }),
    ];
  });
  create("undeclared");
  const report = await look([await stackFrom(exportOf([ecr.state, ...states]))]);
  const count = (operation: string) => calls().filter((name) => name === operation).length;
  assert.equal(count("DescribeRepositories"), 1);
  assert.equal(count("ListTagsForResource"), 30, "tags of what is declared");
  assert.equal(count("GetRepositoryPolicy"), 31);
  assert.equal(count("GetLifecyclePolicy"), 31);
  assert.ok(calls().length <= 3 * 31 + 10, `${calls().length} calls`);
  assert.equal(report.summary.calls, calls().length, "the report counts them all");
});

test("without coverage only what is declared is read", async () => {
  create("app");
  create("stray");
  const report = await look([await stackFrom(exportOf([ecr.state, declaredRepository("app")]))], { coverage: false });
  assert.deepEqual(outline(report), ["Repository app: in-sync"]);
  assert.equal(report.summary.coverage, null);
  assert.deepEqual(calls().sort(), ["DescribeRegistry", "DescribeRepositories", "ListTagsForResource"]);
});

test("nothing is ever written", async () => {
  create("app");
  as("SetRepositoryPolicy", { repositoryName: "app", policyText: JSON.stringify(pullPolicy("111111111111")) });
  await look([await stackFrom(exportOf([ecr.state, declaredRepository("app")]))], { images: true });
  assert.deepEqual(
    calls().filter((name) => !/^(Describe|Get|List|BatchGet)/.test(name)),
    [],
  );
});

test("two runs over the same registry are the same, byte for byte", async () => {
  for (const name of ["b", "a", "c"].map((letter) => `repo-${letter}`)) {
    create(name);
    as("SetRepositoryPolicy", {
      repositoryName: name,
      policyText: JSON.stringify(pullPolicy("111111111111", "222222222222", "333333333333")),
    });
  }
  const policy = (name: string) =>
    resource(ecr.ref, "RepositoryPolicy", name, { repositoryName: name, policyText: pullPolicy("111111111111") });
  const text = exportOf([ecr.state, policy("repo-a"), policy("repo-c"), declaredRepository("repo-b")]);
  const [first, second] = [await look([await stackFrom(text)]), await look([await stackFrom(text)])];
  assert.equal(JSON.stringify(first), JSON.stringify(second));
});

test("a policy that nobody declares and that holds only what is tolerated is ignored, and one that holds more is not", async () => {
  const shapes = (serviceStatements["lambda"] ?? []).map((statement) => ({
    name: "lambda",
    statement: statement as ValueMap,
  }));
  const written = {
    Sid: "LambdaECRImageRetrievalPolicy",
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  };
  const set = (repositoryName: string, ...statements: object[]) => {
    emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName } });
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    emulator.asForeigner({ operation: "SetRepositoryPolicy", input: { repositoryName, policyText } });
  };
  set("only", written);
  set("more", written, ...pullPolicy("111111111111").Statement);
  const stack = await stackFrom(exportOf([ecr.state, resource(ecr.ref, "Repository", "x", { repositoryName: "x" })]));
  const told = (report: DriftReport) =>
    report.resources
      .filter(({ type, urn }) => urn === null && type.endsWith(":RepositoryPolicy"))
      .map(({ id, class: kind, findings }) => [id, kind, findings.map(({ id: finding }) => finding)]);
  assert.deepEqual(told(await look([stack], { tolerated: tolerating(shapes) })), [
    ["more", "unmanaged", ["unmanaged"]],
    ["only", "ignored", ["tolerated"]],
  ]);
  assert.deepEqual(told(await look([stack])), [
    ["more", "unmanaged", ["unmanaged"]],
    ["only", "unmanaged", ["unmanaged"]],
  ]);
});

test("coverage of nothing is no number, in the report and in its text", async () => {
  emulator.addFaults([{ operation: "DescribeRepositories", kind: "deny" }]);
  const report = await look([await stackFrom(exportOf([ecr.state, declaredRepository("app")]))]);
  assert.deepEqual([report.summary.coverage?.live, report.summary.coverage?.percent], [0, null]);
  assert.ok(report.incomplete.length > 0);
  const { blocks } = driftDocument(report, "text");
  assert.match(JSON.stringify(blocks), /Coverage: –/);
});

test("team/my-app and team-my-app never get one name, also in shards and beside a name of the stack", async () => {
  for (const name of ["team/my-app", "team-my-app", "stray"]) create(name);
  const named = resource(
    ecr.ref,
    "Repository",
    "app",
    { repositoryName: "app" },
    {
      urn: "urn:pulumi:dev::test::ecr:index:Repository::stray",
    },
  );
  const stack = await stackFrom(exportOf([ecr.state, named]));
  const namesOf = (report: DriftReport) =>
    report.resources.flatMap(({ urn, fix }) => (urn === null && fix ? [fix.split(" ").slice(3).join(" ")] : [])).sort();
  const whole = namesOf(await look([stack]));
  assert.deepEqual(whole.map((words) => words.replace(/[0-9a-f]{6} /, "MARK ")).sort(), [
    "strayMARK stray",
    "teamMyAppMARK team-my-app",
    "teamMyAppMARK team/my-app",
  ]);
  const shards = await Promise.all([1, 2].map((index) => look([stack], { shard: { index, of: 2 } })));
  const inShards = shards.flatMap(namesOf).map((words) => words.split(" ")[0]);
  assert.equal(new Set(inShards).size, 3);
});
