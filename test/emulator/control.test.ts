/** The side channel: what it refuses leaves everything as it was, and the emulator answers on. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import * as sdk from "@aws-sdk/client-ecr";
import { politeDefaults } from "../../emulator/call/context.ts";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { clientOf } from "../harness/registry.ts";

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
after(() => emulator.close());

async function post(path: string, body: string): Promise<[number, unknown]> {
  const response = await fetch(`${emulator.url}/_emulator/${path}`, { method: "POST", body });
  return [response.status, await response.json()];
}

const image = { registryUrl: "quay.io", repository: "a/b", manifest: "{}" };
const refused: [string, unknown][] = [
  ["seed", null],
  ["seed", { scan: [] }],
  ["seed", { scans: [{ tag: "v1" }] }],
  ["seed", { upstreamImages: [{ ...image, tag: "v1" }] }],
  ["seed", { scans: 1 }],
  ["seed", { scans: [null] }],
  ["seed", { scans: [{ status: 1 }] }],
  ["seed", { scans: [{ findings: {} }] }],
  ["seed", { upstreamImages: [{ registryUrl: "quay.io" }] }],
  ["seed", { upstreamImages: [{ ...image, tags: "latest" }] }],
  ["seed", { upstreamImages: [{ ...image, layers: null }] }],
  ["seed", { upstreamImages: [{ ...image, layers: { x: 1 } }] }],
  ["faults", 1],
  ["faults", [null]],
  ["faults", [{ kind: "throttle" }, { kind: "nonsense" }]],
  ["clock", { set: "yesterday" }],
  ["clock", { advance: "long" }],
  ["clock", { advance: 1e300 }],
  ["as", {}],
  ["as", { operation: "CreateRepository", input: 1 }],
  ["settings", { nonsense: true }],
  ["settings", { __proto__: null, failures: null }],
  ["settings", { stepSeconds: "5" }],
];

test("what is no request of it is refused with a message, and nothing of it is kept", async () => {
  for (const [path, body] of refused) {
    const [status, { message }] = (await post(path, JSON.stringify(body))) as [number, { message: string }];
    assert.ok(status === 400 && message.length > 20, `${path} ${JSON.stringify(body)}: ${status} ${message}`);
  }
  assert.equal((await post("tick", "{"))[0], 400);
  assert.equal((await post("nonsense", "{}"))[0], 404);
  assert.deepEqual(emulator.state(), []);
  assert.deepEqual((await clientOf(emulator).send(new sdk.DescribeRepositoriesCommand({}))).repositories, []);
});

test("what it is told is done, and its settings can be read and go back with a reset", async () => {
  assert.equal((await post("seed", JSON.stringify({ account: "111122223333", upstreamImages: [image] })))[0], 200);
  assert.equal(emulator.state()[0]?.account, "111122223333");
  assert.deepEqual(
    await post("clock", JSON.stringify({ set: "2030-01-01T00:00:00Z", advance: 60 })).then(([status]) => status),
    200,
  );
  assert.equal(emulator.clock.now().getUTCFullYear(), 2030);
  const [, settings] = await post("settings", JSON.stringify({ stepSeconds: 1 }));
  assert.equal((settings as { stepSeconds: number }).stepSeconds, 1);
  assert.deepEqual(await post("tick", ""), [200, { expired: 0, archived: 0 }]);
  await post("reset", "");
  assert.equal(emulator.settings.stepSeconds, 5);
});

const page = readFileSync(join(import.meta.dirname, "../../docs/emulator.md"), "utf8");
const source = (file: string) => readFileSync(join(import.meta.dirname, "../../emulator", file), "utf8");
/** The first cells of the tables, without their ticks. */
const cells = (part: string) => [...part.matchAll(/^\| `([^`]+)`.*\|$/gm)].map(([, name = ""]) => name);
const [requests = "", faults = "", settings = ""] = page.split(/^## .*$/m);

test("its page names every request, every fault and every setting with its default, and no other", () => {
  const routes = [...source("http/control.ts").matchAll(/case "(\w+ \w+)":/g)].map(([, route = ""]) => route);
  const listed = [...requests.matchAll(/`((?:GET|POST|DELETE) \w+)`/g)].map(([, route = ""]) => route);
  assert.deepEqual(listed.toSorted(), routes.toSorted());
  const kinds = [...source("service/faults.ts").matchAll(/^ {4}case "([\w-]+)":/gm)].map(([, kind = ""]) => kind);
  assert.deepEqual(cells(faults).toSorted(), kinds.toSorted());
  assert.deepEqual(cells(settings).toSorted(), Object.keys(politeDefaults).toSorted());
  for (const [name, value] of Object.entries(politeDefaults))
    assert.ok(settings.includes(`| \`${name}\` | \`${JSON.stringify(value)}\` |`), name);
});

test("a listing that repeats its page says so by the same token, however often it is asked", async () => {
  for (const name of ["a1", "b1"])
    emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: name } });
  await post("faults", JSON.stringify({ operation: "DescribeRepositories", kind: "repeat-page", times: 2 }));
  const ask = (nextToken?: string) => clientOf(emulator).send(new sdk.DescribeRepositoriesCommand({ nextToken }));
  const first = await ask();
  const second = await ask(first.nextToken);
  assert.deepEqual([first.repositories?.length, second.repositories?.length], [2, 2]);
  assert.equal(second.nextToken, first.nextToken);
  assert.equal((await ask()).nextToken, undefined);
});
