/** Functions as data: what ECR holds, what a program asks, what it is answered, and which calls that took. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { type Emulator, startEmulator } from "../emulator/http/server.ts";
import type { FaultRule } from "../emulator/service/faults.ts";
import type { ForeignWrite } from "../emulator/service/registries.ts";
import type { Seed } from "../emulator/service/seeds.ts";
import { catalog } from "../provider/catalog.ts";
import { unconfigured } from "../provider/config.ts";
import { previewLifecyclePolicy } from "../provider/functions/preview-lifecycle-policy.ts";
import { Gateway } from "../provider/gateway/gateway.ts";
import { type Plugin, startPlugin } from "./harness/client.ts";
import { invokeOn } from "./harness/invoke.ts";

interface Case {
  name: string;
  function: string;
  given?: ForeignWrite[];
  faults?: FaultRule[];
  seed?: Seed;
  /** Everything that ECR does by itself comes to its end first. */
  tick?: true;
  args: object;
  /** Some of the results, in full; `null`: absent. */
  results?: Record<string, unknown>;
  /** `property: reason`, in part, each. */
  failures?: string[];
  /** Parts of the error. */
  fails?: string[];
  /** Parts of the warnings. */
  says?: string[];
  calls?: string[];
}

const folder = join(import.meta.dirname, "cases/functions");
const files = readdirSync(folder).sort();
const cases = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Case[];

let emulator: Emulator;
let plugin: Plugin;
before(async () => {
  process.env["AWS_REGION"] = "us-east-1";
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  emulator = await startEmulator();
});
beforeEach(async () => {
  emulator.reset();
  plugin = await startPlugin({ endpoint: emulator.url, maxRetries: 2 });
});
afterEach(() => plugin.close());
after(() => emulator.close());

const invoke = (name: string, args: object) => invokeOn(plugin, name, args);

function calls(): string[] {
  return emulator.journal().map(({ operation }) => operation);
}

for (const file of files) {
  describe(file.replace(".json", ""), () => {
    for (const one of cases(file)) test(one.name, () => play(one));
  });
}

async function play(one: Case): Promise<void> {
  if (one.seed) emulator.seed(one.seed);
  for (const write of one.given ?? []) emulator.asForeigner(write);
  if (one.tick) emulator.tick();
  if (one.faults) emulator.addFaults(one.faults);
  emulator.clearJournal();
  if (one.fails) {
    const error = await invoke(one.function, one.args).then(
      (answer) => assert.fail(`it must fail, and answered ${JSON.stringify(answer)}`),
      (failure: Error) => failure.message,
    );
    for (const part of one.fails)
      assert.ok(error.includes(part), `the error must say ${JSON.stringify(part)}: ${error}`);
  } else {
    const { results, failures } = await invoke(one.function, one.args);
    assert.equal(failures.length, one.failures?.length ?? 0, failures.join("\n"));
    for (const [index, part] of (one.failures ?? []).entries())
      assert.ok(failures[index]?.includes(part), `failure ${index} must say ${part}: ${failures[index]}`);
    for (const [name, value] of Object.entries(one.results ?? {}))
      assert.deepEqual(results[name] ?? null, value, `result ${name}`);
  }
  if (one.calls) assert.deepEqual(calls(), one.calls);
  const said = plugin.messages.map(({ text }) => text).join("\n");
  for (const part of one.says ?? []) assert.ok(said.includes(part), `it must say ${JSON.stringify(part)}: ${said}`);
}

