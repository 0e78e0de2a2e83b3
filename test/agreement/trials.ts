/**
 * Random resources of every type that needs no image, each with what may happen to it from outside. A disturbance knows
 * by AWS's rules whether it leaves the resource as declared, so that neither the engine nor `drift` is believed blindly.
 * Long because each type is one entry.
 */

import {
  otherLifecycle,
  otherPolicy,
  randomLifecycle,
  randomPolicy,
  sameLifecycle,
  samePolicy,
  written,
} from "./documents.ts";
import { chance, pick, type Random, reordered, shuffled, some } from "./draw.ts";

export interface Write {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What is so afterwards: as declared, another in these properties, or not there. */
export type Outcome = "same" | "gone" | readonly string[];

export interface Disturbance {
  readonly outcome: Outcome;
  readonly writes: readonly Write[];
}

export interface Trial {
  /** Logical name, unique in its registry. */
  readonly name: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Of the same registry: goes first, and takes this one with it when it is deleted. */
  readonly after?: string;
  /** What has to be there before the deployment, made by somebody else. */
  readonly before?: readonly Write[];
  /** Each makes one that happens to it; drawn anew for each round. */
  readonly disturbances: readonly (() => Disturbance)[];
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

const write = (operation: string, input: Write["input"]): Write => ({ operation, input });
const same = (...writes: Write[]): Disturbance => ({ outcome: "same", writes });
const gone = (...writes: Write[]): Disturbance => ({ outcome: "gone", writes });
const other = (properties: readonly string[], ...writes: Write[]): Disturbance => ({ outcome: properties, writes });

function arnOf({ account, region }: Place, name: string): string {
  return `arn:aws:ecr:${region}:${account}:repository/${name}`;
}

interface Mutability {
  readonly imageTagMutability?: string;
  readonly imageTagMutabilityExclusionFilters?: readonly object[];
}
const mutabilities: readonly Mutability[] = [
  { imageTagMutability: "MUTABLE" },
  { imageTagMutability: "IMMUTABLE" },
  {
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "latest*" }],
  },
  {
    imageTagMutability: "MUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "v*" }],
  },
];

/** A repository, and perhaps its policies. */
function repositories(random: Random, place: Place, index: number): Trial[] {
  const name = `repository${index}`;
  const repositoryName = `team-${index}/app`;
  const mutability: Mutability = chance(random, 60) ? pick(random, mutabilities) : {};
  const tags = chance(random, 60) ? { team: "core", "cost.center": String(random(100)), größe: "l" } : undefined;
  const scanning = chance(random, 50) ? { scanOnPush: chance(random, 50) } : undefined;
  const resourceArn = arnOf(place, repositoryName);
  const repository: Trial = {
    name,
    type: "Repository",
    properties: {
      repositoryName,
      ...mutability,
      ...(scanning ? { imageScanningConfiguration: scanning } : {}),
      ...(tags ? { tags } : {}),
      ...(chance(random, 20) ? { encryptionConfiguration: { encryptionType: "AES256" } } : {}),
      ...(chance(random, 20) ? { forceDelete: true } : {}),
    },
    disturbances: [
      () => gone(write("DeleteRepository", { repositoryName, force: true })),
      () => same(write("TagResource", { resourceArn, tags: [{ Key: "somebody", Value: "else" }] })),
      () => {
        const wanted = pick(
          random,
          mutabilities.filter((candidate) => candidate.imageTagMutability !== mutability.imageTagMutability),
        );
        const put = write("PutImageTagMutability", { repositoryName, ...wanted });
        if (mutability.imageTagMutability === undefined)
          // Not declared: AWS's value is left alone. Filters that nobody declared belong to it.
          return same(put);
        const filters = "imageTagMutabilityExclusionFilters";
        return other(["imageTagMutability", ...(filters in mutability ? [filters] : [])], put);
      },
      () => {
        const put = (scanOnPush: boolean) =>
          write("PutImageScanningConfiguration", { repositoryName, imageScanningConfiguration: { scanOnPush } });
        return scanning ? other(["imageScanningConfiguration"], put(!scanning.scanOnPush)) : same(put(true));
      },
      () =>
        tags
          ? pick(random, [
              other(["tags"], write("UntagResource", { resourceArn, tagKeys: ["cost.center"] })),
              other(["tags"], write("TagResource", { resourceArn, tags: [{ Key: "team", Value: "theirs" }] })),
              other(["tags"], write("UntagResource", { resourceArn, tagKeys: Object.keys(tags) })),
            ])
          : same(write("TagResource", { resourceArn, tags: [{ Key: "team", Value: "theirs" }] })),
    ],
  };
  return [
    repository,
    ...(chance(random, 60) ? [repositoryPolicy(random, index, repositoryName)] : []),
    ...(chance(random, 60) ? [lifecyclePolicy(random, index, repositoryName)] : []),
  ];
}

