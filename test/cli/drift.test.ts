/** `pulumi-ecr drift` as a process: what it prints, where, and with which exit code. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, before, beforeEach, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import type { DriftReport } from "../../provider/drift/report/report.ts";
import { exportOf, found, provider, pullPolicy, resource, type State } from "../drift/stacks.ts";

let emulator: Emulator;
let folder: string;
let ecr: ReturnType<typeof provider>;
before(async () => {
  emulator = await startEmulator();
  ecr = provider(emulator.url);
});
beforeEach(() => {
  emulator.reset();
  folder = mkdtempSync(join(tmpdir(), "drift-"));
});
after(() => emulator.close());

const command = join(import.meta.dirname, "../../provider/cli/main.ts");

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

function start(args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [command, "drift", ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: "/nonexistent",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_EC2_METADATA_DISABLED: "true",
      NODE_NO_WARNINGS: "1",
      ...env,
    },
  });
}

function ended(child: ChildProcess): Promise<Run> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr })));
}

async function run(args: string[], { stdin = "", env = {} }: { stdin?: string; env?: Record<string, string> } = {}) {
  const child = start(args, env);
  child.stdin?.on("error", () => {});
  child.stdin?.end(stdin);
  const done = await ended(child);
  rmLater.add(folder);
  return done;
}
const rmLater = new Set<string>();
after(() => {
  for (const each of rmLater) rmSync(each, { recursive: true, force: true });
});

const create = (repositoryName: string) =>
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName } });
const declared = (name: string, more: State = {}) =>
  resource(ecr.ref, "Repository", name, { repositoryName: name, ...more });

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}
const stackFile = (...resources: State[]) => file("stack.json", exportOf([ecr.state, ...resources]));
const json = ({ stdout }: Run) => JSON.parse(stdout) as DriftReport;

test("the state of a program in Go is read from its file", async () => {
  create("go/api");
  const state = join(import.meta.dirname, "../testdata/states/go.json");
  const done = await run(["--file", state, "--no-coverage", "--endpoint", emulator.url, "--format", "json"], {
    env: { AWS_REGION: "us-east-1" },
  });
  // The repository is recorded in eu-west-1, where the emulator has none.
  assert.deepEqual(
    [done.code, done.stderr, json(done).resources.map(({ id, region, class: kind }) => [id, region, kind])],
    [
      2,
      "",
      [
        ["go/api", "eu-west-1", "missing"],
        ["go/api", "eu-west-1", "missing"],
      ],
    ],
  );
});

test("in sync is 0, drift is 2, something unreadable is 3 and what cannot be used is 1", async () => {
  create("app");
  const stack = stackFile(declared("app"));
  const clean = await run(["--file", stack]);
  assert.deepEqual([clean.code, clean.stderr], [0, ""]);
  assert.match(clean.stdout, /In sync: 1 in sync/);
  create("stray");
  assert.equal((await run(["--file", stack])).code, 2);
  assert.equal((await run(["--file", stack, "--fail-on", "changed"])).code, 0);
  assert.equal((await run(["--file", stack, "--exit-zero"])).code, 0);
  emulator.addFaults([{ operation: "ListTagsForResource", kind: "deny" }]);
  assert.equal((await run(["--file", stack, "--no-coverage"])).code, 3);
  for (const args of [
    [],
    ["--file", "nowhere.json"],
    ["--file", file("broken.json", "{")],
    ["--file", stack, "--fail-on", "everything"],
    ["--file", stack, "--accept"],
    ["--file", stack, "--shard", "3/2"],
    ["--file", stack, "--merge", stack],
    ["--file", stack, "--config", "nowhere.yaml"],
    ["--file", stack, "--output", "json=/nonexistent/report.json"],
  ]) {
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stdout], [1, ""], args.join(" "));
    assert.ok(stderr.length > 0, args.join(" "));
  }
});

test("stacks come from standard input, from files and from the CLI", async () => {
  for (const name of ["app", "web", "api"]) create(name);
  const cli = join(folder, "pulumi");
  file("cli.json", exportOf([ecr.state, declared("api")]));
  writeFileSync(
    cli,
    `#!/bin/sh\n[ "$1 $2 $3 $4" = "stack export --stack org/prod" ] || exit 7\nexec cat "${join(folder, "cli.json")}"\n`,
  );
  chmodSync(cli, 0o755);
  const stdin = exportOf([ecr.state, declared("app")]);
  const args = [
    "--file",
    "-",
    "--file",
    file("web.json", exportOf([ecr.state, declared("web")])),
    "--stack",
    "org/prod",
  ];
  const env = { PATH: `${folder}:${process.env["PATH"]}` };
  const done = await run([...args, "--format", "json"], { stdin, env });
  assert.equal(done.code, 0, done.stderr);
  assert.deepEqual(
    json(done).resources.map(({ id, source }) => [id, source?.stack]),
    [
      ["api", "org/prod"],
      ["app", "standard input"],
      ["web", "web.json"],
    ],
  );
  const failing = await run(["--stack", "other"], { env });
  assert.equal(failing.code, 1);
  assert.match(failing.stderr, /exporting stack other with the Pulumi CLI/);
  const none = await run(["--stack", "other"], { env: { PATH: "/nonexistent" } });
  assert.match(none.stderr, /install the Pulumi CLI, or give --file/);
});

test("a stack of a program in YAML has its places in the program of the folder that it is exported in", async () => {
  const inputs = "#\nname: test\nruntime: yaml\nresources:\n  app:\n    type: ecr:Repository\n";
  file("Pulumi.yaml", inputs);
  file("cli.json", exportOf([ecr.state, declared("app"), declared("web")]));
  const cli = join(folder, "pulumi");
  writeFileSync(cli, `#!/bin/sh\nexec cat "${join(folder, "cli.json")}"\n`);
  chmodSync(cli, 0o755);
  const env = { PATH: `${folder}:${process.env["PATH"]}` };
  const done = await run(["--stack", "dev", "--no-coverage", "--format", "json"], { env });
  assert.deepEqual(
    json(done).resources.map(({ id, source }) => [id, source]),
    [
      ["app", { stack: "dev", file: "Pulumi.yaml", line: 6, column: 5 }],
      ["web", { stack: "dev" }],
    ],
  );
});

test("drift.yaml in the working directory counts, and the command line comes on top", async () => {
  create("app");
  create("stray");
  const stack = stackFile(declared("app", { imageTagMutability: "IMMUTABLE" }));
  file("drift.yaml", "version: 1\nexclude: [stray]\nignore:\n  - {path: imageTagMutability, reason: by hand}\n");
  const quiet = await run(["--file", stack, "--format", "json"]);
  assert.deepEqual([quiet.code, json(quiet).summary.ignored, json(quiet).summary.unmanaged], [0, 1, 0]);
  assert.equal((await run(["--file", stack, "--config", file("other.yaml", "version: 1\n")])).code, 2);
  const { code, stderr } = await run([
    "--file",
    stack,
    "--config",
    file("bad.yaml", "version: 1\nignore: [{path: x}]\n"),
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /reading the configuration from bad\.yaml:\n.*line 2.*reason is required/);
});

test("--accept writes the baseline, and --baseline then tells only what is new", async () => {
  create("stray");
  const stack = stackFile(declared("gone"));
  const accepting = await run([
    "--file",
    stack,
    "--baseline",
    "base.json",
    "--accept",
    "known since the move",
    "--until",
    "2999-01-01",
  ]);
  assert.equal(accepting.code, 0, accepting.stderr);
  const text = readFileSync(join(folder, "base.json"), "utf8");
  assert.match(text, /known since the move[\s\S]*2999-01-01/);
  assert.equal((await run(["--file", stack, "--baseline", "base.json"])).code, 0);
  create("stray2");
  const later = await run(["--file", stack, "--baseline", "base.json", "--format", "json"]);
  assert.equal(later.code, 2);
  assert.deepEqual(
    json(later)
      .resources.filter(({ class: kind }) => kind === "unmanaged")
      .map(({ id }) => id),
    ["stray2"],
  );
});

test("shards on several machines are joined into the whole, and a missing one is incomplete", async () => {
  for (const name of ["a1", "b2", "c3", "d4"]) create(name);
  const stack = stackFile(declared("a1"), declared("b2"), declared("c3"), declared("d4"));
  for (const index of [1, 2]) {
    const shard = await run(["--file", stack, "--shard", `${index}/2`, "--output", `json=shard${index}.json`]);
    assert.equal(shard.code, 0, shard.stderr);
  }
  const whole = await run(["--merge", "shard1.json", "shard2.json", "--format", "json"]);
  assert.deepEqual([whole.code, json(whole).summary.inSync], [0, 4]);
  const partial = await run(["--merge", "shard2.json"]);
  assert.equal(partial.code, 3);
  assert.match(partial.stdout, /shard 1 of 2 is missing/);
});

test("--targets names what is looked at", async () => {
  create("app");
  const stack = stackFile(declared("app"), declared("gone"));
  const targets = file("targets.txt", "# mine\nurn:pulumi:dev::test::ecr:index:Repository::app\n");
  const { code, stdout } = await run(["--file", stack, "--targets", targets, "--no-coverage", "--format", "json"]);
  assert.deepEqual([code, (JSON.parse(stdout) as DriftReport).resources.map(({ id }) => id)], [0, ["app"]]);
  const nothing = await run(["--file", stack, "--targets", file("none.txt", "\n"), "--format", "json"]);
  assert.equal(json(nothing).resources.length, 0, "an empty list names nothing");
});

test("--permissions prints the policy and asks nobody", async () => {
  const { code, stdout } = await run(["--permissions"], { env: { AWS_ENDPOINT_URL_ECR: "http://127.0.0.1:9" } });
  assert.equal(code, 0);
  const policy = JSON.parse(stdout) as { Statement: { Action: string[] }[] };
  assert.ok(policy.Statement[0]?.Action.includes("ecr:DescribeRepositories"));
});

test("Ctrl-C ends with a report of what was read, and with 3", async () => {
  create("app");
  emulator.asForeigner({
    operation: "SetRepositoryPolicy",
    input: { repositoryName: "app", policyText: JSON.stringify(pullPolicy("111111111111")) },
  });
  const policy = resource(ecr.ref, "RepositoryPolicy", "app", {
    repositoryName: "app",
    policyText: pullPolicy("111111111111"),
  });
  emulator.clearJournal();
  emulator.addFaults([{ operation: "GetRepositoryPolicy", kind: "delay", ms: 60_000 }]);
  const child = start(["--file", stackFile(declared("app"), policy), "--no-coverage", "--format", "json"]);
  const done = ended(child);
  while (!emulator.journal().some(({ operation }) => operation === "GetRepositoryPolicy"))
    await new Promise((resolve) => setTimeout(resolve, 20));
  while (!emulator.journal().some(({ operation }) => operation === "ListTagsForResource"))
    await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.kill("SIGINT");
  const { code, stdout, stderr } = await done;
  assert.equal(code, 3, stderr);
  const report = JSON.parse(stdout) as DriftReport;
  assert.deepEqual(
    [found(report, "Repository", "app").class, found(report, "RepositoryPolicy", "app").class],
    ["in-sync", "unreadable"],
  );
});

test("--watch runs again and again, with figures and a sign of life, until it is asked to end", async () => {
  create("app");
  const stack = stackFile(declared("app"));
  const child = start(["--file", stack, "--watch", "1", "--listen", "127.0.0.1:0", "--output", "json=latest.json"]);
  const done = ended(child);
  const port = await new Promise<string>((resolve) => {
    let text = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const [, found] = /listening on port (\d+)/.exec(text) ?? [];
      if (found) resolve(found);
    });
  });
  const ask = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`).then(async (answer) => ({
      status: answer.status,
      body: await answer.text(),
    }));
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await until(async () => (await ask("/healthz")).status === 200);
  assert.match((await ask("/metrics")).body, /pulumi_ecr_drift_resources\{.*class="in-sync"\} 1/);
  assert.match((await ask("/metrics")).body, /pulumi_ecr_drift_last_run_timestamp_seconds \d+/);
  create("stray");
  await until(async () => (await ask("/metrics")).body.includes('class="unmanaged"'));
  assert.ok(existsSync(join(folder, "latest.json")));
  assert.equal((await ask("/else")).status, 404);
  child.kill("SIGTERM");
  assert.equal((await done).code, 2);
});

/** A CloudTrail that knows what the emulator's journal and the test tell it. */
function trail(events: (operation: string) => object[]): Promise<Server> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { LookupAttributes: [attribute] = [] } = JSON.parse(body) as {
        LookupAttributes?: { AttributeValue: string }[];
      };
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(JSON.stringify({ Events: events(attribute?.AttributeValue ?? "") }));
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