test("a backfill is read with its progress and the outcome for each image", async () => {
  fill("team/app", 2);
  const destination = { region: "eu-west-1", registryId: "123456789012" };
  for (const [operation, input] of [
    ["PutReplicationConfiguration", { replicationConfiguration: { rules: [{ destinations: [destination] }] } }],
    ["StartReplicationBackfill", { destination }],
  ] as const) {
    emulator.asForeigner({ operation, input });
  }
  emulator.tick();
  const { results } = await invoke("getReplicationBackfills", {});
  const [{ replicationBackfillId, status }] = results["backfills"] as [Record<string, unknown>];
  assert.equal(status, "COMPLETE");
  emulator.clearJournal();
  const { results: one } = await invoke("getReplicationBackfill", { replicationBackfillId, limit: 1 });
  assert.deepEqual(calls(), ["DescribeReplicationBackfillResults"]);
  assert.deepEqual(one["destination"], destination);
  assert.equal((one["progress"] as Record<string, unknown>)["completedReplicationCount"], 2);
  assert.equal((one["results"] as unknown[]).length, 1, "no more than the limit");
});

test("every function of the catalog has a case that answers and one that it refuses or that fails", () => {
  const all = files.flatMap(cases);
  for (const definition of catalog.functions) {
    const own = all.filter((one) => one.function === definition.name);
    // Its id is made by ECR; the test above answers it.
    const answered = definition.name === "getReplicationBackfill";
    assert.ok(answered || own.some(({ results }) => results), `${definition.name} has no case with results`);
    if (Object.keys(definition.args).length > 0)
      assert.ok(
        own.some(({ failures, fails }) => failures ?? fails),
        `${definition.name} has no case that fails`,
      );
  }
});

const manifest = (index: number) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v1+json",
    layers: [],
    annotations: { index: String(index) },
  });

function fill(repositoryName: string, images: number): void {
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName } });
  for (let index = 0; index < images; index++) {
    emulator.asForeigner({
      operation: "PutImage",
      input: { repositoryName, imageManifest: manifest(index), imageTag: `v${index}` },
    });
  }
  emulator.clearJournal();
}

test("10,000 images are read in the 10 calls that pages of 1,000 need, and a limit reads no further than it needs", async () => {
  fill("team/app", 10_000);
  const length = async (args: object) => {
    emulator.clearJournal();
    const { results } = await invoke("getImages", { repositoryName: "team/app", ...args });
    return [(results["images"] as unknown[]).length, calls().length];
  };
  assert.deepEqual(await length({}), [10_000, 10]);
  assert.deepEqual(await length({ limit: 7 }), [7, 1]);
  assert.deepEqual(await length({ limit: 1_001 }), [1_001, 2]);
  assert.deepEqual(await length({ limit: 1, tagPattern: "v1500" }), [1, 2]);
  assert.deepEqual(await length({ limit: 2, mostRecent: true }), [2, 10], "the newest ones can be anywhere");
  assert.deepEqual(await length({ tagPattern: "v*99" }), [100, 10]);
});

test("reading a repository never reads its images", async () => {
  fill("team/app", 3);
  await invoke("getRepository", { repositoryName: "team/app" });
  await invoke("getRepositories", {});
  assert.deepEqual(calls(), ["DescribeRepositories", "ListTagsForResource", "DescribeRepositories"]);
});

test("cache rules and creation templates are listed by prefix, no more than the limit", async () => {
  for (const prefix of ["quay", "ecr-public"]) {
    const upstreamRegistryUrl = prefix === "quay" ? "quay.io" : "public.ecr.aws";
    const input = { ecrRepositoryPrefix: prefix, upstreamRegistryUrl };
    emulator.asForeigner({ operation: "CreatePullThroughCacheRule", input });
    emulator.asForeigner({
      operation: "CreateRepositoryCreationTemplate",
      input: { prefix, appliedFor: ["REPLICATION"] },
    });
  }
  const prefixes = async (name: string, list: string, key: string, args: object) =>
    ((await invoke(name, args)).results[list] as Record<string, unknown>[]).map((one) => one[key]);
  const rules = (args: object) => prefixes("getPullThroughCacheRules", "rules", "ecrRepositoryPrefix", args);
  const templates = (args: object) => prefixes("getRepositoryCreationTemplates", "templates", "prefix", args);
  assert.deepEqual(await rules({}), ["ecr-public", "quay"]);
  assert.deepEqual(await templates({}), ["ecr-public", "quay"]);
  assert.deepEqual([(await rules({ limit: 1 })).length, (await templates({ limit: 1 })).length], [1, 1]);
});

