/**
 * `npm run bench`: the speeds that the project promises, as a table on stdout and in bench.json. Every figure is a median;
 * what is compared is measured in the same run. The emulator is a process of its own, as ECR would be. Long because
 * the figures that are compared must come from one run.
 */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { Connection } from "../../provider/gateway/gateway.ts";
import { buildAll, bundle } from "../build.ts";
import { engineEnvironment } from "../environment.ts";
import { ensurePulumi } from "../pulumi-cli.ts";
import { measureAccess } from "./access.ts";
import { measureBudgets } from "./budgets.ts";
import { commentOnce } from "./comment.ts";
import { measureDrift } from "./drift.ts";
import { measureImages } from "./images.ts";
import { simulateOnce } from "./lifecycle.ts";
import { lifecyclePolicyText, policyText } from "./policies.ts";
import { measureReview } from "./review.ts";

const root = join(import.meta.dirname, "../..");
const bin = join(root, "bin");
const atOnce = 8;

interface Figure {
  measure: string;
  value: string;
  target: string;
  met: boolean;
}
const figures: Figure[] = [];

function report(measure: string, value: number, unit: string, target: number, sign: "≤" | "≥" = "≤"): void {
  const met = sign === "≤" ? value <= target : value >= target;
  figures.push({ measure, value: `${round(value)} ${unit}`, target: `${sign} ${target} ${unit}`, met });
  process.stderr.write(`[bench] ${measure}: ${round(value)} ${unit}\n`);
}

const round = (value: number) => Math.round(value * 100) / 100;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function medianOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < times; run++) values.push(await timed(work));
  return median(values);
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(text.trim());
    });
  });
}

function bytesOf(...names: string[]): number {
  return names.reduce((sum, name) => sum + statSync(join(root, "dist", name)).size, 0);
}

async function startUp(): Promise<void> {
  report("bundle of the plugin", bytesOf("pulumi-resource-ecr.cjs", "aws-client.cjs") / 1e6, "MB", 3);
  const [times, memory]: [number[], number[]] = [[], []];
  for (let run = 0; run < 12; run++) {
    const started = performance.now();
    const child = spawn(process.execPath, [join(bin, "pulumi-resource-ecr")], { stdio: ["ignore", "pipe", "ignore"] });
    await firstLine(child);
    const took = performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, 700));
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    child.kill();
    // The first runs fill the compile cache.
    if (run >= 3) {
      times.push(took);
      memory.push(Number(kilobytes) / 1024);
    }
  }
  report("start to port line", median(times), "ms", 100);
  report("resident, idle", median(memory), "MiB", 80);
}

interface Registry {
  url: string;
  calls(): Promise<string[]>;
  clear(): Promise<void>;
  reset(): Promise<void>;
}

function registryAt(url: string): Registry {
  const control = (method: string, path: string) => fetch(`${url}/_emulator/${path}`, { method });
  return {
    url,
    calls: async () =>
      ((await (await control("GET", "journal")).json()) as { operation: string }[]).map(({ operation }) => operation),
    clear: async () => void (await control("DELETE", "journal")),
    reset: async () => void (await control("POST", "reset")),
  };
}

function program(repositories: number, policies: boolean): object {
  const resources: Record<string, object> = {};
  for (let index = 0; index < repositories; index++) {
    const repositoryName = `team/app${index}`;
    resources[`r${index}`] = { type: "ecr:Repository", properties: { repositoryName, tags: { team: "core" } } };
    if (!policies) continue;
    const options = { dependsOn: [`\${r${index}}`] };
    resources[`p${index}`] = { type: "ecr:RepositoryPolicy", properties: { repositoryName, policyText }, options };
    resources[`l${index}`] = {
      type: "ecr:LifecyclePolicy",
      properties: { repositoryName, lifecyclePolicyText },
      options,
    };
  }
  return { resources };
}

