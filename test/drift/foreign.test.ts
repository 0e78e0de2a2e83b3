/** States of other providers and of Terraform: the same registry gives the same answer. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import type { DriftReport } from "../../provider/drift/report/report.ts";
import {
  account,
  exportOf,
  findingIds,
  keep,
  look,
  provider,
  pullPolicy,
  resource,
  type State,
  stackFrom,
  terraformFrom,
} from "./stacks.ts";

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
  const as = (operation: string, input: Record<string, unknown>) => emulator.asForeigner({ operation, input });
  as("CreateRepository", {
    repositoryName: "team/app",
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filter: "latest*", filterType: "WILDCARD" }],
    imageScanningConfiguration: { scanOnPush: true },
    tags: [
      { Key: "env", Value: "hand" },
      { Key: "team", Value: "core" },
    ],
  });
  as("SetRepositoryPolicy", {
    repositoryName: "team/app",
    policyText: JSON.stringify(pullPolicy("111111111111", "222222222222")),
  });
  as("PutLifecyclePolicy", { repositoryName: "team/app", lifecyclePolicyText: JSON.stringify(keep(1)) });
  as("PutReplicationConfiguration", {
    replicationConfiguration: {
      rules: [
        {
          destinations: [{ region: "eu-west-1", registryId: account }],
          repositoryFilters: [{ filter: "team", filterType: "PREFIX_MATCH" }],
        },
      ],
    },
  });
  as("CreatePullThroughCacheRule", { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
});
after(() => emulator.close());

const declaredPolicy = JSON.stringify(pullPolicy("111111111111"));
const declaredLifecycle = JSON.stringify(keep(5));
const rules = [
  {
    destinations: [{ region: "eu-west-1", registryId: account }],
    repositoryFilters: [{ filter: "team", filterType: "PREFIX_MATCH" }],
  },
];

/** The same declarations in the words of each provider. */
const states: Readonly<Record<string, (ref: string) => State[]>> = {
  ecr: (ref) => [
    resource(ref, "Repository", "team/app", {
      repositoryName: "team/app",
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "latest*", filterType: "WILDCARD" }],
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: "AES256" },
      tags: { env: "dev", team: "core" },
    }),
    resource(ref, "RepositoryPolicy", "team/app", { repositoryName: "team/app", policyText: declaredPolicy }),
    resource(ref, "LifecyclePolicy", "team/app", {
      repositoryName: "team/app",
      lifecyclePolicyText: declaredLifecycle,
    }),
    resource(ref, "ReplicationConfiguration", `${account}/us-east-1`, { rules }),
    resource(ref, "PullThroughCacheRule", "quay", { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }),
  ],
  aws: (ref) => [
    resource(
      ref,
      "aws:ecr/repository:Repository",
      "team/app",
      {
        __defaults: ["forceDelete"],
        name: "team/app",
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filter: "latest*", filterType: "WILDCARD", __defaults: [] }],
        imageScanningConfiguration: { scanOnPush: false, __defaults: [] },
        encryptionConfigurations: [{ encryptionType: "AES256", __defaults: [] }],
        tags: { env: "dev" },
        tagsAll: { env: "dev", team: "core" },
      },
      {
        outputs: {
          id: "team/app",
          name: "team/app",
          arn: `arn:aws:ecr:us-east-1:${account}:repository/team/app`,
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: [{ filter: "latest*", filterType: "WILDCARD" }],
          imageScanningConfiguration: { scanOnPush: false },
          encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }],
          tags: { env: "dev" },
          tagsAll: { env: "dev", team: "core" },
          repositoryUrl: "x",
        },
      },
    ),
    resource(ref, "aws:ecr/repositoryPolicy:RepositoryPolicy", "team/app", {
      repository: "team/app",
      policy: declaredPolicy,
    }),
    resource(ref, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "team/app", {
      repository: "team/app",
      policy: declaredLifecycle,
    }),
    resource(ref, "aws:ecr/replicationConfiguration:ReplicationConfiguration", account, {
      replicationConfiguration: { rules },
    }),
    resource(ref, "aws:ecr/pullThroughCacheRule:PullThroughCacheRule", "quay", {
      ecrRepositoryPrefix: "quay",
      upstreamRegistryUrl: "quay.io",
    }),
  ],
  "aws-native": (ref) => [
    resource(ref, "aws-native:ecr:Repository", "team/app", {
      repositoryName: "team/app",
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [
        { imageTagMutabilityExclusionFilterType: "WILDCARD", imageTagMutabilityExclusionFilterValue: "latest*" },
      ],
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: "AES256" },
      tags: [
        { key: "env", value: "dev" },
        { key: "team", value: "core" },
      ],
      repositoryPolicyText: pullPolicy("111111111111"),
      lifecyclePolicy: { lifecyclePolicyText: declaredLifecycle },
    }),
    resource(ref, "aws-native:ecr:ReplicationConfiguration", account, { replicationConfiguration: { rules } }),
    resource(ref, "aws-native:ecr:PullThroughCacheRule", "quay", {
      ecrRepositoryPrefix: "quay",
      upstreamRegistryUrl: "quay.io",
    }),
  ],
};