function repositoryPolicy(random: Random, index: number, repositoryName: string): Trial {
  const policy = randomPolicy(random);
  const set = (policyText: string) => write("SetRepositoryPolicy", { repositoryName, policyText, force: true });
  return {
    name: `policy${index}`,
    type: "RepositoryPolicy",
    properties: { repositoryName, policyText: written(random, policy) },
    after: `repository${index}`,
    disturbances: [
      () => gone(write("DeleteRepositoryPolicy", { repositoryName })),
      () => same(set(samePolicy(random, policy))),
      () => same(set(samePolicy(random, policy))),
      () => other(["policyText"], set(otherPolicy(random, policy))),
      () => other(["policyText"], set(otherPolicy(random, policy))),
    ],
  };
}

function lifecyclePolicy(random: Random, index: number, repositoryName: string): Trial {
  const policy = randomLifecycle(random);
  const put = (lifecyclePolicyText: string) => write("PutLifecyclePolicy", { repositoryName, lifecyclePolicyText });
  return {
    name: `lifecycle${index}`,
    type: "LifecyclePolicy",
    properties: { repositoryName, lifecyclePolicyText: written(random, policy) },
    after: `repository${index}`,
    disturbances: [
      () => gone(write("DeleteLifecyclePolicy", { repositoryName })),
      () => same(put(sameLifecycle(random, policy))),
      () => other(["lifecyclePolicyText"], put(otherLifecycle(random, policy))),
    ],
  };
}

/** Parts of a repository that is declared elsewhere. */
function elsewhere(random: Random, place: Place): Trial[] {
  const repositoryName = "elsewhere/app";
  const resourceArn = arnOf(place, repositoryName);
  const before = [write("CreateRepository", { repositoryName, tags: [{ Key: "theirs", Value: "1" }] })];
  const scanOnPush = chance(random, 50);
  const put = (value: boolean) =>
    write("PutImageScanningConfiguration", { repositoryName, imageScanningConfiguration: { scanOnPush: value } });
  return [
    {
      name: "scanning",
      type: "ScanningConfig",
      properties: { repositoryName, scanOnPush },
      before,
      disturbances: [() => same(put(scanOnPush)), () => other(["scanOnPush"], put(!scanOnPush))],
    },
    {
      name: "tags",
      type: "Tags",
      properties: { resourceArn, tags: { owner: "web", "a b": "c" } },
      disturbances: [
        () => same(write("UntagResource", { resourceArn, tagKeys: ["theirs"] })),
        () => other(["tags"], write("TagResource", { resourceArn, tags: [{ Key: "owner", Value: "them" }] })),
        () => other(["tags"], write("UntagResource", { resourceArn, tagKeys: ["owner"] })),
      ],
    },
  ];
}

function registryPolicy(random: Random, { account, region }: Place): Trial {
  const policy = randomPolicy(random, `arn:aws:ecr:${region}:${account}:repository/*`);
  return {
    name: "registry",
    type: "RegistryPolicy",
    properties: { policyText: written(random, policy) },
    disturbances: [
      () => gone(write("DeleteRegistryPolicy", {})),
      () => same(write("PutRegistryPolicy", { policyText: samePolicy(random, policy) })),
      () => other(["policyText"], write("PutRegistryPolicy", { policyText: otherPolicy(random, policy) })),
    ],
  };
}

