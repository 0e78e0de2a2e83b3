/**
 * `npm test`: checks the machine, builds, makes sure of the CLI and of Python, then runs every test file. Prints as it
 * goes, so that a hang is seen; the runner's summary comes last.
 */

import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { buildAll } from "./build.ts";
import { requireReady } from "./preflight.ts";
import { ensurePulumi } from "./pulumi-cli.ts";
import { ensurePython } from "./python.ts";

const root = join(import.meta.dirname, "..");
const secondsPerFile = 600;

requireReady({ python: true });
await buildAll();
const { path, version } = await ensurePulumi();
process.stderr.write(`[test] Pulumi ${version} at ${path}\n`);
await ensurePython();

const patterns = process.argv.slice(2);
const files = globSync(patterns.length > 0 ? patterns : ["test/**/*.test.ts"], { cwd: root }).sort();
const child = spawn(
  process.execPath,
  ["--test", "--test-concurrency=2", `--test-timeout=${secondsPerFile * 1_000}`, "--test-reporter=spec", ...files],
  { cwd: root, stdio: "inherit" },
);
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
