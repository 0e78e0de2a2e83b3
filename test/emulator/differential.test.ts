/**
 * The emulator beside moto, which others wrote: the same calls to both, and every answer compared. Where they differ and the
 * emulator is to stay as it is, a row of `accepted.json` says why and from what source; a row that nothing needs fails too.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as sdk from "@aws-sdk/client-ecr";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { type Moto, startMoto } from "../../tools/python.ts";
import { clientOf, pushLayer } from "../harness/registry.ts";

interface Call {
  call: string;
  operation: string;
  input: Record<string, unknown>;
  /** Contents that are pushed first, to the emulator only: moto takes any manifest and has no layers. */
  layers?: string[];
}

/** `where` is a path in the answer, lists without index; `error` and `message` for faults; `answer` when only one has one. */
interface Accepted {
  operation: string;
  call?: string;
  where: string;
  reason: string;
  source: string;
}

interface Difference {
  operation: string;
  call: string;
  where: string;
  emulator: unknown;
  moto: unknown;
}

const cases = join(import.meta.dirname, "../cases/differential");
const calls = JSON.parse(readFileSync(join(cases, "calls.json"), "utf8")) as Call[];
const accepted = JSON.parse(readFileSync(join(cases, "accepted.json"), "utf8")) as Accepted[];

let emulator: Emulator;
let moto: Moto;
let differences: Difference[];

before(async () => {
  [emulator, moto] = await Promise.all([startEmulator(), startMoto()]);
  const [ours, theirs] = [clientOf(emulator), clientOf(moto)];
  differences = [];
  for (const { call, operation, input, layers = [] } of calls) {
    for (const content of layers) await pushLayer(ours, String(input["repositoryName"]), content);
    const [mine, other] = [await answerOf(ours, operation, input), await answerOf(theirs, operation, input)];
    for (const { where, values } of compared(mine, other))
      differences.push({ operation, call, where, emulator: values[0], moto: values[1] });
  }
});
after(async () => {
  await Promise.all([emulator.close(), moto.stop()]);
});

type Command = new (input: object) => Parameters<sdk.ECRClient["send"]>[0];

async function answerOf(ecr: sdk.ECRClient, operation: string, input: object): Promise<object> {
  const commands = sdk as unknown as Record<string, Command | undefined>;
  const command = commands[`${operation}Command`];
  assert.ok(command, `${operation} is no operation of the SDK`);
  try {
    const { $metadata, ...output } = (await ecr.send(new command(input))) as unknown as Record<string, unknown>;
    return output;
  } catch (error) {
    const { name, message } = error as Error;
    return { error: name, message };
  }
}

/** Every path at which two answers differ. Times differ by nature: only whether there is one counts. */
function compared(ours: unknown, theirs: unknown, path = ""): { where: string; values: [unknown, unknown] }[] {
  if (ours instanceof Date && theirs instanceof Date) return [];
  if (path === "" && "error" in (ours as object) !== "error" in (theirs as object))
    return [{ where: "answer", values: [ours, theirs] }];
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    if (ours.length !== theirs.length) return [{ where: path, values: [ours, theirs] }];
    return ours.flatMap((item, index) => compared(item, theirs[index], path));
  }
  if (isPlain(ours) && isPlain(theirs)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    return [...keys].flatMap((key) => compared(ours[key], theirs[key], path === "" ? key : `${path}.${key}`));
  }
  return Object.is(ours, theirs) ? [] : [{ where: path, values: [ours, theirs] }];
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function covers({ operation, call, where }: Accepted, difference: Difference): boolean {
  return (
    operation === difference.operation && where === difference.where && (call === undefined || call === difference.call)
  );
}

test("the calls use each of the 30 operations that moto has", () => {
  assert.equal(new Set(calls.map(({ operation }) => operation)).size, 30);
});

test("the emulator answers as moto does, but for the differences that are accepted", () => {
  assert.deepEqual(
    differences.filter((difference) => !accepted.some((row) => covers(row, difference))),
    [],
  );
});

test("every accepted difference occurs, and has its reason and its source", () => {
  const idle = accepted.filter((row) => !differences.some((difference) => covers(row, difference)));
  assert.deepEqual(idle, []);
  for (const { operation, where, reason, source } of accepted)
    assert.ok(reason.length > 20 && source.length > 5, `${operation} ${where}`);
});
