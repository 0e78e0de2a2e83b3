/**
 * A real Pulumi CLI with its YAML host, for tests and the demo: found, downloaded or built. The order is that of cost:
 * `pulumi` on the path, one in Pulumi's home, the npm launcher's download, a build through the Go module proxy. Long because
 * each of the four ways fails in its own fashion.
 */

import { execFile, spawn, spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

export interface PulumiCli {
  /** The executable. */
  readonly path: string;
  /** Its folder, where the YAML host stands as well. */
  readonly bin: string;
  /** The folder above `bin`, as the Automation API wants it. */
  readonly root: string;
  readonly version: string;
}

const wanted = "3.259.0";
const yamlVersion = "1.38.3";
const oldest = [3, 250] as const;
const downloadSeconds = 120;
const lockMinutes = 30;

/** Throws with everything that was tried when there is no CLI to be had. */
export async function ensurePulumi(): Promise<PulumiCli> {
  const tried: string[] = [];
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const installed = join(home, "versions", wanted, "bin");
  for (const bin of [...(process.env["PATH"] ?? "").split(delimiter), installed]) {
    const found = await usable(bin, tried);
    if (found) return found;
  }
  return locked(home, async () => {
    const already = await usable(installed, []);
    if (already) return already;
    for (const install of [download, compile]) {
      const problem = await install(home, installed).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      const found = problem ? undefined : await usable(installed, tried);
      if (found) return found;
      if (problem) tried.push(problem);
    }
    throw new Error(
      `finding a Pulumi CLI: none could be found, downloaded or built. Tried:\n${tried.map((line) => `  - ${line}`).join("\n")}\nInstall Pulumi ${oldest.join(".")} or newer, or Go 1.21 or newer so that it can be built, and run again.`,
    );
  });
}

const run = promisify(execFile);

/** The CLI in a folder, if it is new enough and has its YAML host; else why not. */
async function usable(bin: string, tried: string[]): Promise<PulumiCli | undefined> {
  const path = join(bin, "pulumi");
  if (!isExecutable(path) || isLauncher(path)) return undefined;
  try {
    const { stdout } = await run(path, ["version"], {
      timeout: 30_000,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const version = stdout.trim().replace(/^v/, "");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major !== oldest[0] || minor < oldest[1]) {
      tried.push(`${path} is version ${version}, older than ${oldest.join(".")}`);
      return undefined;
    }
    if (!isExecutable(join(bin, "pulumi-language-yaml"))) {
      tried.push(`${path} has no pulumi-language-yaml beside it`);
      return undefined;
    }
    return { path, bin, root: dirname(bin), version };
  } catch (error) {
    tried.push(`${path} does not run: ${error instanceof Error ? error.message.split("\n", 1)[0] : String(error)}`);
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() && statSync(path).size > 0;
  } catch {
    return false;
  }
}

/** The npm launcher is a script called pulumi too; it would start a download at its first question. */
function isLauncher(path: string): boolean {
  return readFileSync(path).subarray(0, 2).toString() === "#!";
}

/** One installation at a time, also between processes. A lock whose owner is gone is taken over. */
async function locked<T>(home: string, install: () => Promise<T>): Promise<T> {
  const lock = join(home, "pulumi-ecr-install.lock");
  mkdirSync(home, { recursive: true });
  for (let waited = 0; ; waited += 2) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, "pid"), String(process.pid));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (isStale(lock)) rmSync(lock, { recursive: true, force: true });
      else {
        if (waited % 10 === 0) note(`another run is installing the Pulumi CLI; waiting (${waited} s)`);
        await sleep(2_000);
      }
    }
  }
  try {
    return await install();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isStale(lock: string): boolean {
  try {
    if (Date.now() - statSync(lock).mtimeMs > lockMinutes * 60_000) return true;
    const pid = Number(readFileSync(join(lock, "pid"), "utf8"));
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Lets the npm launcher install into a home of its own, and moves the result into place. */
async function download(home: string, installed: string): Promise<string | undefined> {
  const launcher = join(import.meta.dirname, "../node_modules/.bin/pulumi");
  if (!existsSync(launcher)) return "the npm launcher is not installed";
  note(`trying to download Pulumi ${wanted} (at most ${downloadSeconds} s)`);
  const temporary = mkdtempSync(join(home, "download-"));
  const { status, error, stderr } = spawnSync(launcher, ["version"], {
    env: { ...process.env, PULUMI_HOME: temporary, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: downloadSeconds * 1_000,
    encoding: "utf8",
  });
  const fetched = join(temporary, "versions", wanted, "bin");
  if (status === 0 && isExecutable(join(fetched, "pulumi"))) {
    mkdirSync(dirname(installed), { recursive: true });
    rmSync(installed, { recursive: true, force: true });
    renameSync(fetched, installed);
  }
  rmSync(temporary, { recursive: true, force: true });
  if (status === 0) return undefined;
  const reason = error?.message ?? (stderr.trim().split("\n").at(-1) || `exit code ${status}`);
  return `the npm launcher's download failed: ${reason}`;
}

const modules = [
  {
    executable: "pulumi",
    tool: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    require: [`github.com/pulumi/pulumi/pkg/v3 v${wanted}`, `github.com/pulumi/pulumi/sdk/v3 v${wanted}`],
    tags: ["-tags", "osusergo grpcnotrace"],
    version: `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${wanted}`,
  },
  {
    executable: "pulumi-language-yaml",
    tool: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    require: [`github.com/pulumi/pulumi-yaml v${yamlVersion}`],
    tags: [],
    version: `github.com/pulumi/pulumi-yaml/pkg/version.Version=v${yamlVersion}`,
  },
];

/** Builds both executables with wrapper modules, which ignore the replace directives that keep `go install` from it. */
async function compile(_: string, installed: string): Promise<string | undefined> {
  if (spawnSync("go", ["version"]).status !== 0) return "Go is not installed, so the CLI cannot be built";
  note(`building Pulumi ${wanted} with Go; this takes about five minutes, once`);
  const work = mkdtempSync(join(tmpdir(), "pulumi-build-"));
  try {
    for (const { executable, tool, require: requirements, tags, version } of modules) {
      const folder = join(work, executable);
      mkdirSync(folder);
      writeFileSync(
        join(folder, "go.mod"),
        `module example.invalid/${executable}\n\ngo 1.25.11\n\ntool ${tool}\n\nrequire (\n${requirements.map((line) => `\t${line}\n`).join("")})\n`,
      );
      const code = await goBuild(
        folder,
        [...tags, "-ldflags", `-s -w -X ${version}`, "-o", join(work, "bin", executable), tool],
        executable,
      );
      if (code !== 0) return `building ${executable} with Go failed with exit code ${code}; its output is above`;
    }
    mkdirSync(installed, { recursive: true });
    for (const { executable } of modules) await moveInto(join(work, "bin", executable), join(installed, executable));
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A copy beside the place and a rename, because a rename does not cross file systems. */
async function moveInto(from: string, to: string): Promise<void> {
  await run("cp", [from, `${to}.part`]);
  renameSync(`${to}.part`, to);
}

function goBuild(cwd: string, args: string[], what: string): Promise<number> {
  const started = Date.now();
  const child = spawn("go", ["build", "-trimpath", ...args], {
    cwd,
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=mod" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const ticking = setInterval(() => note(`building ${what}: ${Math.round((Date.now() - started) / 1_000)} s`), 15_000);
  return new Promise((resolve) => {
    const done = (code: number) => {
      clearInterval(ticking);
      if (code !== 0) process.stderr.write(errors.join("").split("\n").slice(-20).join("\n"));
      resolve(code);
    };
    child.on("error", () => done(-1));
    child.on("close", (code) => done(code ?? -1));
  });
}

function note(message: string): void {
  process.stderr.write(`[pulumi-cli] ${message}\n`);
}

if (import.meta.main) {
  ensurePulumi().then(
    ({ path, version }) => process.stdout.write(`${path} (${version})\n`),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
