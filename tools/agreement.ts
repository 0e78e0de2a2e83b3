/**
 * `npm run agreement -- [--seed N] [--count N]`: random registries on the real engine, disturbed at random from outside;
 * `pulumi-ecr drift` has to say of every resource what `pulumi refresh --preview-only --expect-no-changes` says. The seed is
 * printed and repeats a run. Exits with 1 at the first disagreement.
 */

import { parseArgs } from "node:util";
import { regions } from "../test/agreement/deployment.ts";
import { noTally, play } from "../test/agreement/play.ts";
import { randomFrom } from "../test/chaos/random.ts";
import { buildAll } from "./build.ts";
import { requireReady } from "./preflight.ts";
import { ensurePulumi } from "./pulumi-cli.ts";

const rounds = 2;

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new Error(`running the agreement: --${name} ${JSON.stringify(text)} is not a whole number`);
  return value;
}

const { values } = parseArgs({ options: { seed: { type: "string" }, count: { type: "string", default: "200" } } });
const seed = wholeNumber("seed", values.seed ?? String(Date.now() % 1_000_000));
const count = wholeNumber("count", values.count);

requireReady({ python: false });
await buildAll();
await ensurePulumi();
const tally = noTally();
const started = Date.now();
process.stdout.write(`seed ${seed}, ${count} registries and disturbances\n`);
for (let batch = seed; tally.registries < count; batch++) {
  const left = Math.ceil((count - tally.registries) / rounds);
  try {
    await play(randomFrom(batch), Math.min(regions.length, left), rounds, tally);
  } catch (error) {
    process.stdout.write(
      `FAIL  ${error instanceof Error ? error.message : String(error)}\nRepeat with --seed ${batch}\n`,
    );
    process.exitCode = 1;
    break;
  }
  process.stdout.write(`ok    ${tally.registries} registries (${Math.round((Date.now() - started) / 1_000)} s)\n`);
}
const { registries, resources, same, changed, gone, unmanaged } = tally;
process.stdout.write(
  `${registries} registries and disturbances with ${resources} resources agree: ${same} in sync, ${changed} changed, ${gone} missing, ${unmanaged} undeclared repositories\n`,
);
