/**
 * `npm run mutate [-- --seed N] [FILES]`: mutation testing with Stryker, by hand: every mutant of `policy/` and then of
 * `lifecycle/`, or of the files named. The seed (1 when not said) is that of the random properties. What survived is printed
 * and stands in .cache/mutation-FOLDER.json; figures are in CONTRIBUTING.
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";

const root = join(import.meta.dirname, "..");

/** The tests that are about a folder, those that decide most in the least time first. */
const suites: Readonly<Record<string, readonly string[]>> = {
  "provider/policy": [
    "test/policy/*.test.ts",
    "test/documents.test.ts",
    "test/review/{rules,ordinary}.test.ts",
    "test/crossguard/policies.test.ts",
  ],
  "provider/lifecycle": [
    "test/lifecycle/*.test.ts",
    "test/policy/describe.test.ts",
    "test/documents.test.ts",
    "test/review/{rules,ordinary}.test.ts",
  ],
};

const { values, positionals: named } = parseArgs({
  options: { seed: { type: "string", default: "1" } },
  allowPositionals: true,
});
const folders = Object.keys(suites);
const folder = folders.find((name) => named.length > 0 && named.every((file) => file.startsWith(name)));
process.chdir(root);

if (folder) await mutate(folder, named);
else if (named.length > 0) throw new Error(`give files of one of ${folders.join(", ")}`);
// One process each, because Stryker keeps state of its own.
else
  for (const name of folders)
    spawnSync(process.execPath, [import.meta.filename, "--seed", values.seed, `${name}/**/*.ts`], { stdio: "inherit" });

async function mutate(name: string, files: readonly string[]): Promise<void> {
  Object.assign(process.env, { FUZZ_RUNS: "150", FUZZ_SEED: values.seed });
  await new Stryker({
    // The table of actions is generated data.
    mutate: [...files, "!provider/policy/action-table.ts"],
    testRunner: "collected",
    plugins: [join(import.meta.dirname, "mutation", "runner.ts")],
    suite: [...(suites[name] ?? [])],
    coverageAnalysis: "perTest",
    concurrency: 1,
    timeoutMS: 3_000,
    // Texts for people have tests of their meaning, not of each word.
    mutator: { excludedMutations: ["StringLiteral"] },
    ignorePatterns: ["dist", ".cache", "sdk", "examples", "reports", "bench.json"],
    reporters: ["progress-append-only", "clear-text", "json"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `.cache/mutation-${name.split("/").at(-1)}.json` },
    tempDirName: ".cache/stryker",
    disableTypeChecks: false,
  }).runMutationTest();
}