/** A stack of the real engine. */
async function stackOf(contents: object, plugin: string, endpoint: string) {
  const cli = await ensurePulumi();
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-bench-"));
  for (const name of ["home", "state"]) mkdirSync(join(folder, name));
  const yaml = { name: "bench", runtime: "yaml", plugins: { providers: [{ name: "ecr", path: plugin }] }, ...contents };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(yaml));
  const env = {
    ...engineEnvironment(folder, endpoint, cli.bin),
    NULL_PROVIDER_SCHEMA: join(root, "schema/schema.json"),
  };
  const run = (...args: string[]) =>
    new Promise<void>((resolve, reject) => {
      execFile(cli.path, args, { cwd: folder, env, maxBuffer: 1 << 28, timeout: 600_000 }, (error, stdout, stderr) =>
        error
          ? reject(new Error(`pulumi ${args.join(" ")}: ${stdout.slice(-2_000)}${stderr.slice(-2_000)}`))
          : resolve(),
      );
    });
  await run("stack", "init", "dev");
  return { run, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs tasks, `atOnce` of them at a time. */
async function together(tasks: (() => Promise<unknown>)[]): Promise<void> {
  const waiting = [...tasks];
  const worker = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) await task();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function rawUp(connection: Connection, repositories: number): Promise<void> {
  const names = Array.from({ length: repositories }, (_, index) => `team/app${index}`);
  return together(
    names.map((repositoryName) => async () => {
      await connection.call("CreateRepository", { repositoryName, tags: [{ Key: "team", Value: "core" }] });
      await connection.call("SetRepositoryPolicy", { repositoryName, policyText });
      await connection.call("PutLifecyclePolicy", { repositoryName, lifecyclePolicyText });
    }),
  );
}

async function rawRefresh(connection: Connection, repositories: number): Promise<void> {
  await connection.call("DescribeRepositories", { maxResults: 1_000 });
  const names = Array.from({ length: repositories }, (_, index) => `team/app${index}`);
  await together(
    names.map((repositoryName) => async () => {
      await connection.call("ListTagsForResource", {
        resourceArn: `arn:aws:ecr:us-east-1:123456789012:repository/${repositoryName}`,
      });
      await connection.call("GetRepositoryPolicy", { repositoryName });
      await connection.call("GetLifecyclePolicy", { repositoryName });
    }),
  );
}

async function perCall(registry: Registry): Promise<void> {
  const { startPlugin } = await import("../../test/harness/client.ts");
  const { Session, wire } = await import("../../test/harness/session.ts");
  const plugin = await startPlugin({ endpoint: registry.url });
  const connection = new Connection({ endpoint: registry.url }, "bench");
  const [ours, raw]: [number[], number[]] = [[], []];
  for (let index = 0; index < 150; index++) {
    const session = new Session(plugin, "RepositoryPolicy", `r${index}`);
    const repositoryName = `call/app${index}`;
    await connection.call("CreateRepository", { repositoryName });
    const inputs = await session.check(wire({ repositoryName, policyText }));
    await session.up(wire({ repositoryName, policyText }));
    const recorded = session.state ?? { id: "", inputs, outputs: inputs };
    ours.push(await timed(() => session.read(repositoryName, recorded)));
    raw.push(await timed(() => connection.call("GetRepositoryPolicy", { repositoryName })));
  }
  report(
    "our time per CRUD call (read of a policy, over gRPC, less the raw call)",
    median(ours.slice(30)) - median(raw.slice(30)),
    "ms",
    2,
  );
  await plugin.close();
  await registry.reset();
}

/** A registry of 2,000 repositories with 100 different images each, in an emulator of its own. */
async function emulatorSize(): Promise<void> {
  const child = spawn(process.execPath, [join(bin, "pulumi-ecr"), "emulator"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await firstLine(child);
    const population = { repositories: 2_000, imagesEach: 100 };
    await fetch(`${url}/_emulator/seed`, { method: "POST", body: JSON.stringify({ population }) });
    const connection = new Connection({ endpoint: url }, "bench");
    const describe = async () => {
      const { nextToken } = (await connection.call("DescribeRepositories", { maxResults: 1_000 })) as {
        nextToken?: string;
      };
      await connection.call("DescribeRepositories", { maxResults: 1_000, nextToken });
    };
    report("emulator: DescribeRepositories of 2,000 in two pages", await medianOf(15, describe), "ms", 50);
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    report("emulator: resident with 2,000 repositories of 100 images", Number(kilobytes) / 1024, "MiB", 300);
  } finally {
    child.kill();
  }
}

async function engineRuns(registry: Registry): Promise<void> {
  const nothing = mkdtempSync(join(tmpdir(), "null-provider-"));
  await bundle("tools/bench/null-provider.ts", join(nothing, "main.cjs"));
  writeFileSync(
    join(nothing, "pulumi-resource-ecr"),
    `#!/bin/sh\nexec '${process.execPath}' '${join(nothing, "main.cjs")}' "$@"\n`,
    { mode: 0o755 },
  );
  const connection = new Connection({ endpoint: registry.url, maxConcurrency: atOnce }, "bench");
  const parallel = ["--parallel", String(atOnce)];
  const [up, upNothing, upRaw, refresh, refreshNothing, refreshRaw]: number[][] = [[], [], [], [], [], []];
  let [upCalls, refreshCalls] = [0, 0];
  for (let run = 0; run < 3; run++) {
    await registry.reset();
    upRaw?.push(await timed(() => rawUp(connection, 200)));
    refreshRaw?.push(await timed(() => rawRefresh(connection, 200)));
    await registry.reset();
    const ours = await stackOf(program(200, true), bin, registry.url);
    up?.push(await timed(() => ours.run("up", "--yes", "--skip-preview", ...parallel)));
    upCalls = (await registry.calls()).length;
    await registry.clear();
    refresh?.push(await timed(() => ours.run("refresh", "--preview-only", "--expect-no-changes", ...parallel)));
    refreshCalls = (await registry.calls()).length;
    ours.remove();
    const other = await stackOf(program(200, true), nothing, registry.url);
    upNothing?.push(await timed(() => other.run("up", "--yes", "--skip-preview", ...parallel)));
    refreshNothing?.push(await timed(() => other.run("refresh", "--preview-only", ...parallel)));
    other.remove();
  }
  const ratio = (ours: number[] = [], engine: number[] = [], raw: number[] = []) => {
    process.stderr.write(
      `[bench] ours ${round(median(ours))} ms, engine alone ${round(median(engine))} ms, raw calls ${round(median(raw))} ms\n`,
    );
    return median(ours) / (median(engine) + median(raw));
  };
  report("up of 600 resources: calls", upCalls, "calls", 620);
  report("up of 600 resources: time over (engine alone + raw calls)", ratio(up, upNothing, upRaw), "×", 1.2);
  report("refresh preview of 600 resources: calls", refreshCalls, "calls", 610);
  report(
    "refresh preview of 600 resources: time over (engine alone + raw calls)",
    ratio(refresh, refreshNothing, refreshRaw),
    "×",
    1.3,
  );

  await registry.reset();
  const single = await stackOf(program(1, true), bin, registry.url);
  await single.run("up", "--yes", "--skip-preview");
  report(
    "refresh preview of one repository and two policies",
    (await medianOf(5, () => single.run("refresh", "--preview-only"))) / 1_000,
    "s",
    1,
  );
  single.remove();

  await registry.reset();
  const many = await stackOf(program(1_000, false), bin, registry.url);
  await many.run("up", "--yes", "--skip-preview", ...parallel);
  await registry.clear();
  await many.run("refresh", "--preview-only", ...parallel);
  const calls = await registry.calls();
  report(
    "refresh of 1,000 repositories: calls beside ListTagsForResource",
    calls.filter((name) => name !== "ListTagsForResource").length,
    "calls",
    20,
  );
  many.remove();
  rmSync(nothing, { recursive: true });
}

await buildAll();
await ensurePulumi();
report(
  "simulation of 10,000 images under 50 lifecycle rules",
  median(Array.from({ length: 15 }, simulateOnce)),
  "ms",
  50,
);
report("comment of a review with 1,000 findings", median(Array.from({ length: 15 }, commentOnce)), "ms", 100);
const policies = measureAccess(join(bin, "pulumi-ecr"));
report("review of one policy, cold", policies.cold, "ms", 250);
report("resident at most during that", policies.resident, "MiB", 90);
const reviews = measureReview(join(bin, "pulumi-ecr"));
report("review of 200 policies in a pull request", reviews.pullRequest, "ms", 1_000);
report("review of a preview of 5,000 steps", reviews.preview / 1_000, "s", 2);
report("resident at most during that review", reviews.previewResident, "MiB", 300);
for (const { name, seconds, exitCode } of measureBudgets(join(bin, "pulumi-ecr"))) {
  if (exitCode !== 2 && exitCode !== 3)
    throw new Error(`reviewing ${name}: it ended with ${exitCode}, and neither blocks nor is incomplete`);
  report(`processor time of a review: ${name}`, seconds, "s", 2);
}
await startUp();
Object.assign(process.env, { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
// Layers go to memory where that is possible: it is not the disk of the registry that is measured.
const layers = existsSync("/dev/shm") ? { TMPDIR: "/dev/shm" } : {};
const emulator = spawn(process.execPath, [join(bin, "pulumi-ecr"), "emulator"], {
  stdio: ["ignore", "pipe", "inherit"],
  env: { ...process.env, ...layers },
});
try {
  const registry = registryAt(await firstLine(emulator));
  await perCall(registry);
  await emulatorSize();
  await measureDrift(registry.url, report);
  await registry.reset();
  const images = await measureImages(registry.url, join(bin, "pulumi-resource-ecr"), firstLine, registry.calls);
  report("push of an image of 1 GiB, the reading of its source included", images.pushed, "MB/s", 150, "≥");
  report("resident at most during that push", images.resident, "MiB", 200);
  report("promoting it where the layers are: layers sent", images.layersSent, "layers", 0);
  report("promoting it where the layers are: calls, preview included", images.promotionCalls, "calls", 10);
  await registry.reset();
  await engineRuns(registry);
} finally {
  emulator.kill();
}
const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "cpu"}, ${round(totalmem() / 2 ** 30)} GiB, load ${loadavg().map(round).join(" ")}`;
writeFileSync(join(root, "bench.json"), `${JSON.stringify({ machine, figures }, undefined, 2)}\n`);
const width = Math.max(...figures.map(({ measure }) => measure.length));
for (const { measure, value, target, met } of figures) {
  process.stdout.write(
    `${measure.padEnd(width)}  ${value.padStart(12)}  ${target.padStart(12)}  ${met ? "met" : "MISSED"}\n`,
  );
}
process.stdout.write(`${machine}\n`);
