/**
 * A registry with a program of 40 resources on the real engine, to be disturbed: two versions of the program, what each
 * declares (as an undisturbed run leaves it), and what must hold after the last `up`, whatever happened before.
 */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { ensurePulumi } from "../../tools/pulumi-cli.ts";
import { createProject, type Project, pluginProcesses } from "../engine/engine.ts";
import { lifecycle, pullPolicy, registryPolicy, replication } from "../engine/program.ts";
import { noise, simpleLayout } from "../images/layouts.ts";

export type Version = "first" | "second";

const repositories = Array.from({ length: 12 }, (_, index) => `team/app${index}`);
const resourceCount = 40;

/** Parts that an image of the program is sent in: two of its layer, and its configuration. */
export const parts = 3;

/** The program: twelve repositories with two policies or a policy and an image, and four resources of the registry. */
export function program(version: Version): object {
  const second = version === "second";
  const policyText = second
    ? { ...pullPolicy, Statement: [...pullPolicy.Statement, { ...pullPolicy.Statement[0], Sid: "more" }] }
    : pullPolicy;
  const [rule] = lifecycle.rules;
  const lifecyclePolicyText = {
    rules: [{ ...rule, selection: { ...rule?.selection, countNumber: second ? 20 : 10 } }],
  };
  const resources: Record<string, object> = {
    registry: { type: "ecr:RegistryPolicy", properties: { policyText: registryPolicy } },
    replication: {
      type: "ecr:ReplicationConfiguration",
      properties: { rules: second ? [...replication, ...otherRegion] : replication },
    },
    scanning: {
      type: "ecr:ScanningConfig",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are Pulumi YAML's own references
      properties: { repositoryName: "${app0.repositoryName}", scanOnPush: second },
    },
    tags: {
      type: "ecr:Tags",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: see above
      properties: { resourceArn: "${app1.arn}", tags: { owner: version } },
    },
  };
  for (const [index, repositoryName] of repositories.entries()) {
    const reference = `\${app${index}.repositoryName}`;
    resources[`app${index}`] = {
      type: "ecr:Repository",
      properties: {
        repositoryName,
        ...(index > 0 ? { tags: { version } } : {}),
        imageTagMutability: second ? "IMMUTABLE" : "MUTABLE",
      },
    };
    resources[`policy${index}`] = {
      type: "ecr:RepositoryPolicy",
      properties: { repositoryName: reference, policyText },
    };
    if (index === 0) {
      resources["image"] = {
        type: "ecr:Image",
        properties: {
          repositoryName: reference,
          imageTags: second ? ["first", "second"] : ["first"],
          source: { layout: "layout" },
        },
      };
    } else {
      resources[`lifecycle${index}`] = {
        type: "ecr:LifecyclePolicy",
        properties: { repositoryName: reference, lifecyclePolicyText },
      };
    }
  }
  assert.equal(Object.keys(resources).length, resourceCount);
  return { resources };
}

/** A layer that takes two parts, the same in every world. */
function writeLayout(folder: string): void {
  simpleLayout(join(folder, "layout"), noise(15 * 1024 * 1024));
}

const otherRegion = [{ destinations: [{ region: "eu-central-1", registryId: "111111111111" }] }];

export interface World {
  readonly emulator: Emulator;
  readonly project: Project;
  /** Starts `pulumi` and answers the process, which is the engine itself. */
  engine(...args: string[]): Promise<ChildProcess>;
  /** The processes of the plugin that this project's engines have started. */
  plugins(): number[];
  /** Somebody pushes an image into every repository: it must outlive everything. */
  pushImages(): void;
  /** What must hold once the trouble is over: one more `up` ends in what the program declares. */
  recovers(version: Version): Promise<void>;
  close(): Promise<void>;
}

