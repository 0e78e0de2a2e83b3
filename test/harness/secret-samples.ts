/**
 * Inputs of every resource with a canary in each text that an input may hold. Long because every input has one, at first and
 * later.
 */

import type { ForeignWrite } from "../../emulator/service/registries.ts";
import { digestOf, emptyIndex } from "./registry.ts";

const scannable = (n: string) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v1+json",
    layers: [],
    annotations: { n },
  });
const manifests = [emptyIndex("one"), emptyIndex("two")] as const;
const digests = [digestOf(manifests[0]), digestOf(manifests[1])] as const;

/** What must never be shown: the canary in any case, the accounts of secret principals, and secret digests. */
export const canary = /c4n4ry|888888888888|777777777777/i;

const account = "123456789012";
export const policy = (principal: string, sid = "c4n4ry") => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: sid,
      Effect: "Allow",
      Principal: { AWS: principal },
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    },
  ],
});
const registryPolicy = (principal: string, sid = "c4n4ry") => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: sid,
      Effect: "Allow",
      Principal: { AWS: principal },
      Action: ["ecr:ReplicateImage"],
      Resource: [`arn:aws:ecr:us-east-1:${account}:repository/*`],
    },
  ],
});
const lifecycle = (days: number, prefix: string) => ({
  rules: [
    {
      rulePriority: 1,
      description: `${prefix} of description`,
      selection: {
        tagStatus: "tagged",
        tagPrefixList: [prefix],
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: days,
      },
      action: { type: "expire" },
    },
  ],
});
const [one, two] = ["arn:aws:iam::888888888888:root", "arn:aws:iam::777777777777:role/c4n4ry"];
const keyOf = (name: string) => `arn:aws:kms:us-east-1:${account}:key/${name}`;
export const repository = (name: string): ForeignWrite => ({
  operation: "CreateRepository",
  input: { repositoryName: name },
});
const secretOf = (name: string) =>
  `arn:aws:secretsmanager:us-east-1:${account}:secret:ecr-pullthroughcache/${name}-AbCdEf`;

const image = (repositoryName: string, imageTag: string, imageManifest: string = manifests[0]): ForeignWrite => ({
  operation: "PutImage",
  input: { repositoryName, imageTag, imageManifest },
});
const threeRepositories = [repository("team/app"), repository("c4n4ry/app"), repository("c4n4ry/other")];
const sources = ["team/source", "c4n4ry/source"].flatMap((name) => [
  repository(name),
  image(name, "v1"),
  image(name, "c4n4ry"),
  image(name, "c4n4ry-two", manifests[1]),
]);

export interface Sample {
  readonly given?: readonly ForeignWrite[];
  readonly base: Readonly<Record<string, unknown>>;
  /** By the input: what it is at first, and later. Inputs without a text of their own have none. */
  readonly canaries: Readonly<Record<string, readonly [unknown, unknown]>>;
  /** Inputs of which the service takes no other values than those of a list. */
  readonly refused?: readonly string[];
}

