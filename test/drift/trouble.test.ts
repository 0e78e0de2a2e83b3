/** A registry that makes trouble: what could not be read is told once per cause, and everything else is still there. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import type { FaultRule } from "../../emulator/service/faults.ts";
import { exitCodeOf } from "../../provider/drift/accept/verdict.ts";
import { exportOf, found, look, outline, provider, pullPolicy, resource, stackFrom } from "./stacks.ts";

let emulator: Emulator;
let text: string;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.reset();
  emulator.clearJournal();
  const { state, ref } = provider(emulator.url, "ecr", { maxRetries: 3 });
  const resources = ["aa", "bb", "cc"].flatMap((repositoryName) => {
    emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName } });
    const policyText = pullPolicy("111111111111");
    const input = { repositoryName, policyText: JSON.stringify(policyText) };
    emulator.asForeigner({ operation: "SetRepositoryPolicy", input });
    return [
      resource(ref, "Repository", repositoryName, { repositoryName, tags: {} }),
      resource(ref, "RepositoryPolicy", repositoryName, { repositoryName, policyText }),
    ];
  });
  text = exportOf([state, ...resources]);
});
after(() => emulator.close());

const run = async (rules: FaultRule[], coverage = false, signal?: AbortSignal) => {
  emulator.addFaults(rules);
  return look([await stackFrom(text)], { coverage }, signal);
};
const inSync = ["aa", "bb", "cc"].map((name) => `Repository ${name}: in-sync`);
const policies = (kind: string) => ["aa", "bb", "cc"].map((name) => `RepositoryPolicy ${name}: ${kind}`);

for (const [what, rule] of [
  ["throttling", { operation: "*", kind: "throttle", every: 3 }],
  ["5xx", { operation: "*", kind: "unavailable", every: 3 }],
  ["resets", { operation: "*", kind: "reset", every: 4 }],
  ["answers that break off", { operation: "*", kind: "truncate", every: 5 }],
] as const) {
  test(`${what} now and then changes nothing`, async () => {
    const report = await run([rule], true);
    assert.deepEqual(outline(report), [...inSync, ...policies("in-sync")]);
    assert.deepEqual(report.incomplete, []);
  });
}

test("an operation that always fails makes its resources unreadable, with one cause", async () => {
  const report = await run([{ operation: "GetRepositoryPolicy", kind: "unavailable" }]);
  assert.deepEqual(outline(report), [...inSync, ...policies("unreadable")]);
  assert.equal(report.incomplete.length, 1);
  assert.equal(exitCodeOf(report, ["changed", "missing", "unmanaged"]), 3);
});

test("a denied operation names the permission, once, and unreadable is never in sync", async () => {
  const report = await run([{ operation: "GetRepositoryPolicy", kind: "deny" }], true);
  assert.deepEqual(outline(report), [...inSync, ...policies("unreadable")]);
  assert.deepEqual(report.incomplete, [
    "reading RepositoryPolicy was denied; allow ecr:GetRepositoryPolicy (`pulumi-ecr drift --permissions` prints the whole policy)",
  ]);
});

for (const operation of [
  "DescribeRepositories",
  "DescribePullThroughCacheRules",
  "DescribeRepositoryCreationTemplates",
]) {
  test(`a listing that repeats its page ends, incomplete and with its cause: ${operation}`, async () => {
    const report = await run([{ operation, kind: "repeat-page" }], true);
    assert.ok(emulator.journal().length < 100, "it went on asking");
    assert.ok(report.incomplete.length > 0);
    for (const cause of report.incomplete) assert.match(cause, /^listing \w+: .*: ECR repeated a page; run again$/);
    assert.deepEqual(outline(report), [...inSync, ...policies("in-sync")]);
    assert.equal(exitCodeOf(report, ["changed", "missing", "unmanaged"]), 3);
  });
}

test("tags that may not be read leave the rest of the repository compared", async () => {
  const report = await run([{ operation: "ListTagsForResource", kind: "deny" }]);
  assert.equal(found(report, "Repository", "aa").class, "unreadable");
  assert.match(report.incomplete.join("\n"), /ecr:ListTagsForResource/);
  emulator.asForeigner({
    operation: "PutImageTagMutability",
    input: { repositoryName: "aa", imageTagMutability: "IMMUTABLE" },
  });
  text = text.replace(
    '"repositoryName":"aa","tags":{}',
    '"repositoryName":"aa","imageTagMutability":"MUTABLE","tags":{}',
  );
  const later = await run([]);
  assert.deepEqual(
    found(later, "Repository", "aa").fields.map(({ path }) => path),
    ["imageTagMutability"],
  );
});

test("a listing that is denied leaves what is declared compared, by name", async () => {
  emulator.addFaults([{ operation: "DescribeRepositories", kind: "deny", times: 1 }]);
  const report = await look([await stackFrom(text)], { coverage: true });
  assert.deepEqual(outline(report), [...inSync, ...policies("in-sync")]);
  assert.match(report.incomplete.join("\n"), /allow ecr:DescribeRepositories/);
});

test("credentials that expire on the way end the run soon, and what was read stays", async () => {
  const report = await run([{ operation: "GetRepositoryPolicy", kind: "expired" }]);
  assert.ok(report.summary.unreadable > 0);
  assert.match(report.incomplete.join("\n"), /expired; renew them/);
  assert.ok(report.incomplete.length === 1, report.incomplete.join("\n"));
});

test("credentials that are refused from the start, and an endpoint that is not there, are errors", async () => {
  await assert.rejects(run([{ operation: "DescribeRegistry", kind: "expired" }]), /renew them/);
  const { state, ref } = provider("http://127.0.0.1:9", "ecr", { maxRetries: 0 });
  const nowhere = exportOf([state, resource(ref, "Repository", "aa", { repositoryName: "aa" })]);
  await assert.rejects(look([await stackFrom(nowhere)]), /could not reach ECR/);
});

test("a registry that cannot be reached among others is unreadable, and the others are read", async () => {
  const { state, ref } = provider("http://127.0.0.1:9", "ecr", { maxRetries: 0, region: "eu-west-1" });
  const far = exportOf([state, resource(ref, "Repository", "far", { repositoryName: "far" })]);
  const report = await look([await stackFrom(text), await stackFrom(far)], { coverage: false });
  assert.deepEqual(outline(report), ["Repository far: unreadable", ...inSync, ...policies("in-sync")]);
  assert.match(report.incomplete.join("\n"), /could not reach ECR/);
});

test("a repository that goes during the run is missing", async () => {
  emulator.asForeigner({
    before: "ListTagsForResource",
    operation: "DeleteRepository",
    input: { repositoryName: "bb", force: true },
  });
  const report = await run([]);
  assert.equal(found(report, "Repository", "bb").class, "missing");
  assert.equal(found(report, "Repository", "aa").class, "in-sync");
});

test("a run that is interrupted gives a report of what was read, and says so", async () => {
  const interruption = new AbortController();
  emulator.addFaults([{ operation: "GetRepositoryPolicy", kind: "delay", ms: 5_000 }]);
  setTimeout(() => interruption.abort(), 300);
  const report = await run([], false, interruption.signal);
  assert.deepEqual(outline(report), [...inSync, ...policies("unreadable")]);
  assert.match(report.incomplete.join("\n"), /interrupted/);
});

test("a signal that is there before the run makes a report all the same", async () => {
  const report = await run([], true, AbortSignal.abort());
  assert.equal(report.summary.unreadable, 6);
  assert.ok(report.incomplete.length > 0);
});
