/**
 * `npm run corpus -- [--update] [--only TEXT] [--at-once N]`: every pair of spellings of a program that opens a policy is
 * reviewed, and every spelling alone is deployed with the real engine. Exits with 1 when a review passes one, or when one
 * deploys otherwise than test/cases/review/forms.json says; `--update` writes that file.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pairs, singles } from "../test/declared/program/forms.ts";
import { answerTo } from "../test/declared/program/judged.ts";
import { type Outcome, outcomeOf } from "../test/engine/forms.ts";
import { buildAll } from "./build.ts";
import { requireReady } from "./preflight.ts";
import { ensurePulumi } from "./pulumi-cli.ts";

const { values } = parseArgs({
  options: { update: { type: "boolean" }, only: { type: "string" }, "at-once": { type: "string" } },
});
const file = join(import.meta.dirname, "../test/cases/review/forms.json");

requireReady({ python: false });
await buildAll();
await ensurePulumi();

const isChosen = ({ name }: { name: string }) => name.includes(values.only ?? "");
const [alone, together] = [singles().filter(isChosen), pairs().filter(isChosen)];
const passed = [...alone, ...together].filter((form) => answerTo(form) === undefined);
for (const { name } of passed) process.stdout.write(`FAIL  the review passes it: ${name}\n`);
process.stdout.write(`${alone.length + together.length} forms reviewed, ${passed.length} pass\n`);

const outcomes = new Map<string, Outcome>();
const waiting = [...alone];
const worker = async () => {
  for (let form = waiting.shift(); form; form = waiting.shift()) {
    outcomes.set(form.name, await outcomeOf(form));
    process.stdout.write(`${outcomes.get(form.name)}: ${form.name}\n`);
  }
};
await Promise.all(Array.from({ length: Number(values["at-once"] ?? 2) }, worker));
const found = Object.fromEntries(alone.map(({ name }) => [name, outcomes.get(name)]));
if (values.update && values.only === undefined) writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);
const known = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Outcome>>;
const others = alone.filter(({ name }) => known[name] !== found[name]);
for (const { name } of others) process.stdout.write(`FAIL  ${name}: ${found[name]}, was ${known[name]}\n`);
const open = Object.values(found).filter((outcome) => outcome === "open").length;
process.stdout.write(
  `${alone.length} forms deployed, ${open} open the policy, ${others.length} otherwise than before\n`,
);
process.exitCode = passed.length + others.length > 0 ? 1 : 0;
