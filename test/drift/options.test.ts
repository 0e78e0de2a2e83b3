/** What is let pass, selected, cut into shards, joined again, and what fails a pipeline. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { catalog } from "../../provider/catalog.ts";
import { linesOf } from "../../provider/cli/shared/files.ts";
import { baselineOf, parseBaseline } from "../../provider/drift/accept/baseline.ts";
import { parseConfig } from "../../provider/drift/accept/config.ts";
import { selection } from "../../provider/drift/accept/select.ts";
import { checkFailOn, exitCodeOf } from "../../provider/drift/accept/verdict.ts";
import { waive } from "../../provider/drift/accept/waive.ts";
import { readOnlyPolicy } from "../../provider/drift/permissions.ts";
import { mergeReports, parseReport } from "../../provider/drift/report/merge.ts";
import type { DriftReport } from "../../provider/drift/report/report.ts";
import { exportOf, findingIds, found, look, outline, provider, pullPolicy, resource, stackFrom } from "./stacks.ts";

let emulator: Emulator;
let text: string;
let report: DriftReport;
before(async () => {
  emulator = await startEmulator();
  const as = (operation: string, input: Record<string, unknown>) => emulator.asForeigner({ operation, input });
  const { state, ref } = provider(emulator.url);
  for (const repositoryName of ["team/app", "team/web", "stray"]) as("CreateRepository", { repositoryName });
  as("SetRepositoryPolicy", {
    repositoryName: "team/app",
    policyText: JSON.stringify(pullPolicy("111111111111", "222222222222")),
  });
  text = exportOf([
    state,
    resource(ref, "Repository", "team/app", {
      repositoryName: "team/app",
      imageTagMutability: "IMMUTABLE",
      tags: { env: "prod" },
    }),
    resource(ref, "RepositoryPolicy", "team/app", {
      repositoryName: "team/app",
      policyText: pullPolicy("111111111111"),
    }),
    resource(ref, "Repository", "team/web", { repositoryName: "team/web" }),
    resource(ref, "Repository", "gone", { repositoryName: "gone" }),
  ]);
  report = await look([await stackFrom(text)]);
});
after(() => emulator.close());

const at = Date.parse("2026-06-15T12:00:00Z");
const waivers = { ignore: [], accepted: new Map<string, never>(), at };

test("an ignore needs to fit in everything it says, and the resource is ignored once nothing is left", () => {
  const tags = { reason: "set by the cost tool", resource: "team/*", path: "tags.*" };
  const one = waive(report, { ...waivers, ignore: [tags] });
  assert.equal(found(one, "Repository", "team/app").class, "changed", "its mutability is still another");
  const both = waive(report, {
    ...waivers,
    ignore: [tags, { reason: "known", finding: ["setting"], path: "imageTag*" }],
  });
  const app = found(both, "Repository", "team/app");
  assert.deepEqual([app.class, app.fix, both.summary.ignored], ["ignored", null, 1]);
  assert.ok(
    app.findings.some(
      ({ id, level, message }) =>
        id === "ignored" && level === "note" && message.endsWith("(ignored: set by the cost tool)"),
    ),
  );
  const elsewhere = waive(report, { ...waivers, ignore: [{ ...tags, region: "eu-*" }] });
  assert.deepEqual(elsewhere.resources, report.resources);
});

test("an ignore counts through its last day, and then says that it is over", () => {
  const ignore = { reason: "until the move", resource: "gone", until: "2026-06-15" };
  assert.equal(found(waive(report, { ...waivers, ignore: [ignore] }), "Repository", "gone").class, "ignored");
  const over = waive(report, { ...waivers, ignore: [{ ...ignore, until: "2026-06-14" }] });
  assert.equal(found(over, "Repository", "gone").class, "missing");
  assert.deepEqual(findingIds(over), ["ignore-expired"]);
});

test("a baseline accepts what is there and nothing that comes later", async () => {
  const entry = { reason: "as it is", until: "2026-09-01", at };
  const baseline = baselineOf(report, new Map(), entry);
  const accepted = parseBaseline("the baseline from b.json", JSON.parse(baseline));
  const quiet = waive(report, { ...waivers, accepted });
  assert.equal(exitCodeOf(quiet, ["changed", "missing", "unmanaged"]), 0);
  assert.equal(
    baselineOf(quiet, accepted, { ...entry, reason: "another" }).includes("another"),
    false,
    "known entries keep their reason",
  );
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "newcomer" } });
  const later = waive(await look([await stackFrom(text)]), { ...waivers, accepted });
  emulator.asForeigner({ operation: "DeleteRepository", input: { repositoryName: "newcomer" } });
  assert.deepEqual(
    later.resources.filter(({ class: kind }) => kind === "unmanaged").map(({ id }) => id),
    ["newcomer"],
  );
  const expired = waive(report, { ...waivers, accepted, at: Date.parse("2026-09-02") });
  assert.equal(exitCodeOf(expired, ["changed"]), 2);
});

for (const wrong of [
  "null",
  "[]",
  '{"schemaVersion":2,"accepted":[]}',
  '{"schemaVersion":1,"accepted":[{"fingerprint":"x"}]}',
]) {
  test(`${wrong} is not a baseline`, () => {
    assert.throws(
      () => parseBaseline("the baseline from b.json", JSON.parse(wrong)),
      /reading the baseline from b\.json: /,
    );
  });
}

test("a pattern names a URN, an id, a type or the type's last word, and nothing else", () => {
  const named = { urn: "urn:pulumi:dev::p::ecr:index:Repository::app", type: "ecr:index:Repository", id: "team/app" };
  for (const pattern of ["team/*", "*::app", "Repository", "ecr:index:*", "team/ap?"])
    assert.ok(selection([pattern], [])(named), pattern);
  for (const pattern of ["team", "(.*)", "[a-z]+", "Repositor"]) assert.ok(!selection([pattern], [])(named), pattern);
  assert.ok(!selection(["team/*"], ["*/app"])(named));
  assert.deepEqual(linesOf("# targets\r\n\n  team/*  \nurn:x\n"), ["team/*", "urn:x"]);
});

