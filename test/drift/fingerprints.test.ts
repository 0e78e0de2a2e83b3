/** Baselines are files of users: what a run accepted stays accepted by later versions, whatever its live value is made of. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { parseBaseline } from "../../provider/drift/accept/baseline.ts";
import { waive } from "../../provider/drift/accept/waive.ts";
import { account, exportOf, keep, look, provider, pullPolicy, resource, type State, stackFrom } from "./stacks.ts";

/** What was made in the registry by hand. */
function make(emulator: Emulator): void {
  const as = (operation: string, input: State) => emulator.asForeigner({ operation, input });
  const policy = (repositoryName: string, document: object) =>
    as("SetRepositoryPolicy", { repositoryName, policyText: JSON.stringify(document) });
  for (const repositoryName of ["access", "cosmetic", "open", "lifecycle", "stray"])
    as("CreateRepository", { repositoryName });
  as("CreateRepository", {
    repositoryName: "settings",
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev-*" }],
    tags: [{ Key: "a", Value: "2" }],
  });
  policy("access", pullPolicy("222222222222", "333333333333"));
  policy("cosmetic", {
    Version: "2012-10-17",
    Statement: [{ ...pullPolicy("222222222222").Statement[0], Sid: "other" }],
  });
  policy("open", pullPolicy("*"));
  as("PutLifecyclePolicy", { repositoryName: "lifecycle", lifecyclePolicyText: JSON.stringify(keep(3)) });
  as("PutReplicationConfiguration", {
    replicationConfiguration: {
      rules: [
        {
          destinations: [{ region: "eu-west-1", registryId: account }],
          repositoryFilters: [{ filterType: "PREFIX_MATCH", filter: "team" }],
        },
      ],
    },
  });
  as("PutRegistryScanningConfiguration", {
    scanType: "BASIC",
    rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filterType: "WILDCARD", filter: "team*" }] }],
  });
}

/** What a state declares instead. */
function declared(url: string): string {
  const { state, ref } = provider(url);
  const pull = pullPolicy("222222222222", "arn:aws:iam::444444444444:role/ci");
  return exportOf([
    state,
    ...["access", "cosmetic", "open", "lifecycle", "gone"].map((repositoryName) =>
      resource(ref, "Repository", repositoryName, { repositoryName }),
    ),
    resource(ref, "Repository", "settings", {
      repositoryName: "settings",
      imageTagMutability: "MUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      tags: { a: "1", b: "1" },
    }),
    resource(ref, "RepositoryPolicy", "access", { repositoryName: "access", policyText: pull }),
    resource(ref, "RepositoryPolicy", "cosmetic", {
      repositoryName: "cosmetic",
      policyText: pullPolicy("222222222222"),
    }),
    resource(ref, "RepositoryPolicy", "open", { repositoryName: "open", policyText: pull }),
    resource(ref, "LifecyclePolicy", "lifecycle", { repositoryName: "lifecycle", lifecyclePolicyText: keep(9) }),
    resource(ref, "ReplicationConfiguration", account, {
      rules: [{ destinations: [{ region: "eu-central-1", registryId: account }] }],
    }),
    resource(ref, "RegistryScanningConfiguration", account, { scanType: "BASIC", rules: [] }),
  ]);
}

test("a baseline of the first version accepts what it was written for", async () => {
  const emulator = await startEmulator();
  make(emulator);
  const report = await look([await stackFrom(declared(emulator.url))]);
  await emulator.close();
  const file = readFileSync(join(import.meta.dirname, "../testdata/baseline-0.1.json"), "utf8");
  const accepted = parseBaseline("the baseline", JSON.parse(file));
  const waived = waive(report, { ignore: [], accepted, at: Date.parse("2026-06-15") });
  const findings = waived.resources.flatMap((one) => one.findings).filter(({ id }) => id !== "no-lifecycle-policy");
  assert.deepEqual([...new Set(findings.map(({ id }) => id))], ["accepted"]);
  assert.deepEqual(findings.map(({ fingerprint }) => fingerprint).sort(), [...accepted.keys()].sort());
});
