/** A virtual environment with moto, boto3 and oras, for the runs against real clients and an independent ECR. */

import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findPython } from "./preflight.ts";

const run = promisify(execFile);
const pins = ["moto[server]==5.2.1", "boto3==1.43.11", "oras==0.2.43"];
/** One for each set of pins, so that checkouts which share the cache do not take it from each other. */
const folder = join(
  import.meta.dirname,
  `../.cache/python-${createHash("sha256").update(pins.join()).digest("hex").slice(0, 8)}`,
);
let ready: Promise<string> | undefined;

/** The Python of the environment, made at the first use of these pins. */
export function ensurePython(): Promise<string> {
  ready ??= install();
  return ready;
}

async function install(): Promise<string> {
  const python = join(folder, "bin/python");
  const stamp = join(folder, "pins");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === pins.join("\n") && existsSync(python)) return python;
  const base = findPython();
  if (!base)
    throw new Error(
      "making a Python environment: there is no Python 3.10 or newer with venv; install it and run again",
    );
  process.stderr.write("[python] installing moto, boto3 and oras into .cache\n");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run(base, ["-m", "venv", folder], { timeout: 120_000 });
  await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pins], { timeout: 600_000 });
  writeFileSync(stamp, pins.join("\n"));
  return python;
}

/** Runs a Python program; answers what it printed. Its errors reject with its standard error. */
export function runPython(program: string): Promise<string> {
  return python(["-c", program]);
}

/** Runs a Python file with arguments, as `runPython` does; in an environment of its own where one is given. */
export function runPythonFile(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  return python([file, ...args], env);
}

async function python(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const { stdout } = await run(await ensurePython(), args, { timeout: 120_000, maxBuffer: 1 << 26, env: { ...env } });
  return stdout;
}

export interface Moto {
  readonly url: string;
  /** Ends the process that was started, and no other. */
  stop(): Promise<void>;
}

/** moto's server on a free port of 127.0.0.1; resolves when it answers. */
export async function startMoto(): Promise<Moto> {
  const python = await ensurePython();
  const port = await freePort();
  const child = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    try {
      await fetch(`${url}/moto-api/`, { signal: AbortSignal.timeout(2_000) });
      break;
    } catch (error) {
      if (tries > 150 || child.exitCode !== null) {
        child.kill();
        throw new Error(`starting moto on ${url}: it does not answer`, { cause: error });
      }
      await sleep(200);
    }
  }
  return {
    url,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
