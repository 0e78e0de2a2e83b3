/**
 * Scenarios as data: what a user does with one resource, what AWS has in between, and what must come of it, down to the
 * calls. Every scenario ends with an empty emulator.
 */

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Emulator, startEmulator } from "../emulator/http/server.ts";
import type { FaultRule } from "../emulator/service/faults.ts";
import type { ForeignWrite } from "../emulator/service/registries.ts";
import type { Seed } from "../emulator/service/seeds.ts";
import { catalog } from "../provider/catalog.ts";
import { type Plugin, plain, startPlugin } from "./harness/client.ts";
import { Session, wire } from "./harness/session.ts";
import { type Layouts, writeFiles } from "./images/layouts.ts";

interface Step {
  /** Check, Diff, preview and the real thing with these inputs. */
  up?: object;
  /** Only what a preview does. */
  preview?: object;
  refresh?: true;
  import?: string;
  destroy?: true;
  /** Somebody else writes. */
  disturb?: ForeignWrite | ForeignWrite[];
  faults?: FaultRule[];
  settings?: object;
  /** Files that are there from now on, in a folder that values name `$FILES`. */
  files?: Layouts;
  /** How scans end, from this step on. */
  seed?: Seed;
  /** Everything that ECR does by itself comes to its end first. */
  tick?: true;
  /** Seconds by which ECR's clock goes on. */
  advance?: number;
  /** What the engine records as wrong with the resource, in part; undefined where an up fails without recording it. */
  incomplete?: string[];
  /** The expected detailed diff; for refresh, the drift. `null`: the resource is gone. */
  diff?: Record<string, string> | null;
  replaces?: string[];
  deleteBeforeReplace?: boolean;
  /** Every call of the step, in order. */
  calls?: string[];
  /** How often these operations are called, where the order is open. */
  counts?: Record<string, number>;
  inputs?: object;
  /** Some of the outputs. */
  outputs?: Record<string, unknown>;
  /** Parts of the error message. */
  fails?: string[];
  /** Parts of messages to the user. */
  says?: string[];
  /** Parts that no message has. */
  silent?: string[];
  /** What an operation answers to somebody else, in part. */
  live?: { operation: string; input: object; output?: unknown; fails?: string };
  ignoreChanges?: string[];
  timeout?: number;
}

interface Scenario {
  name: string;
  type: string;
  config?: object;
  /** The emulator's time at the start, as ISO 8601 text. */
  clock?: string;
  given?: ForeignWrite[];
  environment?: Record<string, string>;
  steps: Step[];
  cleanup?: ForeignWrite[];
}

const folder = join(import.meta.dirname, "cases/scenarios");
const files = readdirSync(folder).sort();

let emulator: Emulator;
before(async () => {
  process.env["AWS_REGION"] = "us-east-1";
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  emulator = await startEmulator();
});
after(() => emulator.close());

for (const file of files) {
  const scenarios = JSON.parse(readFileSync(join(folder, file), "utf8")) as Scenario[];
  describe(file.replace(".json", ""), () => {
    for (const scenario of scenarios) test(scenario.name, () => play(scenario));
  });
}

