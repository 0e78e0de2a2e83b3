/** `pulumi-ecr backfill` as a process, against the emulator: images that are older than the replication rules. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.reset();
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "team/app" } });
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [] });
  emulator.asForeigner({ operation: "PutImage", input: { repositoryName: "team/app", imageTag: "v1", imageManifest } });
  const rules = [
    {
      destinations: [
        { registryId: "123456789012", region: "eu-west-1" },
        { registryId: "111111111111", region: "eu-west-1" },
      ],
    },
  ];
  emulator.asForeigner({ operation: "PutReplicationConfiguration", input: { replicationConfiguration: { rules } } });
});
after(() => emulator.close());

const indexType = "application/vnd.oci.image.index.v1+json";
const command = join(import.meta.dirname, "../../provider/cli/main.ts");

function backfill(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    NODE_NO_WARNINGS: "1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  };
  const all = [command, "backfill", ...args.slice(0, 1), "--region", "us-east-1", "--endpoint", emulator.url];
  return new Promise((resolve) =>
    execFile(process.execPath, [...all, ...args.slice(1)], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    ),
  );
}

test("a backfill that is waited for copies what was pushed before the rule", async () => {
  const { code, stdout, stderr } = await backfill("start", "123456789012/eu-west-1", "--wait");
  assert.equal(code, 0, stderr);
  assert.match(stderr, /COMPLETE, 1 of 1 images copied/);
  const copy = emulator.state().find(({ account, region }) => account === "123456789012" && region === "eu-west-1");
  assert.deepEqual(
    copy?.repositories["team/app"]?.images.map(({ tags }) => tags),
    [["v1"]],
  );
  const one = JSON.parse((await backfill("status", stdout.trim())).stdout);
  assert.equal(one.status, "COMPLETE");
  assert.equal(one.results.length, 1);
  assert.equal(JSON.parse((await backfill("status")).stdout)[0].replicationBackfillId, stdout.trim());
});

test("images that the destination does not take are exit code 2", async () => {
  const { code, stderr } = await backfill("start", "111111111111/eu-west-1", "--wait");
  assert.equal(code, 2);
  assert.match(stderr, /1 of the images could not be copied; `pulumi-ecr backfill status [\w-]+` tells of each/);
});

test("a second backfill to the same region says how to see and to end the first", async () => {
  await backfill("start", "111111111111/eu-west-1");
  const { code, stderr } = await backfill("start", "111111111111/eu-west-1");
  assert.equal(code, 1);
  assert.match(stderr, /ReplicationBackfillInProgressException: .*; `pulumi-ecr backfill status` shows it/);
});

test("an option that cannot be right is refused by its name before anything is sent", async () => {
  const { code, stderr } = await backfill("status", "--region", "Frankfurt");
  assert.equal(code, 1);
  const said = `pulumi-ecr: connecting to ECR: --region must be a region such as eu-central-1, is "Frankfurt"; correct the option and run again\n`;
  assert.equal(stderr, said);
  assert.deepEqual(emulator.journal(), []);
});

test("a backfill can be stopped, once", async () => {
  const { stdout } = await backfill("start", "111111111111/eu-west-1");
  assert.ok(emulator.journal().some(({ operation }) => operation === "StartReplicationBackfill"));
  emulator.clearJournal();
  assert.equal((await backfill("stop", stdout.trim())).code, 0);
  assert.ok(emulator.journal().some(({ operation }) => operation === "StopReplicationBackfill"));
  const again = await backfill("stop", stdout.trim());
  assert.equal(again.code, 1);
  assert.equal(
    again.stderr,
    `pulumi-ecr: StopReplicationBackfill was refused: ReplicationBackfillInvalidStatusException: The replication backfill '${stdout.trim()}' has the status STOPPED and cannot be stopped\n`,
  );
});

test("a destination without a rule is an error that says so", async () => {
  const { code, stderr } = await backfill("start", "111111111111/ap-south-1");
  assert.equal(code, 1);
  assert.equal(
    stderr,
    "pulumi-ecr: starting a backfill to 111111111111/ap-south-1: StartReplicationBackfill: ValidationException: The destination 111111111111/ap-south-1 is not one of the registry's replication configuration; a backfill copies to destinations of the replication rules only, so put this one into the ReplicationConfiguration of the registry, deploy that and start again\n",
  );
});