/** A scope in which ECR answers every call alike: for states that the emulator does not come to. */
function answering(answer: object) {
  const gateway = new Gateway({ call: async () => answer } as never, new AbortController().signal);
  return { gateway, settings: unconfigured.settings, warn() {} };
}

for (const [status, says] of [
  ["FAILED", /ended as FAILED: ECR could not make it; run again/],
  ["EXPIRED", /ended as EXPIRED: its results have expired already; run again/],
] as const) {
  test(`a lifecycle preview that ends as ${status} is an error that says so`, async () => {
    await assert.rejects(
      previewLifecyclePolicy.call(answering({ status, lifecyclePolicyText: "{}" }), { repositoryName: "team/app" }),
      says,
    );
  });
}

const keeping = (countNumber: number) =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber },
        action: { type: "expire" },
      },
    ],
  });

test("a preview of another policy is never taken for the one that was asked for", async () => {
  const scope = answering({ status: "COMPLETE", lifecyclePolicyText: keeping(9) });
  await assert.rejects(
    previewLifecyclePolicy.call(scope, { repositoryName: "team/app", lifecyclePolicyText: keeping(8) }),
    /previews of other policies of this repository were started meanwhile; run again when they have ended/,
  );
});

test("a preview whose place another one takes between two pages is made again", async () => {
  const [ours, other] = [keeping(1), keeping(2)];
  const page = (lifecyclePolicyText: string, imageDigest: string, nextToken?: string) => ({
    status: "COMPLETE",
    lifecyclePolicyText,
    previewResults: [{ imageDigest }],
    nextToken,
  });
  const answers = [
    page(ours, "look"),
    page(ours, "first", "2"),
    page(other, "of another policy"),
    page(ours, "look"),
    page(ours, "first", "2"),
    page(ours, "second"),
  ];
  const asked: string[] = [];
  const connection = {
    async call(operation: string) {
      asked.push(operation);
      return operation === "StartLifecyclePolicyPreview" ? {} : answers.shift();
    },
  };
  const gateway = new Gateway(connection as never, new AbortController().signal);
  const { previewResults } = await previewLifecyclePolicy.call(
    { gateway, settings: unconfigured.settings, warn() {} },
    { repositoryName: "team/app", lifecyclePolicyText: ours },
  );
  assert.deepEqual(
    (previewResults as { imageDigest: string }[]).map(({ imageDigest }) => imageDigest),
    ["first", "second"],
  );
  assert.equal(asked.filter((operation) => operation === "StartLifecyclePolicyPreview").length, 2);
});

test("previews of several policies at once get what their own policy does, or a conflict, and never another's", async () => {
  const write = (operation: string, input: object) => emulator.asForeigner({ operation, input } as ForeignWrite);
  write("CreateRepository", { repositoryName: "team/app" });
  for (const number of [1, 2, 3, 4]) {
    const mediaType = "application/vnd.oci.image.index.v1+json";
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      manifests: [],
      annotations: { n: `${number}` },
    });
    write("PutImage", { repositoryName: "team/app", imageTag: `v${number}`, imageManifest });
  }
  const counts = [1, 2, 3];
  const found = await Promise.allSettled(
    counts.map((count) =>
      invoke("previewLifecyclePolicy", { repositoryName: "team/app", lifecyclePolicyText: keeping(count) }),
    ),
  );
  const done = found.flatMap((one, index) => {
    if (one.status === "rejected") return assert.match(String(one.reason), /were started meanwhile/) ?? [];
    assert.equal(one.value.results["expiringImageTotalCount"], 4 - (counts[index] ?? 0));
    return [index];
  });
  assert.ok(done.length > 0, "the last one at least");
});
