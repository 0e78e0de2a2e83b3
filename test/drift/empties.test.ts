/** Defaults and empties in states of other providers: what they write for what is not set is no change. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { catalog } from "../../provider/catalog.ts";
import type { Row, Rows, Schema } from "../../provider/define/property.ts";
import { camel, resourceCounterparts, terraformName } from "../../provider/migration/terraform.ts";
import {
  account,
  exportOf,
  keep,
  look,
  provider,
  pullPolicy,
  resource,
  type State,
  stackFrom,
  terraformFrom,
} from "./stacks.ts";

const destination = { destinations: [{ region: "eu-west-1", registryId: account }] };
const role = "arn:aws:iam::123456789012:role/puller";
const registryPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "a",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "ecr:ReplicateImage",
      Resource: "arn:aws:ecr:us-east-1:123456789012:repository/*",
    },
  ],
};
const signing = { rules: [{ signingProfileArn: "arn:aws:signer:us-east-1:123456789012:/signing-profiles/profile" }] };

/** The least of each type that is mapped: its id, what is required, and how it comes to be. */
const least: Readonly<Record<string, readonly [id: string, inputs: State, operation: string, input: object]>> = {
  Repository: ["app", { repositoryName: "app" }, "CreateRepository", { repositoryName: "app" }],
  RepositoryPolicy: [
    "app",
    { repositoryName: "app", policyText: JSON.stringify(pullPolicy("111111111111")) },
    "SetRepositoryPolicy",
    { repositoryName: "app", policyText: JSON.stringify(pullPolicy("111111111111")) },
  ],
  LifecyclePolicy: [
    "app",
    { repositoryName: "app", lifecyclePolicyText: JSON.stringify(keep(5)) },
    "PutLifecyclePolicy",
    { repositoryName: "app", lifecyclePolicyText: JSON.stringify(keep(5)) },
  ],
  RegistryPolicy: [
    account,
    { policyText: JSON.stringify(registryPolicy) },
    "PutRegistryPolicy",
    { policyText: JSON.stringify(registryPolicy) },
  ],
  ReplicationConfiguration: [
    account,
    { rules: [destination] },
    "PutReplicationConfiguration",
    { replicationConfiguration: { rules: [destination] } },
  ],
  RegistryScanningConfiguration: [
    account,
    { scanType: "BASIC" },
    "PutRegistryScanningConfiguration",
    { scanType: "BASIC", rules: [] },
  ],
  RepositoryCreationTemplate: [
    "team",
    { prefix: "team", appliedFor: ["REPLICATION"] },
    "CreateRepositoryCreationTemplate",
    { prefix: "team", appliedFor: ["REPLICATION"] },
  ],
  PullThroughCacheRule: [
    "quay",
    { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" },
    "CreatePullThroughCacheRule",
    { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" },
  ],
  AccountSetting: [
    "BASIC_SCAN_TYPE_VERSION",
    { name: "BASIC_SCAN_TYPE_VERSION", value: "AWS_NATIVE" },
    "PutAccountSetting",
    { name: "BASIC_SCAN_TYPE_VERSION", value: "AWS_NATIVE" },
  ],
  SigningConfiguration: [account, signing, "PutSigningConfiguration", { signingConfiguration: signing }],
  PullTimeUpdateExclusion: [role, { principalArn: role }, "RegisterPullTimeUpdateExclusion", { principalArn: role }],
};

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
  for (const [, , operation, input] of Object.values(least))
    emulator.asForeigner({ operation, input: input as Record<string, unknown> });
});
after(() => emulator.close());

/** A value of ours as Terraform writes it: an object as a list of one, words with underscores. */
function foreign(schema: Schema, value: unknown): unknown {
  if (schema.properties) {
    const members = Object.entries(value as State).map(([name, member]) => {
      const inner = schema.properties?.[name] as Schema;
      return [terraformName(name, inner), foreign(inner, member)];
    });
    return [Object.fromEntries(members)];
  }
  const { items } = schema;
  if (items && Array.isArray(value)) return value.flatMap((item) => (items.properties ? foreign(items, item) : [item]));
  return value;
}

const forms: Readonly<Record<string, (row: Row) => unknown>> = {
  absent: () => undefined,
  null: () => null,
  "an empty text": () => "",
  "an empty list": () => [],
  "an empty object": () => ({}),
  "AWS's default": ({ schema, default: value }) => (value === undefined ? undefined : foreign(schema, value)),
};

for (const [type, { to, renamed = {}, block }] of Object.entries(resourceCounterparts)) {
  const rows = catalog.resources.find(({ name }) => name === to)?.properties as Rows;
  const inputs = Object.entries(rows).filter(([, row]) => row.role === "input");
  const optional = inputs.filter(([, row]) => !row.required && !row.identity && row.names === undefined);

  for (const [form, make] of Object.entries(forms)) {
    test(`${type}: ${form} in place of any property that is not set is no change`, async () => {
      const [id, said] = least[to] as (typeof least)[string];
      for (const [property, changed] of [...optional, ["", undefined] as const]) {
        const values = inputs.flatMap(([name, row]) => {
          const value =
            name === property && changed ? make(changed) : name in said ? foreign(row.schema, said[name]) : undefined;
          return value === undefined ? [] : [[renamed[name] ?? terraformName(name, row.schema), value] as const];
        });
        const own = Object.fromEntries(values);
        const attributes = { id, registry_id: account, ...(block ? { [block]: [own] } : own) };
        const address = `${type}.it`;
        const states = {
          state: { version: 4, resources: [{ mode: "managed", type, name: "it", instances: [{ attributes }] }] },
          "show -json": {
            format_version: "1.0",
            values: { root_module: { resources: [{ mode: "managed", type, address, values: attributes }] } },
          },
        };
        for (const [kind, state] of Object.entries(states)) {
          const stack = await terraformFrom(state, { endpoint: emulator.url, region: "us-east-1" });
          const report = await look([stack], { coverage: false });
          const told = report.resources.map(({ class: found, fields }) => [found, fields]);
          assert.deepEqual(told, [["in-sync", []]], `${kind} ${property} ${JSON.stringify(attributes)}`);
        }
        const bridged = Object.fromEntries(values.map(([name, value]) => [camel(name), value]));
        const aws = provider(emulator.url, "aws");
        const words = { __defaults: [], ...(block ? { [camel(block)]: bridged } : bridged) };
        const token = `aws:ecr/${to.charAt(0).toLowerCase()}${to.slice(1)}:${to}`;
        const bridge = await stackFrom(exportOf([aws.state, resource(aws.ref, token, id, words)]));
        const report = await look([bridge], { coverage: false });
        const told = report.resources.map(({ class: found, fields }) => [found, fields]);
        assert.deepEqual(told, [["in-sync", []]], `aws ${property} ${JSON.stringify(words)}`);
      }
    });
  }
}