test("--only leaves the rest out of the report and still knows that it is declared", async () => {
  const some = await look([await stackFrom(text)], { isWanted: selection(["Repository"], ["stray"]) });
  assert.deepEqual(outline(some), [
    "Repository gone: missing",
    "Repository team/app: changed",
    "Repository team/web: in-sync",
  ]);
  assert.equal(some.summary.coverage?.unmanaged, 0);
});

test("shards have every resource once between them, and joined they are the whole", async () => {
  const shards = await Promise.all(
    [1, 2, 3].map(async (index) => look([await stackFrom(text)], { shard: { index, of: 3 } })),
  );
  assert.ok(shards.filter(({ resources }) => resources.length > 0).length > 1, "there is something to cut");
  const whole = mergeReports(
    shards.map((shard) => parseReport("the report from shard.json", JSON.parse(JSON.stringify(shard)))),
  );
  assert.deepEqual(whole.resources, JSON.parse(JSON.stringify(report.resources)));
  assert.deepEqual(whole.summary.coverage, report.summary.coverage);
  assert.equal(whole.shard, undefined);
  const [first, , third] = shards;
  assert.ok(first && third);
  const partial = mergeReports([first, third]);
  assert.deepEqual(partial.incomplete, ["shard 2 of 3 is missing"]);
  assert.equal(exitCodeOf(partial, []), 3);
  assert.throws(() => mergeReports([first, first]), /twice/);
  assert.throws(() => mergeReports([first, { ...third, shard: { index: 2, of: 4 } }]), /different cuts/);
});

for (const wrong of ["null", "{}", '{"schemaVersion":9}']) {
  test(`${wrong} is not a report to merge`, () => {
    assert.throws(() => parseReport("the report from r.json", JSON.parse(wrong)), /reading the report from r\.json: /);
  });
}

