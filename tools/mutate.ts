/**
 * `npm run mutate [-- --seed N] [FILES]`: mutation testing with Stryker, by hand: every mutant of the files of `policy/` and
 * `lifecycle/`, or of those named. The seed (1 when not said) is that of the random properties. What survived is printed,
 * file by file, and stands in .cache/mutation/; at the end, how many died in each folder. Figures are in CONTRIBUTING.
 */

import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
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
process.chdir(root);
// The table of actions is generated data.
const files = (named.length > 0 ? named : Object.keys(suites).map((folder) => `${folder}/**/*.ts`))
  .flatMap((pattern) => globSync(pattern).sort())
  .filter((file) => file !== "provider/policy/language/action-table.ts");
const [only = ""] = files;

if (named.length === 1 && only === named[0]) await mutate(only);
else {
  // A process for each: Stryker keeps state of its own, and mutated code is slow, also where it is only passed through.
  for (const file of files)
    spawnSync(process.execPath, [import.meta.filename, "--seed", values.seed, file], { stdio: "inherit" });
  for (const folder of Object.keys(suites)) tell(folder);
}

function reportOf(file: string): string {
  return `.cache/mutation/${file.replaceAll("/", ".")}.json`;
}

async function mutate(file: string): Promise<void> {
  const suite = Object.entries(suites).find(([folder]) => file.startsWith(`${folder}/`))?.[1];
  if (!suite)
    throw new Error(`mutating ${file}: it is in none of ${Object.keys(suites).join(", ")}; name a file there`);
  Object.assign(process.env, { FUZZ_RUNS: "150", FUZZ_SEED: values.seed });
  await new Stryker({
    mutate: [file],
    testRunner: "collected",
    plugins: [join(import.meta.dirname, "mutation", "runner.ts")],
    suite: [...suite],
    coverageAnalysis: "perTest",
    concurrency: 1,
    timeoutMS: 3_000,
    // Texts for people have tests of their meaning, not of each word.
    mutator: { excludedMutations: ["StringLiteral"] },
    ignorePatterns: ["dist", ".cache", "sdk", "examples", "reports", "bench.json"],
    reporters: ["progress-append-only", "clear-text", "json"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: reportOf(file) },
    tempDirName: ".cache/stryker",
    disableTypeChecks: false,
  }).runMutationTest();
}

/** How many mutants of a folder died, by the reports of its files; those that cannot even be loaded do not count. */
function tell(folder: string): void {
  const counts = new Map<string, number>();
  for (const file of files.filter((one) => one.startsWith(`${folder}/`))) {
    const report = JSON.parse(readFileSync(reportOf(file), "utf8")) as {
      files: Record<string, { mutants: { status: string }[] }>;
    };
    for (const { status } of Object.values(report.files).flatMap(({ mutants }) => mutants))
      counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  const count = (...states: string[]) => states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);
  const [died, lived] = [count("Killed", "Timeout"), count("Survived", "NoCoverage")];
  if (died + lived === 0) return;
  const share = ((100 * died) / (died + lived)).toFixed(1);
  process.stdout.write(
    `${folder}: ${died} of ${died + lived} died (${share} %), ${count("Timeout")} of them by timeout\n`,
  );
}
