/** Projects on the real Pulumi CLI, each with a home, a state and an environment of its own. */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import automation from "@pulumi/pulumi/automation/index.js";
import { engineEnvironment } from "../../tools/environment.ts";
import { ensurePulumi } from "../../tools/pulumi-cli.ts";

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, for looking into. */
  readonly output: string;
}

export interface Project {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Replaces the program: everything after the name and the plugin in Pulumi.yaml, as YAML or JSON text. */
  write(program: object): void;
  /** Runs `pulumi` and answers its result, whatever it is. */
  run(...args: string[]): Promise<Result>;
  /** Runs `pulumi`; throws with its output when it fails. */
  ok(...args: string[]): Promise<Result>;
  /** The deployment of `pulumi stack export`. */
  export(): Promise<Exported>;
  remove(): void;
}

export interface Exported {
  deployment: {
    resources?: {
      urn: string;
      type: string;
      id?: string;
      inputs?: Record<string, unknown>;
      outputs?: Record<string, unknown>;
    }[];
    pending_operations?: unknown[];
  };
}

export const plugin = join(import.meta.dirname, "../../bin");
const secondsPerCommand = 180;

/** A project with a stack `dev`; `program` holds resources, outputs and so on as data. */
export async function createProject(
  endpoint: string,
  program: object,
  env: Record<string, string> = {},
): Promise<Project> {
  const { path, bin } = await ensurePulumi();
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-"));
  for (const name of ["home", "state"]) mkdirSync(join(folder, name));
  const own = { ...engineEnvironment(folder, endpoint, bin), ...env };
  const project: Project = {
    folder,
    env: own,
    write(contents) {
      const document = {
        name: "test",
        runtime: "yaml",
        plugins: { providers: [{ name: "ecr", path: plugin }] },
        ...contents,
      };
      writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(document, undefined, 2));
    },
    run: (...args) =>
      new Promise((resolve) => {
        const options = { cwd: folder, env: own, timeout: secondsPerCommand * 1_000, maxBuffer: 1 << 28 };
        execFile(path, args, options, (error, stdout, stderr) => {
          const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
          resolve({ code, stdout, stderr, output: `${stdout}\n${stderr}` });
        });
      }),
    async ok(...args) {
      const result = await project.run(...args);
      if (result.code !== 0)
        throw new Error(`pulumi ${args.join(" ")} failed with exit code ${result.code}:\n${result.output}`);
      return result;
    },
    async export() {
      return JSON.parse((await project.ok("stack", "export")).stdout) as Exported;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  project.write(program);
  await project.ok("stack", "init", "dev");
  return project;
}

/** The SDK's type has no `plugins`, which Pulumi.yaml has. */
const inlineSettings = {
  name: "inline",
  runtime: "nodejs" as const,
  plugins: { providers: [{ name: "ecr", path: plugin }] },
};

/** A TypeScript program through the Automation API, with the engine calling back into this process. */
export async function createInlineStack(
  endpoint: string,
  program: PulumiFn,
): Promise<{ stack: Stack; remove(): void }> {
  const { root, bin } = await ensurePulumi();
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-"));
  for (const name of ["home", "state"]) mkdirSync(join(folder, name));
  const stack = await automation.LocalWorkspace.createOrSelectStack(
    { projectName: "inline", stackName: "dev", program },
    {
      pulumiCommand: await automation.PulumiCommand.get({ root }),
      projectSettings: inlineSettings,
      envVars: engineEnvironment(folder, endpoint, bin),
    },
  );
  return { stack, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The processes of the plugin that the engines of the project in this folder have started. */
export function pluginProcesses(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("pulumi-resource-ecr") &&
          readFileSync(`/proc/${pid}/environ`, "utf8").includes(`PULUMI_HOME=${folder}`)
        );
      } catch {
        return false;
      }
    });
}
