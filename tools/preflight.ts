/** What a machine must have, looked at before anything is built: one clear line for each thing that is missing. */

import { spawnSync } from "node:child_process";

const pythons = ["python3", "python3.13", "python3.12", "python3.11", "python3.10"];

/** A Python that is new enough and can make virtual environments; undefined when there is none. */
export function findPython(): string | undefined {
  const probe = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
  return pythons.find((python) => spawnSync(python, ["-c", probe]).status === 0);
}

/** Problems in the order in which to solve them; empty when the machine is ready. */
export function preflight(needs: { python: boolean }): string[] {
  const problems: string[] = [];
  if (Number(process.versions.node.split(".")[0]) < 24) {
    problems.push(
      `this is Node ${process.versions.node}; run it through npm (\`npm test\`, \`npm run demo\`), which brings its own Node 24`,
    );
  }
  if (needs.python && findPython() === undefined) {
    problems.push(
      "Python 3.10 or newer with venv is missing; install it (Debian: python3 and python3-venv), the runs against moto and boto3 need it",
    );
  }
  return problems;
}

/** Ends the process when the machine is not ready. */
export function requireReady(needs: { python: boolean }): void {
  const problems = preflight(needs);
  if (problems.length === 0) return;
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exit(1);
}