export const samples: Readonly<Record<string, Sample>> = {
  Repository: {
    base: {
      repositoryName: "team/app",
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev*" }],
    },
    canaries: {
      repositoryName: ["c4n4ry/app", "c4n4ry/other"],
      imageTagMutabilityExclusionFilters: [
        [{ filterType: "WILDCARD", filter: "c4n4ry-*" }],
        [{ filterType: "WILDCARD", filter: "c4n4ry-two*" }],
      ],
      encryptionConfiguration: [
        { encryptionType: "KMS", kmsKey: keyOf("c4n4ry") },
        { encryptionType: "KMS", kmsKey: keyOf("c4n4ry-two") },
      ],
      tags: [
        { "c4n4ry-key": "c4n4ry-value", a: "1" },
        { "c4n4ry-key": "c4n4ry-two", "c4n4ry-other": "x" },
      ],
    },
  },
  LifecyclePolicy: {
    given: threeRepositories,
    base: { repositoryName: "team/app", lifecyclePolicyText: lifecycle(3, "release") },
    canaries: {
      repositoryName: ["c4n4ry/app", "c4n4ry/other"],
      lifecyclePolicyText: [lifecycle(14, "c4n4ry"), JSON.stringify(lifecycle(7, "c4n4ry-two"), null, 2)],
    },
  },
  RepositoryPolicy: {
    given: threeRepositories,
    base: { repositoryName: "team/app", policyText: policy("arn:aws:iam::111111111111:root", "pull") },
    canaries: {
      repositoryName: ["c4n4ry/app", "c4n4ry/other"],
      policyText: [policy(one), JSON.stringify(policy(two), null, 2)],
    },
  },
  RegistryPolicy: {
    base: { policyText: registryPolicy("arn:aws:iam::111111111111:root", "copy") },
    canaries: { policyText: [registryPolicy(one), JSON.stringify(registryPolicy(two, "two"), null, 2)] },
  },
  ReplicationConfiguration: {
    base: { rules: [{ destinations: [{ region: "eu-west-1", registryId: account }] }] },
    canaries: {
      rules: [
        [
          {
            destinations: [{ region: "eu-west-1", registryId: "888888888888" }],
            repositoryFilters: [{ filter: "c4n4ry", filterType: "PREFIX_MATCH" }],
          },
        ],
        [
          {
            destinations: [{ region: "eu-west-1", registryId: "777777777777" }],
            repositoryFilters: [{ filter: "c4n4ry-two", filterType: "PREFIX_MATCH" }],
          },
        ],
      ],
    },
  },
  ScanningConfig: {
    given: threeRepositories,
    base: { repositoryName: "team/app", scanOnPush: true },
    canaries: { repositoryName: ["c4n4ry/app", "c4n4ry/other"] },
  },
  Tags: {
    given: threeRepositories,
    base: { resourceArn: `arn:aws:ecr:us-east-1:${account}:repository/team/app`, tags: { a: "1" } },
    canaries: {
      resourceArn: [
        `arn:aws:ecr:us-east-1:${account}:repository/c4n4ry/app`,
        `arn:aws:ecr:us-east-1:${account}:repository/c4n4ry/other`,
      ],
      tags: [{ "c4n4ry-key": "c4n4ry" }, { "c4n4ry-key": "c4n4ry-two", "c4n4ry-other": "1" }],
    },
  },
  RegistryScanningConfiguration: {
    base: {
      scanType: "ENHANCED",
      rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "team*", filterType: "WILDCARD" }] }],
    },
    canaries: {
      rules: [
        [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "c4n4ry*", filterType: "WILDCARD" }] }],
        [{ scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: [{ filter: "c4n4ry-two*", filterType: "WILDCARD" }] }],
      ],
    },
  },
  RepositoryCreationTemplate: {
    base: {
      prefix: "team",
      appliedFor: ["REPLICATION"],
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev*" }],
      customRoleArn: `arn:aws:iam::${account}:role/template`,
    },
    canaries: {
      prefix: ["c4n4ry/app", "c4n4ry/other"],
      description: ["c4n4ry of teams", "c4n4ry of others"],
      imageTagMutabilityExclusionFilters: [
        [{ filterType: "WILDCARD", filter: "c4n4ry-*" }],
        [{ filterType: "WILDCARD", filter: "c4n4ry-two*" }],
      ],
      encryptionConfiguration: [
        { encryptionType: "KMS", kmsKey: keyOf("c4n4ry") },
        { encryptionType: "KMS", kmsKey: keyOf("c4n4ry-two") },
      ],
      resourceTags: [{ "c4n4ry-key": "c4n4ry-value" }, { "c4n4ry-key": "c4n4ry-two" }],
      repositoryPolicy: [policy(one), JSON.stringify(policy(two), null, 2)],
      lifecyclePolicy: [lifecycle(14, "c4n4ry"), JSON.stringify(lifecycle(7, "c4n4ry-two"), null, 2)],
      customRoleArn: [`arn:aws:iam::${account}:role/c4n4ry`, `arn:aws:iam::${account}:role/c4n4ry-two`],
    },
  },
  PullThroughCacheRule: {
    base: {
      ecrRepositoryPrefix: "hub",
      upstreamRegistryUrl: "registry-1.docker.io",
      credentialArn: secretOf("hub"),
    },
    canaries: {
      ecrRepositoryPrefix: ["c4n4ry", "c4n4ry-two"],
      upstreamRegistryUrl: ["c4n4ry.azurecr.io", "c4n4ry-two.azurecr.io"],
      upstreamRepositoryPrefix: ["c4n4ry", "c4n4ry-two"],
      credentialArn: [secretOf("c4n4ry"), secretOf("c4n4ry-two")],
      customRoleArn: [`arn:aws:iam::${account}:role/c4n4ry`, `arn:aws:iam::${account}:role/c4n4ry-two`],
    },
  },
  AccountSetting: {
    base: { name: "BLOB_MOUNTING", value: "ENABLED" },
    canaries: { value: ["C4N4RY", "c4n4ry-two"] },
    refused: ["value"],
  },
  SigningConfiguration: {
    base: { rules: [{ signingProfileArn: `arn:aws:signer:us-east-1:${account}:/signing-profiles/p_all` }] },
    canaries: {
      rules: [
        [{ signingProfileArn: `arn:aws:signer:us-east-1:${account}:/signing-profiles/c4n4ry` }],
        [
          {
            signingProfileArn: `arn:aws:signer:us-east-1:${account}:/signing-profiles/c4n4ry_two`,
            repositoryFilters: [{ filter: "c4n4ry*", filterType: "WILDCARD_MATCH" }],
          },
        ],
      ],
    },
  },
  PullTimeUpdateExclusion: {
    base: { principalArn: `arn:aws:iam::${account}:role/scanner` },
    canaries: { principalArn: [one.replace("root", "role/c4n4ry"), two] },
  },
  Image: {
    given: [...threeRepositories, ...sources],
    base: { repositoryName: "team/app", source: { repositoryName: "team/source", imageTag: "v1" } },
    canaries: {
      repositoryName: ["c4n4ry/app", "c4n4ry/other"],
      imageDigest: [digests[0], digests[1]],
      imageTags: [["c4n4ry"], ["c4n4ry-two", "c4n4ry"]],
      source: [
        { repositoryName: "c4n4ry/source", imageTag: "c4n4ry" },
        { repositoryName: "c4n4ry/source", imageTag: "c4n4ry-two" },
      ],
    },
  },
  ImageScan: {
    given: [
      ...threeRepositories,
      image("team/app", "v1", scannable("1")),
      image("c4n4ry/app", "v1", scannable("1")),
      image("c4n4ry/other", "v1", scannable("1")),
      image("team/app", "c4n4ry", scannable("1")),
      image("team/app", "c4n4ry-two", scannable("2")),
    ],
    base: { repositoryName: "team/app", imageId: { imageTag: "v1" } },
    canaries: {
      repositoryName: ["c4n4ry/app", "c4n4ry/other"],
      imageId: [{ imageTag: "c4n4ry" }, { imageTag: "c4n4ry-two" }],
      triggers: [{ c4n4ry: "c4n4ry-one" }, { c4n4ry: "c4n4ry-two" }],
      ignore: [[{ name: "C4N4RY-0001", reason: "c4n4ry reason" }], [{ name: "C4N4RY-0002", reason: "c4n4ry reason" }]],
    },
  },
};