test("--since asks CloudTrail who wrote last to what has drifted", async () => {
  create("app");
  const stack = stackFile(declared("app", { imageTagMutability: "IMMUTABLE" }));
  const event = (arn: string, repositoryName: string, at: number) => ({
    EventTime: at,
    Username: "x",
    CloudTrailEvent: JSON.stringify({ userIdentity: { arn }, requestParameters: { repositoryName } }),
  });
  const server = await trail((operation) =>
    operation === "PutImageTagMutability"
      ? [
          event("arn:aws:iam::123456789012:user/other", "web", 1_770_000_200),
          event("arn:aws:iam::123456789012:user/hand\u001b[31m", "app", 1_770_000_100),
          event("arn:aws:iam::123456789012:user/older", "app", 1_770_000_000),
        ]
      : [],
  );
  try {
    const env = { AWS_ENDPOINT_URL_CLOUDTRAIL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const done = await run(["--file", stack, "--since", "30d", "--format", "json"], { env });
    assert.equal(done.code, 2, done.stderr);
    const app = found(json(done), "Repository", "app");
    assert.equal(app.since, new Date(1_770_000_100_000).toISOString());
    assert.equal(app.by, "arn:aws:iam::123456789012:user/hand\\u{1b}[31m");
  } finally {
    server.close();
  }
  const denied = await run(["--file", stack, "--since", "30d", "--format", "json"], {
    env: { AWS_ENDPOINT_URL_CLOUDTRAIL: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" },
  });
  assert.equal(denied.code, 2);
  assert.match(json(denied).incomplete.join(), /asking CloudTrail in 123456789012\/us-east-1 who did it/);
});

test("an export of 200 MB through a pipe is read in little memory, and what is of ECR in it is found", async () => {
  for (const name of ["team/first", "team/middle", "team/last"]) create(name);
  const megabytes = 200;
  const foreign = (index: number): State => ({
    urn: `urn:pulumi:dev::test::aws:s3/bucket:Bucket::bucket-${index}`,
    custom: true,
    id: `bucket-${index}`,
    type: "aws:s3/bucket:Bucket",
    inputs: { note: `"}],\\ `.repeat(1_000) },
    outputs: { note: "x".repeat(92_000) },
  });
  function* text() {
    yield `{"version":3,"deployment":{"manifest":{},"resources":[${JSON.stringify(ecr.state)}`;
    const each = megabytes * 10;
    for (let index = 0; index < each; index++) {
      if (index === 0) yield `,${JSON.stringify(declared("team/first"))}`;
      if (index === each / 2) yield `,${JSON.stringify(declared("team/middle", { imageTagMutability: "IMMUTABLE" }))}`;
      yield `,${JSON.stringify(foreign(index))}`;
    }
    yield `,${JSON.stringify(declared("team/last"))}]}}`;
  }
  const measure = `process.on("exit",()=>console.error("kilobytes",process.resourceUsage().maxRSS))`;
  const child = start(["--file", "-", "--format", "json"], {
    NODE_OPTIONS: `--max-old-space-size=64 --import=data:text/javascript,${encodeURIComponent(measure)}`,
  });
  const done = ended(child);
  assert.ok(child.stdin);
  await pipeline(Readable.from(text()), child.stdin);
  const { code, stdout, stderr } = await done;
  assert.equal(code, 2, stderr);
  const report = JSON.parse(stdout) as DriftReport;
  assert.deepEqual(report.resources.map(({ id, class: kind }) => `${id} ${kind}`).toSorted(), [
    "team/first in-sync",
    "team/last in-sync",
    "team/middle changed",
  ]);
  const kilobytes = Number(/kilobytes (\d+)/.exec(stderr)?.[1]);
  assert.ok(kilobytes < 1_000 * megabytes, `${kilobytes} KB`);
});
