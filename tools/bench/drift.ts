/**
 * How fast `drift` is, how much it asks and how much memory it takes: figures of `npm run bench`, or alone with
 * `node tools/bench/drift.ts`. Command and yardstick are whole processes, and the emulator is another one. Long because
 * each figure needs its registry, its export and its yardstick, and they belong to one run.
 */

import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../build.ts";
import { lifecyclePolicyText, policyText } from "./policies.ts";

const bin = join(import.meta.dirname, "../../bin/pulumi-ecr");
const prefix = "team/app";
const account = "123456789012";
export type Report = (measure: string, value: number, unit: string, target: number) => void;

/** Measures against the emulator at `url`, which is emptied before each figure. */
export async function measureDrift(url: string, report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ecr-bench-"));
  try {
    await bundle("tools/bench/raw-reads.ts", join(folder, "raw.cjs"));
    report("drift: cold start to the first call", await coldStart(folder), "ms", 150);
    for (const [repositories, runs, memory] of [
      [200, 5, undefined],
      [2_000, 3, 150],
      [20_000, 1, 250],
    ] as const) {
      await control(url, "reset", {});
      await control(url, "seed", {
        population: { repositories, prefix, imagesEach: 0, policyText, lifecyclePolicyText },
      });
      const file = join(folder, `export-${repositories}.json`);
      writeExport(file, repositories);
      const measured = await against(url, file, join(folder, "raw.cjs"), repositories, runs);
      const what = `drift of ${repositories.toLocaleString("en")} repositories with 2 policies`;
      report(`${what}: time over the raw calls`, measured.ratio, "×", 1.15);
      if (memory !== undefined) report(`${what}: resident at most`, measured.resident, "MiB", memory);
      report(
        `${what}: calls`,
        measured.calls,
        "calls",
        3 * repositories + Math.ceil(repositories / 1_000) + coverageCalls,
      );
    }
    const large = join(folder, "large.json");
    writeLargeExport(large, 100_000_000);
    const { seconds, resident } = await timed(url, [bin, "drift", "--file", large, "--no-coverage"], 0);
    report("drift: an export of 100 MB", seconds, "s", 3);
    report("drift: an export of 100 MB, resident at most", resident, "MiB", 300);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What coverage asks once about a registry as a whole, and whose it is. */
const coverageCalls = 11;

async function control(url: string, what: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/_emulator/${what}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`asking the emulator to ${what}: ${await response.text()}`);
  return response.json();
}

async function against(url: string, file: string, raw: string, repositories: number, runs: number) {
  const [ours, theirs, cpu]: [number[], number[], string[]] = [[], [], []];
  let resident = 0;
  let calls = 0;
  for (let run = 0; run < runs; run++) {
    const yardstick = await timed(url, [raw, url, prefix, String(repositories)], 0);
    theirs.push(yardstick.seconds);
    await fetch(`${url}/_emulator/journal`, { method: "DELETE" });
    const measured = await timed(url, [bin, "drift", "--file", file], 0);
    ours.push(measured.seconds);
    cpu.push(`${round(measured.processor)} of ${round(yardstick.processor)}`);
    resident = Math.max(resident, measured.resident);
    calls = ((await (await fetch(`${url}/_emulator/journal`)).json()) as unknown[]).length;
  }
  process.stderr.write(
    `[bench] drift ${ours.map(round).join(", ")} s, raw calls ${theirs.map(round).join(", ")} s, processor time ${cpu.join(", ")} s\n`,
  );
  return { ratio: median(ours) / median(theirs), resident, calls };
}

const round = (value: number) => Math.round(value * 100) / 100;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

interface Timed {
  readonly seconds: number;
  /** Seconds of processor time, which other programs on the machine change least. */
  readonly processor: number;
  /** MiB at the highest. */
  readonly resident: number;
}

/** A whole process. */
async function timed(url: string, args: string[], expected: number): Promise<Timed> {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment(url) },
  });
  let [output, resident, processor] = ["", 0, 0];
  child.stdout.on("data", (text) => {
    output = `${output}${text}`.slice(-2_000);
  });
  child.stderr.on("data", (text) => {
    output = `${output}${text}`.slice(-2_000);
  });
  const look = setInterval(() => {
    resident = Math.max(resident, highWater(child.pid));
    processor = Math.max(processor, processorTime(child.pid));
  }, 20);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(look);
  if (code !== expected) throw new Error(`${args.join(" ")} exited with ${code}: ${output}`);
  return { seconds: (performance.now() - started) / 1_000, processor, resident };
}