function replication(random: Random): Trial {
  const destinations = some(random, ["eu-west-3", "ap-south-1", "sa-east-1"]).map((region) => ({
    region,
    registryId: "111111111111",
  }));
  const filters = some(random, ["team-0", "prod/", "x1"]).map((filter) => ({ filter, filterType: "PREFIX_MATCH" }));
  const rules = [{ destinations, ...(chance(random, 60) ? { repositoryFilters: filters } : {}) }];
  const put = (changed: object[]) =>
    write("PutReplicationConfiguration", { replicationConfiguration: { rules: changed } });
  return {
    name: "replication",
    type: "ReplicationConfiguration",
    properties: { rules },
    disturbances: [
      () => gone(put([])),
      () =>
        same(
          put(
            rules.map((rule) => ({
              ...rule,
              destinations: shuffled(random, destinations),
              ...("repositoryFilters" in rule ? { repositoryFilters: shuffled(random, filters) } : {}),
            })),
          ),
        ),
      () => other(["rules"], put([{ destinations: [{ region: "eu-north-1", registryId: "222222222222" }] }])),
    ],
  };
}

function scanners(random: Random): Trial {
  const filters = some(random, ["prod/*", "team-*", "app"]).map((filter) => ({ filter, filterType: "WILDCARD" }));
  const rules = [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: filters }];
  const declared = chance(random, 80);
  const put = (changed: object[], scanType = "BASIC") =>
    write("PutRegistryScanningConfiguration", { scanType, rules: changed });
  return {
    name: "scanners",
    type: "RegistryScanningConfiguration",
    properties: { scanType: "BASIC", ...(declared ? { rules } : {}) },
    disturbances: [
      () => (declared ? same(put([{ ...rules[0], repositoryFilters: shuffled(random, filters) }])) : same(put(rules))),
      () => (declared ? other(["rules"], put([])) : same(put([]))),
      () => other(["scanType"], put(declared ? rules : [], "ENHANCED")),
    ],
  };
}

function signing(random: Random, { region }: Place): Trial {
  const profile = (name: string) => `arn:aws:signer:${region}:123456789012:/signing-profiles/${name}`;
  const filters = some(random, ["prod/*", "team-*", "app"]).map((filter) => ({ filter, filterType: "WILDCARD_MATCH" }));
  const rules = [
    { signingProfileArn: profile("release"), repositoryFilters: filters },
    ...(chance(random, 50) ? [{ signingProfileArn: profile("nightly") }] : []),
  ];
  const put = (changed: object[]) => write("PutSigningConfiguration", { signingConfiguration: { rules: changed } });
  return {
    name: "signing",
    type: "SigningConfiguration",
    properties: { rules },
    disturbances: [
      () => gone(write("DeleteSigningConfiguration", {})),
      () =>
        same(
          put(
            shuffled(random, rules).map((rule) => ({
              ...rule,
              ...("repositoryFilters" in rule ? { repositoryFilters: shuffled(random, filters) } : {}),
            })),
          ),
        ),
      () => other(["rules"], put([{ signingProfileArn: profile("theirs") }])),
    ],
  };
}

