/** Every function from a program of the real engine, over a registry that is there already. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { catalog } from "../../provider/catalog.ts";
import { createProject } from "./engine.ts";

const repositoryName = "team/app";
const imageManifest =
  '{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v1+json","layers":[]}';
const imageDigest = `sha256:${createHash("sha256").update(imageManifest).digest("hex")}`;
const destination = { region: "eu-west-1", registryId: "123456789012" };
const keepOne = { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 };
const image = { repositoryName, imageTag: "v1" };

let emulator: Emulator;
let replicationBackfillId: string;
before(async () => {
  emulator = await startEmulator();
  emulator.seed({ scans: [{ findings: [{ name: "CVE-2026-0001", severity: "LOW" }] }] });
  const given: [string, object][] = [
    ["CreateRepository", { repositoryName }],
    ["PutReplicationConfiguration", { replicationConfiguration: { rules: [{ destinations: [destination] }] } }],
    ["CreatePullThroughCacheRule", { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }],
    ["CreateRepositoryCreationTemplate", { prefix: "team", appliedFor: ["REPLICATION"] }],
    ["PutImage", { repositoryName, imageManifest, imageTag: "v1" }],
    ["StartImageScan", { repositoryName, imageId: { imageTag: "v1" } }],
  ];
  for (const [operation, input] of given) emulator.asForeigner({ operation, input: input as Record<string, unknown> });
  const started = emulator.asForeigner({ operation: "StartReplicationBackfill", input: { destination } });
  replicationBackfillId = String(started?.["replicationBackfillId"]);
  emulator.tick();
});
after(() => emulator.close());

/** For each function its arguments, and the result that the program puts out with its value. */
const calls = (): Record<string, [args: object, result: string, value: unknown]> => ({
  getRepository: [{ repositoryName }, "repositoryName", repositoryName],
  getRepositories: [{ namePrefix: "team/" }, "repositoryNames", [repositoryName]],
  getImage: [{ repositoryName, mostRecent: true }, "imageDigest", imageDigest],
  getImages: [{ repositoryName, tagPattern: "v*", limit: 1 }, "images[0].imageTags[0]", "v1"],
  getImageIds: [{ repositoryName }, "imageIds[0]", { imageDigest, imageTag: "v1" }],
  getImageManifest: [image, "imageManifest", imageManifest],
  getImageReferrers: [{ repositoryName, imageDigest }, "referrers", []],
  getImageScanFindings: [image, "findings[0].name", "CVE-2026-0001"],
  getImageReplicationStatus: [image, "complete", true],
  getImageSigningStatus: [image, "signed", false],
  getRegistry: [{}, "rules[0].destinations[0]", destination],
  getPullThroughCacheRule: [{ ecrRepositoryPrefix: "quay" }, "upstreamRegistryUrl", "quay.io"],
  getPullThroughCacheRules: [{}, "rules[0].ecrRepositoryPrefix", "quay"],
  getRepositoryCreationTemplate: [{ prefix: "team" }, "appliedFor", ["REPLICATION"]],
  getRepositoryCreationTemplates: [{ limit: 1 }, "templates[0].prefix", "team"],
  getAuthorizationToken: [{}, "userName", "AWS"],
  previewLifecyclePolicy: [
    {
      repositoryName,
      lifecyclePolicyText: { rules: [{ rulePriority: 1, selection: keepOne, action: { type: "expire" } }] },
    },
    "expiringImageTotalCount",
    0,
  ],
  getLifecyclePolicyDocument: [{ rules: [{ selection: keepOne }] }, "document.rules[0].selection", keepOne],
  getRepositoryPolicyDocument: [
    { grants: [{ access: "pull", accounts: ["111111111111"] }] },
    "document.Statement[0].Principal.AWS",
    "111111111111",
  ],
  getRegistryPolicyDocument: [
    { grants: [{ access: "replication", accounts: ["111111111111"] }] },
    "document.Statement[0].Resource",
    "*",
  ],
  getRepositoryScanningConfigurations: [{ repositoryNames: [repositoryName] }, "missing", []],
  getReplicationBackfill: [{ replicationBackfillId }, "status", "COMPLETE"],
  getReplicationBackfills: [{ limit: 1 }, "backfills[0].destination", destination],
  validatePullThroughCacheRule: [{ ecrRepositoryPrefix: "quay" }, "isValid", true],
});

test("a program calls every function and uses what it answers", async () => {
  const all = Object.entries(calls());
  assert.deepEqual(all.map(([name]) => name).sort(), catalog.functions.map(({ name }) => name).sort());
  const project = await createProject(emulator.url, {
    variables: Object.fromEntries(
      all.map(([name, [args]]) => [name, { "fn::invoke": { function: `ecr:${name}`, arguments: args } }]),
    ),
    outputs: Object.fromEntries(all.map(([name, [, result]]) => [name, `\${${name}.${result}}`])),
  });
  try {
    await project.ok("up", "--yes");
    const outputs = JSON.parse((await project.ok("stack", "output", "--json", "--show-secrets")).stdout) as Record<
      string,
      unknown
    >;
    for (const [name, [, result, value]] of all) assert.deepEqual(outputs[name], value, `${name}.${result}`);
  } finally {
    project.remove();
  }
});
