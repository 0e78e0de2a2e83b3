/** Every operation with members that are not what they should be: an error of AWS or an answer, never a crash. */

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import { operations } from "../../emulator/operations/catalog.ts";
import { createRegistries, type Registries } from "../../emulator/service/registries.ts";

let registries: Registries;
before(() => {
  registries = createRegistries({ account: "123456789012", complain: () => {} });
});

const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.index.v1+json",
  manifests: [],
  subject: { mediaType: "application/json", digest: `sha256:${"0".repeat(64)}`, size: 1 },
  annotations: { a: "b" },
});
const policyText = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "s",
      Effect: "Allow",
      Principal: { AWS: ["123456789012"] },
      Action: ["ecr:ReplicateImage"],
      Resource: ["*"],
      Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-1"] } },
    },
  ],
});
const lifecyclePolicyText = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 5 },
      action: { type: "expire" },
    },
  ],
});

/** Members that some operation takes, each with a value that it would take. */
const members: Readonly<Record<string, unknown>> = {
  acceptedMediaTypes: ["application/json"],
  appliedFor: ["CREATE_ON_PUSH"],
  credentialArn: "arn",
  customRoleArn: "arn:aws:iam::123456789012:role/r",
  description: "d",
  destination: { region: "eu-west-1", registryId: "123456789012" },
  ecrRepositoryPrefix: "quay",
  ecrRepositoryPrefixes: ["quay"],
  encryptionConfiguration: { encryptionType: "AES256" },
  filter: { tagStatus: "ANY", imageStatus: "ANY", artifactTypes: ["x"], artifactStatus: "ANY" },
  force: true,
  imageDigest: `sha256:${"0".repeat(64)}`,
  imageId: { imageTag: "v1" },
  imageIds: [{ imageTag: "v1" }],
  imageManifest: manifest,
  imageManifestMediaType: "application/vnd.oci.image.index.v1+json",
  imageScanningConfiguration: { scanOnPush: true },
  imageTag: "v2",
  imageTagMutability: "MUTABLE_WITH_EXCLUSION",
  imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "v*" }],
  layerDigest: `sha256:${"0".repeat(64)}`,
  layerDigests: [`sha256:${"0".repeat(64)}`],
  layerPartBlob: "AAAA",
  lifecyclePolicy: lifecyclePolicyText,
  lifecyclePolicyText,
  maxResults: 1,
  name: "BLOB_MOUNTING",
  nextToken: "ZWNyOmFmdGVyOjE",
  partFirstByte: 0,
  partLastByte: 2,
  policyText,
  prefix: "team",
  prefixes: ["team"],
  principalArn: "arn:aws:iam::123456789012:role/r",
  registryId: "123456789012",
  registryIds: ["123456789012"],
  replicationBackfillId: "x",
  replicationConfiguration: {
    rules: [
      {
        destinations: [{ region: "eu-west-1", registryId: "123456789012" }],
        repositoryFilters: [{ filter: "team", filterType: "PREFIX_MATCH" }],
      },
    ],
  },
  repositoryName: "team/app",
  repositoryNames: ["team/app"],
  repositoryPolicy: policyText,
  resourceArn: "arn:aws:ecr:us-east-1:123456789012:repository/team/app",
  resourceTags: [{ Key: "a", Value: "b" }],
  resultStatusFilter: "FAILED",
  rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }],
  scanType: "BASIC",
  signingConfiguration: {
    rules: [
      {
        signingProfileArn: "arn:aws:signer:us-east-1:123456789012:/signing-profiles/all",
        repositoryFilters: [{ filter: "*", filterType: "WILDCARD_MATCH" }],
      },
    ],
  },
  subjectId: { imageDigest: `sha256:${"0".repeat(64)}` },
  tagKeys: ["a"],
  tags: [{ Key: "a", Value: "b" }],
  targetStorageClass: "ARCHIVE",
  uploadId: "x",
  upstreamRegistry: "quay",
  upstreamRegistryUrl: "quay.io",
  upstreamRepositoryPrefix: "org",
  value: "ENABLED",
};

const junk: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  1e300,
  "",
  "\u0000é",
  "__proto__",
  true,
  [],
  [null],
  {},
  [[]],
  { a: null },
];

/** The value with junk in the place of each of its parts in turn, and of the whole; so for documents inside of texts. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* junk;
  if (typeof value === "string" && value.startsWith("{"))
    for (const worse of spoilt(JSON.parse(value))) yield JSON.stringify(worse);
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    for (const worse of spoilt(part)) {
      yield Array.isArray(value) ? value.with(Number(key), worse) : { ...value, [key]: worse };
    }
  }
}

function crash(operation: string, input: Record<string, unknown>): unknown {
  try {
    JSON.stringify(registries.asForeigner({ operation, input }));
    return undefined;
  } catch (error) {
    const { fault, stack } = error as { fault?: string; stack?: string };
    return fault === undefined ? { operation, input, stack } : undefined;
  }
}

beforeEach(() => {
  registries.reset();
  const repositoryName = "team/app";
  registries.asForeigner({ operation: "CreateRepository", input: { repositoryName } });
  registries.asForeigner({
    operation: "PutImage",
    input: { repositoryName, imageTag: "v1", imageManifest: manifest },
  });
});

for (const operation of Object.keys(operations)) {
  test(`${operation} answers or refuses whatever one of its members holds`, () => {
    for (const [name, value] of Object.entries(members)) {
      for (const worse of spoilt(value)) assert.equal(crash(operation, { ...members, [name]: worse }), undefined);
    }
    assert.equal(crash(operation, {}), undefined);
    registries.tick();
  });

  test(`${operation} answers or refuses when members are left out`, () => {
    for (const name of Object.keys(members)) {
      assert.equal(crash(operation, { [name]: members[name] }), undefined);
      assert.equal(crash(operation, { repositoryName: "team/app", [name]: members[name] }), undefined);
      for (const worse of spoilt(members[name]))
        assert.equal(crash(operation, { repositoryName: "team/app", [name]: worse }), undefined);
    }
    registries.tick();
  });
}
