/**
 * `npm run fuzz [-- RUNS] [FILES]`: every property of the test suite RUNS times, 100,000 when not said. A file takes part by
 * taking its number of runs from `FUZZ_RUNS` (test/harness/runs.ts does). fast-check prints the seed of what fails.
 */

import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const args = process.argv.slice(2);
const runs = args.find((arg) => /^\d+$/.test(arg)) ?? "100000";
const named = args.filter((arg) => arg !== runs);
const files = globSync(named.length > 0 ? named : ["test/**/*.test.ts"], { cwd: root })
  .filter((file) => /harness\/runs\.ts|FUZZ_RUNS/.test(readFileSync(join(root, file), "utf8")))
  .sort();

process.stderr.write(`[fuzz] ${runs} runs of each property in ${files.join(", ")}\n`);
const child = spawn(process.execPath, ["--test", "--test-concurrency=2", "--test-reporter=spec", ...files], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, FUZZ_RUNS: runs },
});
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