export async function createWorld(): Promise<World> {
  const emulator = await startEmulator();
  const project = await createProject(emulator.url, program("first"), { PULUMI_PARALLEL: "8" }).catch(
    async (error: unknown) => {
      await emulator.close();
      throw error;
    },
  );
  writeLayout(project.folder);
  const { path } = await ensurePulumi();
  const world: World = {
    emulator,
    project,
    async engine(...args) {
      return spawn(path, args, { cwd: project.folder, env: project.env as Record<string, string>, stdio: "ignore" });
    },
    plugins: () => pluginProcesses(project.folder),
    pushImages() {
      for (const [index, repositoryName] of repositories.entries()) {
        const imageManifest = JSON.stringify({ schemaVersion: 2, index, manifests: [], mediaType: indexType });
        emulator.asForeigner({ operation: "PutImage", input: { repositoryName, imageManifest, imageTag: foreignTag } });
      }
    },
    async recovers(version) {
      emulator.clearFaults();
      Object.assign(emulator.settings, { visibilityDelay: 0 });
      await project.run("cancel", "--yes");
      await project.ok("up", "--yes");
      assert.deepEqual(held(emulator), await declared(version), "the registry holds what the program declares");
      await project.ok("preview", "--expect-no-changes");
      // An engine that was killed leaves its notes of what it was creating; only a refresh takes them away.
      await project.ok("refresh", "--yes", "--clear-pending-creates", "--expect-no-changes");
      const { deployment } = await project.export();
      const own = (deployment.resources ?? []).filter(({ type }) => type.startsWith("ecr:"));
      assert.equal(own.length, resourceCount, "the state has every resource, once");
      assert.equal((deployment.pending_operations ?? []).length, 0, "nothing is pending");
      createdOnce(emulator);
    },
    async close() {
      for (const pid of pluginProcesses(project.folder)) process.kill(pid, "SIGKILL");
      project.remove();
      await emulator.close();
    },
  };
  return world;
}

const indexType = "application/vnd.oci.image.index.v1+json";

/** No repository was made twice, none was deleted, no image went. */
function createdOnce(emulator: Emulator): void {
  const created = new Map<unknown, number>();
  for (const { operation, input, error } of emulator.journal()) {
    assert.ok(!/^(DeleteRepository|BatchDeleteImage)$/.test(operation), `${operation} was called`);
    // A call that was performed and whose answer was lost counts as well.
    if (operation !== "CreateRepository" || (error !== undefined && !lostAnswers.includes(error))) continue;
    created.set(input["repositoryName"], (created.get(input["repositoryName"]) ?? 0) + 1);
  }
  for (const [name, times] of created) assert.equal(times, 1, `${String(name)} was created ${times} times`);
}

const lostAnswers = ["(drop-after)", "(truncate)"];

/** What the emulator holds: no times, no work of its own, and of images the tags, without the foreign ones. */
function held(emulator: Emulator): unknown {
  return JSON.parse(
    JSON.stringify(emulator.state(), (key, value: unknown) => {
      if (key === "images")
        return (value as { tags: string[] }[]).map(({ tags }) => tags).filter(([tag]) => tag !== foreignTag);
      return ["createdAt", "visibleAt", "lastEvaluatedAt", "jobs", "layers", "uploads"].includes(key)
        ? undefined
        : value;
    }),
  );
}

export const foreignTag = "kept";

const known = new Map<Version, unknown>();

/** What an undisturbed run leaves. */
async function declared(version: Version): Promise<unknown> {
  if (!known.has(version)) {
    const emulator = await startEmulator();
    const project = await createProject(emulator.url, program(version));
    try {
      writeLayout(project.folder);
      await project.ok("up", "--yes", "--skip-preview");
      known.set(version, held(emulator));
    } finally {
      project.remove();
      await emulator.close();
    }
  }
  return known.get(version);
}

/** Waits until `ready`, and says so when it takes longer than a run of the engine can. */
export async function until(what: string, ready: () => boolean, seconds = 60): Promise<void> {
  for (const started = Date.now(); !ready(); await sleep(5))
    if (Date.now() - started > seconds * 1_000) throw new Error(`${what} did not happen within ${seconds} s`);
}

export function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}