function highWater(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** User and system time in seconds, at Linux's 100 ticks a second. */
function processorTime(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

function environment(url: string) {
  return {
    AWS_ENDPOINT_URL_ECR: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** From the start of the process to the first request, in ms. */
async function coldStart(folder: string): Promise<number> {
  const file = join(folder, "small.json");
  writeExport(file, 1);
  const times: number[] = [];
  for (let run = 0; run < 12; run++) {
    const server = createServer();
    const asked = new Promise<void>((resolve) => {
      server.on("request", (_, response) => {
        response.writeHead(400).end("{}");
        resolve();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const started = performance.now();
    const child = spawn(process.execPath, [bin, "drift", "--file", file], {
      stdio: "ignore",
      env: { ...process.env, ...environment(url) },
    });
    await asked;
    // The first runs fill the compile cache.
    if (run >= 3) times.push(performance.now() - started);
    child.kill();
    server.closeAllConnections();
    server.close();
  }
  return median(times);
}

const provider = {
  urn: "urn:pulumi:prod::infra::pulumi:providers:ecr::default",
  id: "0fdc7cfd-65c1-4b9c-a27f-28b84c639818",
};

/** A stack of so many repositories, each with both policies, as the engine writes it. */
function writeExport(file: string, repositories: number): void {
  const write = exportWriter(file);
  write({ ...provider, custom: true, type: "pulumi:providers:ecr", inputs: {}, outputs: {} });
  for (let index = 0; index < repositories; index++) {
    const repositoryName = `${prefix}${index}`;
    const arn = `arn:aws:ecr:us-east-1:${account}:repository/${repositoryName}`;
    write(
      resource(
        "Repository",
        repositoryName,
        { repositoryName },
        {
          repositoryName,
          arn,
          registryId: account,
          imageTagMutability: "MUTABLE",
          imageScanningConfiguration: { scanOnPush: false },
          encryptionConfiguration: { encryptionType: "AES256" },
          repositoryUri: `${account}.dkr.ecr.us-east-1.amazonaws.com/${repositoryName}`,
        },
      ),
    );
    write(
      resource(
        "RepositoryPolicy",
        repositoryName,
        { repositoryName, policyText },
        { repositoryName, policyText, registryId: account },
      ),
    );
    write(
      resource(
        "LifecyclePolicy",
        repositoryName,
        { repositoryName, lifecyclePolicyText },
        { repositoryName, lifecyclePolicyText, registryId: account },
      ),
    );
  }
  write(undefined);
}

function resource(type: string, id: string, inputs: object, outputs: object) {
  const token = `ecr:index:${type}`;
  return {
    urn: `urn:pulumi:prod::infra::${token}::${id}`,
    custom: true,
    id,
    type: token,
    inputs,
    outputs,
    parent: "urn:pulumi:prod::infra::pulumi:pulumi:Stack::infra-prod",
    dependencies: [`urn:pulumi:prod::infra::ecr:index:Repository::${id}`],
    provider: `${provider.urn}::${provider.id}`,
    propertyDependencies: {},
    created: "2026-11-25T02:20:31.332431597Z",
    modified: "2026-11-25T02:20:31.332431597Z",
  };
}

/** As a stack of another kind: everything in it but one repository is nothing to us. */
function writeLargeExport(file: string, bytes: number): void {
  const write = exportWriter(file);
  write({ ...provider, custom: true, type: "pulumi:providers:ecr", inputs: {}, outputs: {} });
  const other = {
    ...resource("Other", "x", { policy: policyText, text: "x".repeat(1_000) }, { policy: policyText }),
    type: "aws:s3/bucket:Bucket",
  };
  const each = JSON.stringify(other).length;
  for (let index = 0; index < bytes / each; index++)
    write({ ...other, urn: `urn:pulumi:prod::infra::aws:s3/bucket:Bucket::b${index}` });
  write(resource("Repository", `${prefix}0`, { repositoryName: `${prefix}0` }, { repositoryName: `${prefix}0` }));
  write(undefined);
}

/** Writes one resource at a time; undefined ends the export. */
function exportWriter(file: string): (resource: object | undefined) => void {
  const handle = openSync(file, "w");
  let text = '{"version":3,"deployment":{"manifest":{},"resources":[';
  let first = true;
  return (one) => {
    text += one === undefined ? "]}}" : `${first ? "" : ","}\n${JSON.stringify(one)}`;
    first = false;
    if (one !== undefined && text.length < 1_000_000) return;
    writeSync(handle, text);
    text = "";
    if (one === undefined) closeSync(handle);
  };
}

if (import.meta.main) {
  const emulator = spawn(process.execPath, [bin, "emulator"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const url = await new Promise<string>((resolve) =>
      emulator.stdout.once("data", (text: Buffer) => resolve(text.toString().split("\n")[0] ?? "")),
    );
    await measureDrift(url, (measure, value, unit, target) =>
      process.stdout.write(
        `${measure}: ${round(value)} ${unit} (at most ${target}) ${value <= target ? "met" : "MISSED"}\n`,
      ),
    );
  } finally {
    emulator.kill();
  }
}