function mirror(random: Random): Trial {
  const ecrRepositoryPrefix = "hub";
  const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/${name}`;
  const login = chance(random, 50);
  const url = login ? "registry-1.docker.io" : "public.ecr.aws";
  const credentialArn = secret("hub-1");
  const removed = write("DeletePullThroughCacheRule", { ecrRepositoryPrefix });
  return {
    name: "mirror",
    type: "PullThroughCacheRule",
    properties: { ecrRepositoryPrefix, upstreamRegistryUrl: url, ...(login ? { credentialArn } : {}) },
    disturbances: [
      () => gone(removed),
      () =>
        other(
          ["upstreamRegistryUrl", ...(login ? ["credentialArn"] : [])],
          removed,
          write("CreatePullThroughCacheRule", { ecrRepositoryPrefix, upstreamRegistryUrl: "quay.io" }),
        ),
      () => {
        const put = write("UpdatePullThroughCacheRule", { ecrRepositoryPrefix, credentialArn: secret("hub-2") });
        return login ? other(["credentialArn"], put) : same(put);
      },
    ],
  };
}

function template(random: Random): Trial {
  const prefix = "made";
  const mutability = pick(random, mutabilities);
  const [policy, lifecycle] = [randomPolicy(random), randomLifecycle(random)];
  const appliedFor = some(random, ["REPLICATION", "PULL_THROUGH_CACHE"]);
  const [hasPolicy, hasLifecycle] = [chance(random, 60), chance(random, 60)];
  const update = (input: object) =>
    write("UpdateRepositoryCreationTemplate", reordered(random, { prefix, ...mutability, ...input }));
  return {
    name: "template",
    type: "RepositoryCreationTemplate",
    properties: {
      prefix,
      appliedFor,
      ...mutability,
      description: "for what is made by itself",
      ...(hasPolicy ? { repositoryPolicy: written(random, policy) } : {}),
      ...(hasLifecycle ? { lifecyclePolicy: written(random, lifecycle) } : {}),
    },
    disturbances: [
      () => gone(write("DeleteRepositoryCreationTemplate", { prefix })),
      () =>
        same(
          update({
            appliedFor: shuffled(random, appliedFor),
            ...(hasPolicy ? { repositoryPolicy: samePolicy(random, policy) } : {}),
            ...(hasLifecycle ? { lifecyclePolicy: sameLifecycle(random, lifecycle) } : {}),
          }),
        ),
      () => other(["description"], update({ description: "in other words" })),
      () => other(["appliedFor"], update({ appliedFor: ["CREATE_ON_PUSH"] })),
      () => {
        const put = update({ repositoryPolicy: otherPolicy(random, policy) });
        return hasPolicy ? other(["repositoryPolicy"], put) : same(put);
      },
      () => {
        const put = update({ lifecyclePolicy: otherLifecycle(random, lifecycle) });
        return hasLifecycle ? other(["lifecyclePolicy"], put) : same(put);
      },
    ],
  };
}

function exclusion(): Trial {
  const principalArn = "arn:aws:iam::123456789012:role/scanner";
  return {
    name: "exclusion",
    type: "PullTimeUpdateExclusion",
    properties: { principalArn },
    disturbances: [() => gone(write("DeregisterPullTimeUpdateExclusion", { principalArn }))],
  };
}

function setting(random: Random): Trial {
  const value = pick(random, ["ENABLED", "DISABLED"]);
  const put = (changed: string) => write("PutAccountSetting", { name: "BLOB_MOUNTING", value: changed });
  return {
    name: "setting",
    type: "AccountSetting",
    properties: { name: "BLOB_MOUNTING", value },
    disturbances: [() => same(put(value)), () => other(["value"], put(value === "ENABLED" ? "DISABLED" : "ENABLED"))],
  };
}

/** What one registry declares. */
export function randomTrials(random: Random, place: Place): Trial[] {
  const perhaps = (make: () => Trial | Trial[]): Trial[] => (chance(random, 40) ? [make()].flat() : []);
  return [
    ...Array.from({ length: 1 + random(3) }, (_, index) => repositories(random, place, index)).flat(),
    ...perhaps(() => elsewhere(random, place)),
    ...perhaps(() => registryPolicy(random, place)),
    ...perhaps(() => replication(random)),
    ...perhaps(() => scanners(random)),
    ...perhaps(() => signing(random, place)),
    ...perhaps(() => mirror(random)),
    ...perhaps(() => template(random)),
    ...perhaps(exclusion),
    ...perhaps(() => setting(random)),
  ];
}
