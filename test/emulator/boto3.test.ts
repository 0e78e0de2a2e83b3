/** boto3 against the emulator: everything that its ECR client could do in 2021. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { runPythonFile } from "../../tools/python.ts";

const names = JSON.parse(readFileSync(join(import.meta.dirname, "../cases/clients/boto3.json"), "utf8")) as {
  operations: string[];
  paginators: string[];
  waiters: string[];
};

let emulator: Emulator;
let report: {
  called: string[];
  pages: Record<string, number[]>;
  waiters: Record<string, string>;
  facts: Record<string, unknown>;
};
before(async () => {
  emulator = await startEmulator();
  report = JSON.parse(await runPythonFile(join(import.meta.dirname, "boto3-client.py"), [emulator.url]));
});
after(() => emulator.close());

test("boto3 drives all 35 operations of its client of 2021, and no other", () => {
  assert.equal(names.operations.length, 35);
  assert.deepEqual(report.called, names.operations);
});

test("its 5 paginators go over several pages", () => {
  assert.deepEqual(Object.keys(report.pages).sort(), names.paginators);
  assert.deepEqual(report.pages, {
    describe_repositories: [2, 2, 1],
    list_images: [2, 2, 1],
    describe_images: [3, 2],
    describe_image_scan_findings: [2, 2, 1],
    get_lifecycle_policy_preview: [3, 1],
  });
});

test("its 2 waiters come to an end", () => {
  assert.deepEqual(Object.keys(report.waiters).sort(), names.waiters);
  assert.deepEqual(new Set(Object.values(report.waiters)), new Set(["COMPLETE"]));
});

test("what it reads is what ECR would say", () => {
  assert.deepEqual(report.facts, {
    tags: [{ Key: "owner", Value: "core" }],
    settings: ["IMMUTABLE", true],
    action: "ecr:BatchGetImage",
    gone: "RepositoryPolicyNotFoundException",
    "registry policy": "arn:aws:iam::111122223333:root",
    registry: ["123456789012", 1],
    layers: ["AVAILABLE", "UNAVAILABLE"],
    download: true,
    digest: true,
    manifest: true,
    sizes: true,
    replication: ["IN_PROGRESS", "COMPLETE"],
    replica: true,
    scan: ["PENDING"],
    counts: { CRITICAL: 1, HIGH: 2, LOW: 1, INFORMATIONAL: 1 },
    lifecycle: true,
    preview: "IN_PROGRESS",
    expiring: 4,
    token: "AWS",
    deleted: ["v4", "ImageNotFound"],
    "not empty": "RepositoryNotEmptyException",
    left: [],
  });
});

test("the registry holds nothing of it but its replication rule and the replica afterwards", () => {
  assert.deepEqual(
    emulator.state().map(({ region, repositories, replicationRules }) => ({
      region,
      repositories: Object.keys(repositories),
      rules: replicationRules.length,
    })),
    [
      { region: "eu-west-1", repositories: ["team/r0"], rules: 0 },
      { region: "us-east-1", repositories: [], rules: 1 },
    ],
  );
});
