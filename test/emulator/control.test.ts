/** The side channel: what it refuses leaves everything as it was, and the emulator answers on. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import * as sdk from "@aws-sdk/client-ecr";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
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
