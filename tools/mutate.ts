/**
 * `npm run mutate [-- FILES]`: mutation testing with Stryker, by hand. Each mutant runs the tests of its folder once, with
 * few runs of the properties, so a whole folder takes most of an hour on two cores. Figures are in CONTRIBUTING.
 */

import { join } from "node:path";
import { Stryker } from "@stryker-mutator/core";

const root = join(import.meta.dirname, "..");
const suites: Readonly<Record<string, string>> = {
  "provider/lifecycle": "test/lifecycle/*.test.ts test/documents.test.ts",
  "provider/policy": "test/policy/*.test.ts test/documents.test.ts",
};

const named = process.argv.slice(2);
const mutate = named.length > 0 ? named : ["provider/lifecycle/*.ts"];
const folder = Object.keys(suites).find((name) => mutate.every((file) => file.startsWith(name)));
if (!folder) throw new Error(`give files of one of ${Object.keys(suites).join(", ")}`);

process.chdir(root);
process.env["FUZZ_RUNS"] = "150";
await new Stryker({
  mutate,
  testRunner: "command",
  commandRunner: { command: `${process.execPath} --test --test-isolation=none --test-reporter=dot ${suites[folder]}` },
  coverageAnalysis: "off",
  concurrency: 2,
  timeoutMS: 20_000,
  // Texts for people have tests of their meaning, not of each word.
  mutator: { excludedMutations: ["StringLiteral"] },
  ignorePatterns: ["dist", ".cache", "sdk", "examples", "reports", "bench.json"],
  reporters: ["progress-append-only", "clear-text", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: ".cache/mutation.json" },
  tempDirName: ".cache/stryker",
  disableTypeChecks: false,
}).runMutationTest();
