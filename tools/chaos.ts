/**
 * `npm run chaos -- [--seed N] [--only TEXT]`: every disturbance on the real engine, each in a world of its own. The seed is
 * printed and repeats a run. Exits with 1 when something did not recover, and names it.
 */

import { parseArgs } from "node:util";
import { disturbances, play } from "../test/chaos/disturbances.ts";
import { randomFrom } from "../test/chaos/random.ts";
import { createWorld } from "../test/chaos/world.ts";
import { buildAll } from "./build.ts";
import { requireReady } from "./preflight.ts";
import { ensurePulumi } from "./pulumi-cli.ts";

const { values } = parseArgs({ options: { seed: { type: "string" }, only: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isInteger(seed))
  throw new Error(`running chaos: the seed ${JSON.stringify(values.seed)} is not a whole number`);

requireReady({ python: false });
await buildAll();
await ensurePulumi();
const chosen = disturbances.filter(({ name }) => name.includes(values.only ?? ""));
process.stdout.write(`seed ${seed}, ${chosen.length} disturbances\n`);
const failures: string[] = [];
for (const [index, disturbance] of chosen.entries()) {
  const started = Date.now();
  try {
    await play(disturbance, createWorld, randomFrom(seed + index));
    process.stdout.write(`ok    ${disturbance.name} (${Math.round((Date.now() - started) / 1_000)} s)\n`);
  } catch (error) {
    failures.push(disturbance.name);
    process.stdout.write(`FAIL  ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
process.stdout.write(`${chosen.length - failures.length} of ${chosen.length} recovered\n`);
if (failures.length > 0) {
  process.stdout.write(`Repeat with --seed ${seed} --only ${JSON.stringify(failures[0])}\n`);
  process.exitCode = 1;
}