test("what fails is a matter of classes, meanings and findings", () => {
  assert.equal(exitCodeOf(report, ["changed"]), 2);
  assert.equal(exitCodeOf(report, ["access-gain"]), 2);
  assert.equal(exitCodeOf(report, ["access-loss", "retention"]), 0);
  assert.equal(exitCodeOf({ ...report, incomplete: ["x"] }, ["retention"]), 3);
  assert.equal(exitCodeOf({ ...report, incomplete: ["x"] }, ["changed"]), 2, "worse than incomplete");
  assert.throws(() => checkFailOn(["chnaged"]), /did you mean changed/);
});

test("drift.yaml is read whole", () => {
  const config = parseConfig(
    "drift.yaml",
    `version: 1
failOn: [access-gain, missing]
exclude: ["sandbox/*"]
trustedAccounts: ["111111111111"]
trustedOrganizations: [o-a1b2c3d4e5]
trustedOrganizationalUnits: [o-a1b2c3d4e5/r-ab12/ou-ab12-11111111]
trustedVpcs: [vpc-0123456789abcdef0]
trustedVpcEndpoints: [vpce-0123456789abcdef0]
tolerate:
  - service: lambda
  - statement: { Sid: Scanner, Effect: Allow, Principal: { AWS: "arn:aws:iam::{account}:role/scan" }, Action: "ecr:Get*" }
    reason: our scanner
ignore:
  - resource: team/*
    path: tags.cost
    reason: written by the cost tool
    until: 2026-12-31
`,
  );
  assert.deepEqual(config.failOn, ["access-gain", "missing"]);
  assert.deepEqual(
    config.tolerate.map(({ name }) => name),
    ["lambda", "lambda", "lambda", "lambda", "our scanner"],
  );
  assert.equal(config.ignore[0]?.until, "2026-12-31");
});

for (const [what, yaml, says] of [
  ["an ignore without a reason", "version: 1\nignore:\n  - resource: x\n", /line 3.*reason is required/],
  ["a word that is not known", "version: 1\nfailon: []\n", /line 2.*did you mean "failOn"/],
  [
    "a member's former spelling",
    "version: 1\ntrustedOrganisations: [o-a1b2c3d4e5]\n",
    /line 2.*trustedOrganisations is not a known property; did you mean "trustedOrganizations"\?$/,
  ],
  ["a date that is none", "version: 1\nignore:\n  - {reason: why not, until: tomorrow}\n", /must be a date/],
  [
    "an account that lost its zeros",
    "version: 1\ntrustedAccounts: [11111111111]\n",
    /trustedAccounts\[0\] must be a string/,
  ],
  ["a toleration of nothing", "version: 1\ntolerate: [{}]\n", /needs service or statement/],
  ["no version", "only: [x]\n", /version is required/],
  ["no YAML", "a: [", /line 1/],
  ["nothing", "", /must be an object/],
  ["aliases without end", `version: 1\nonly: &a [${"x,".repeat(50)}x]\nexclude: [*a, *a]\n`, /must be a string/],
] as const) {
  test(`drift.yaml with ${what} is refused with its line`, () => {
    assert.throws(() => parseConfig("drift.yaml", yaml), says);
  });
}

test("the printed permissions come from the table and cannot write", () => {
  const { Statement: statements } = readOnlyPolicy(catalog, { images: true, trail: true }) as {
    Statement: { Action: string[] }[];
  };
  const actions = statements.flatMap(({ Action }) => Action);
  for (const { aspects } of catalog.resources)
    for (const { permissions } of aspects)
      for (const action of permissions.observe) assert.ok(actions.includes(action), action);
  assert.ok(actions.includes("cloudtrail:LookupEvents"));
  for (const action of actions) assert.match(action, /:(Batch(Check|Get)|Describe|Get|List|Lookup)/);
});