const attributes = {
  aws_ecr_repository: {
    id: "team/app",
    name: "team/app",
    arn: `arn:aws:ecr:us-east-1:${account}:repository/team/app`,
    image_tag_mutability: "IMMUTABLE_WITH_EXCLUSION",
    image_tag_mutability_exclusion_filter: [{ filter: "latest*", filter_type: "WILDCARD" }],
    image_scanning_configuration: [{ scan_on_push: false }],
    encryption_configuration: [{ encryption_type: "AES256", kms_key: "" }],
    tags: { env: "dev" },
    tags_all: { env: "dev", team: "core" },
    force_delete: null,
    timeouts: null,
  },
  aws_ecr_repository_policy: { id: "team/app", repository: "team/app", policy: declaredPolicy, registry_id: account },
  aws_ecr_lifecycle_policy: { id: "team/app", repository: "team/app", policy: declaredLifecycle, registry_id: account },
  aws_ecr_replication_configuration: {
    id: account,
    registry_id: account,
    replication_configuration: [
      {
        rule: [
          {
            destination: [{ region: "eu-west-1", registry_id: account }],
            repository_filter: [{ filter: "team", filter_type: "PREFIX_MATCH" }],
          },
        ],
      },
    ],
  },
  aws_ecr_pull_through_cache_rule: {
    id: "quay",
    ecr_repository_prefix: "quay",
    upstream_registry_url: "quay.io",
    credential_arn: "",
  },
};

/** What a report says, without the words of the provider. */
function essence({ resources }: DriftReport) {
  return (JSON.parse(JSON.stringify(resources)) as typeof resources)
    .map(({ id, class: kind, fields }) => ({
      id: id.startsWith(account) ? account : id,
      kind,
      fields: fields.map(({ path, declared, live, moved, meaning }) => ({ path, declared, live, moved, meaning })),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

async function ours() {
  const { state, ref } = provider(emulator.url);
  return essence(await look([await stackFrom(exportOf([state, ...(states["ecr"]?.(ref) ?? [])]))]));
}

test("the answer for our own types is the one that the others are held to", async () => {
  assert.deepEqual(
    (await ours()).map(({ id, kind, fields }) => [id, kind, fields.map(({ path, meaning }) => `${path} ${meaning}`)]),
    [
      [account, "in-sync", []],
      ["quay", "in-sync", []],
      ["team/app", "changed", ["imageScanningConfiguration.scanOnPush setting", "tags.env setting"]],
      ["team/app", "changed", ["lifecyclePolicyText retention"]],
      ["team/app", "changed", ["policyText access-gain"]],
    ],
  );
});

for (const name of ["aws", "aws-native"]) {
  test(`${name} gives the same answer`, async () => {
    const inputs = name === "aws" ? { defaultTags: JSON.stringify({ tags: { team: "core" } }) } : {};
    const { state, ref } = provider(emulator.url, name, inputs);
    const report = await look([await stackFrom(exportOf([state, ...(states[name]?.(ref) ?? [])]))]);
    assert.deepEqual(essence(report), await ours());
    assert.ok(report.resources.every(({ type }) => type.startsWith(`${name}:`)));
  });
}

test("a Terraform state gives the same answer, and its commands are Terraform's", async () => {
  const resources = Object.entries(attributes).map(([type, values]) => ({
    mode: "managed",
    type,
    name: "it",
    module: "module.registry",
    provider: 'provider["registry.terraform.io/hashicorp/aws"]',
    instances: [{ schema_version: 0, attributes: values, sensitive_attributes: [] }],
  }));
  const data = {
    mode: "data",
    type: "aws_ecr_repository",
    name: "other",
    instances: [{ attributes: { id: "other" } }],
  };
  const state = { version: 4, terraform_version: "1.9.0", resources: [data, ...resources] };
  const report = await look([await terraformFrom(state, { endpoint: emulator.url, region: "us-east-1" })]);
  assert.deepEqual(essence(report), await ours());
  const changed = report.resources.find(({ type }) => type === "aws_ecr_repository");
  assert.equal(changed?.fix, "terraform apply -target=module.registry.aws_ecr_repository.it");
});

test("what terraform show -json prints gives the same answer, in modules of modules", async () => {
  const resources = Object.entries(attributes).map(([type, values]) => ({
    address: `module.a.module.b.${type}.it["x"]`,
    mode: "managed",
    type,
    values,
    sensitive_values: {},
  }));
  const shown = {
    format_version: "1.0",
    terraform_version: "1.9.0",
    values: { root_module: { child_modules: [{ address: "module.a", child_modules: [{ resources }] }] } },
  };
  const report = await look([await terraformFrom(shown, { endpoint: emulator.url, region: "us-east-1" })]);
  assert.deepEqual(essence(report), await ours());
});

test("what Terraform marks as sensitive is compared and not shown", async () => {
  const policy = attributes.aws_ecr_repository_policy;
  const sensitive = [[{ type: "get_attr", value: "policy" }]];
  const instances = [{ attributes: policy, sensitive_attributes: sensitive }];
  const state = {
    version: 4,
    resources: [{ mode: "managed", type: "aws_ecr_repository_policy", name: "it", instances }],
  };
  const report = await look([await terraformFrom(state, { endpoint: emulator.url, region: "us-east-1" })], {
    coverage: false,
  });
  assert.equal(report.resources[0]?.fields[0]?.live, "[secret]");
  assert.ok(!JSON.stringify(report).includes("111111111111"));
});

for (const [what, state] of [
  ["another version", { version: 3, resources: [] }],
  ["something else", { hello: 1 }],
] as const) {
  test(`${what} is no Terraform state`, async () => {
    await assert.rejects(terraformFrom(state, {}), /neither a Terraform state of version 4/);
  });
}

test("an unmanaged resource is imported in the words of the provider that declares the others", async () => {
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "stray" } });
  const { state, ref } = provider(emulator.url, "aws");
  const report = await look([await stackFrom(exportOf([state, ...(states["aws"]?.(ref) ?? [])]))]);
  const stray = report.resources.find(({ id }) => id === "stray");
  assert.equal(stray?.fix, "pulumi import aws:ecr/repository:Repository stray stray");
  assert.deepEqual(stray && findingIds(stray), ["unmanaged"]);
});