test("every resource of the catalog has scenarios, with an import and a refresh among them", () => {
  const all = files.flatMap((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Scenario[]);
  for (const { name } of catalog.resources) {
    const steps = all.filter(({ type }) => type === name).flatMap((scenario) => scenario.steps);
    for (const needed of ["up", "refresh", "import", "destroy"] as const) {
      assert.ok(
        steps.some((step) => step[needed] !== undefined),
        `${name} has no scenario with ${needed}`,
      );
    }
  }
});

async function play({ steps: written, ...scenario }: Scenario): Promise<void> {
  emulator.reset();
  if (scenario.clock) emulator.clock.set(new Date(scenario.clock));
  const files = mkdtempSync(join(tmpdir(), "ecr-scenario-"));
  const steps = JSON.parse(JSON.stringify(written).replaceAll("$FILES", files)) as Step[];
  for (const write of scenario.given ?? []) emulator.asForeigner(write);
  const plugin = await startPlugin(wire({ endpoint: emulator.url, maxRetries: 2, ...scenario.config }));
  const session = new Session(plugin, scenario.type, "res");
  Object.assign(process.env, scenario.environment);
  try {
    for (const [index, step] of steps.entries()) {
      writeFiles(files, step.files ?? {});
      await runStep(session, plugin, step).catch((error: Error) => {
        throw new Error(`step ${index + 1} (${Object.keys(step)[0]}): ${error.message}`, { cause: error });
      });
    }
    for (const write of scenario.cleanup ?? []) emulator.asForeigner(write);
    emulator.seed({ scans: [] });
    assert.deepEqual(emulator.state(), [], "the emulator must be empty in the end");
  } finally {
    for (const name of Object.keys(scenario.environment ?? {})) delete process.env[name];
    await plugin.close();
    rmSync(files, { recursive: true });
  }
}

async function runStep(session: Session, plugin: Plugin, step: Step): Promise<void> {
  if (step.settings) Object.assign(emulator.settings, step.settings);
  if (step.seed) emulator.seed(step.seed);
  if (step.tick) emulator.tick();
  if (step.advance) emulator.clock.advance(step.advance);
  if (step.faults) emulator.addFaults(step.faults);
  for (const write of [step.disturb ?? []].flat()) emulator.asForeigner(write);
  emulator.clearJournal();
  plugin.messages.length = 0;
  let diff:
    | { changes: Readonly<Record<string, string>>; replaces: readonly string[]; deleteBeforeReplace: boolean }
    | undefined;
  const acting = async () => {
    const options = {
      ...(step.ignoreChanges ? { ignoreChanges: step.ignoreChanges } : {}),
      ...(step.timeout ? { timeout: step.timeout } : {}),
    };
    if (step.up) diff = await session.up(wire(step.up), options);
    if (step.preview) diff = (await session.preview(wire(step.preview))).diff;
    if (step.refresh) diff = await session.refresh();
    if (step.import !== undefined) await session.import(step.import);
    if (step.destroy) await session.destroy();
  };
  if (step.fails) {
    const error = await acting().then(
      () => assert.fail("it must fail"),
      (failure: Error & { details?: string }) => failure.details ?? failure.message,
    );
    for (const part of step.fails)
      assert.ok(error.includes(part), `the error must say ${JSON.stringify(part)}: ${error}`);
  } else await acting();
  for (const [index, part] of (step.incomplete ?? []).entries())
    assert.ok(session.state?.initErrors[index]?.includes(part), `reason ${index}: ${session.state?.initErrors[index]}`);
  if (step.diff === null) assert.equal(session.state, undefined, "it must be gone");
  else if (step.diff) assert.deepEqual(diff?.changes, step.diff);
  if (step.replaces) assert.deepEqual(diff?.replaces, step.replaces);
  if (step.deleteBeforeReplace !== undefined) assert.equal(diff?.deleteBeforeReplace, step.deleteBeforeReplace);
  if (step.calls)
    assert.deepEqual(
      emulator.journal().map(({ operation }) => operation),
      step.calls,
    );
  for (const [name, count] of Object.entries(step.counts ?? {}))
    assert.equal(emulator.journal().filter(({ operation }) => operation === name).length, count, `calls of ${name}`);
  if (step.inputs) assert.deepEqual(plain(session.state?.inputs), step.inputs);
  for (const [name, value] of Object.entries(step.outputs ?? {})) {
    assert.deepEqual((plain(session.state?.outputs) as Record<string, unknown>)[name] ?? null, value, `output ${name}`);
  }
  const said = plugin.messages.map(({ text }) => text).join("\n");
  for (const part of step.says ?? [])
    assert.ok(said.includes(part), `the messages must say ${JSON.stringify(part)}: ${said}`);
  for (const part of step.silent ?? [])
    assert.ok(!said.includes(part), `no message may say ${JSON.stringify(part)}: ${said}`);
  if (step.live) {
    const { operation, input, output, fails } = step.live;
    if (fails)
      assert.throws(
        () => emulator.asForeigner({ operation, input: input as ForeignWrite["input"] }),
        (error: { fault?: string }) => error.fault === fails,
      );
    else {
      const answer = emulator.asForeigner({ operation, input: input as ForeignWrite["input"] });
      const seen = JSON.parse(JSON.stringify(answer)) as Record<string, unknown>;
      for (const [name, value] of Object.entries(output as object))
        assert.deepEqual(seen[name], value, `live ${operation}.${name}`);
    }
  }
}
