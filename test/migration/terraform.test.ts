/** The mapping for `pulumi convert --from terraform`: how it is asked for, and that it leads to properties that exist. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalog } from "../../provider/catalog.ts";
import { dataSourceCounterparts, resourceCounterparts } from "../../provider/migration/terraform.ts";
import { type Plugin, proto, startPlugin } from "../harness/client.ts";

let plugin: Plugin;
before(async () => {
  plugin = await startPlugin({ endpoint: "http://127.0.0.1:9" });
});
after(() => plugin.close());

async function getMapping(key: string, provider: string) {
  const request = new proto.GetMappingRequest();
  request.setKey(key);
  request.setProvider(provider);
  const response = await plugin.call<proto.GetMappingResponse>("getMapping", request);
  return { provider: response.getProvider(), data: Buffer.from(response.getData_asU8()).toString() };
}

async function getMappings(key: string): Promise<string[]> {
  const request = new proto.GetMappingsRequest();
  request.setKey(key);
  return (await plugin.call<proto.GetMappingsResponse>("getMappings", request)).getProvidersList();
}

interface Attribute {
  type: number;
  optional?: boolean;
  required?: boolean;
  computed?: boolean;
  maxItems?: number;
  element?: { schema?: Attribute; resource?: Record<string, Attribute> };
}
interface Field {
  name?: string;
  maxItemsOne?: boolean;
  fields?: Record<string, Field>;
  element?: Field;
}
interface Mapping {
  name: string;
  provider: Record<"schema", Record<string, Attribute>> &
    Record<"resources" | "dataSources", Record<string, Record<string, Attribute>>>;
  resources: Record<string, { tok: string; fields: Record<string, Field> }>;
  dataSources: Record<string, { tok: string; fields: Record<string, Field> }>;
}

async function mapping(): Promise<Mapping> {
  return JSON.parse((await getMapping("terraform", "aws")).data) as Mapping;
}

test("only Terraform's aws is mapped, and whoever asks for something else gets an empty answer", async () => {
  assert.deepEqual(await getMappings("terraform"), ["aws"]);
  assert.deepEqual(await getMappings("cloudformation"), []);
  assert.equal((await getMapping("terraform", "aws")).provider, "aws");
  for (const [key, provider] of [
    ["terraform", ""],
    ["terraform", "google"],
    ["tf", "aws"],
    ["", ""],
  ] as const)
    assert.deepEqual(await getMapping(key, provider), { provider: "", data: "" });
});

test("a repository of Terraform becomes ours, with each word in its place", async () => {
  const { name, provider, resources } = await mapping();
  assert.equal(name, "aws");
  const { tok, fields } = resources["aws_ecr_repository"] ?? assert.fail("it is not mapped");
  assert.equal(tok, "ecr:index:Repository");
  const renamed = (name: string) => fields[name]?.name;
  assert.equal(renamed("name"), "repositoryName");
  assert.equal(renamed("repository_url"), "repositoryUri");
  assert.equal(renamed("image_tag_mutability_exclusion_filter"), "imageTagMutabilityExclusionFilters");
  assert.equal(fields["encryption_configuration"]?.maxItemsOne, true);
  assert.equal(fields["encryption_configuration"]?.element?.fields?.["kms_key"]?.name, "kmsKey");
  const attributes = provider.resources["aws_ecr_repository"] ?? {};
  assert.deepEqual(attributes["force_delete"], { type: 1, optional: true });
  assert.deepEqual(attributes["image_scanning_configuration"], {
    type: 5,
    maxItems: 1,
    element: { resource: { scan_on_push: { type: 1, optional: true } } },
    optional: true,
  });
  assert.deepEqual(attributes["tags"], { type: 6, element: { schema: { type: 4 } }, optional: true });
  assert.deepEqual(attributes["arn"], { type: 4, computed: true });
});

test("the text of each policy finds its property, and the block around replication rules stays", async () => {
  const { resources } = await mapping();
  const names = (type: string, name: string) => resources[type]?.fields[name]?.name;
  assert.equal(names("aws_ecr_repository_policy", "repository"), "repositoryName");
  assert.equal(names("aws_ecr_repository_policy", "policy"), "policyText");
  assert.equal(names("aws_ecr_lifecycle_policy", "policy"), "lifecyclePolicyText");
  assert.equal(names("aws_ecr_registry_policy", "policy"), "policyText");
  const block = resources["aws_ecr_replication_configuration"]?.fields["replication_configuration"];
  assert.equal(block?.name, "replicationConfiguration");
  assert.deepEqual(Object.keys(block?.fields ?? {}), ["rule"]);
  assert.equal(block?.fields?.["rule"]?.element?.fields?.["destination"]?.name, "destinations");
});

test("every counterpart that the catalog has is mapped, and every renamed property is one of its own", async () => {
  const map = await mapping();
  const functions = catalog.functions.map(({ name, args, results }) => ({ name, properties: { ...args, ...results } }));
  for (const [counterparts, mapped, offered] of [
    [resourceCounterparts, map.resources, catalog.resources],
    [dataSourceCounterparts, map.dataSources, functions],
  ] as const) {
    for (const [type, { to, renamed = {} }] of Object.entries(counterparts)) {
      const target = offered.find(({ name }) => name === to);
      assert.equal(mapped[type]?.tok, target && `ecr:index:${to}`, type);
      for (const property of Object.keys(renamed)) {
        if (target) assert.ok(Object.hasOwn(target.properties as object, property), `${type}: ${property}`);
      }
    }
  }
});

test("each attribute has exactly one use and a kind that the bridge knows, at every depth", async () => {
  const { provider } = await mapping();
  function look(name: string, attribute: Attribute, inside: boolean): void {
    assert.ok(Number.isInteger(attribute.type) && attribute.type >= 1 && attribute.type <= 7, name);
    const uses = [attribute.optional, attribute.required, attribute.computed].filter(Boolean).length;
    assert.ok(inside ? uses <= 1 : uses === 1, name);
    if (attribute.element?.schema) look(name, attribute.element.schema, true);
    for (const [member, one] of Object.entries(attribute.element?.resource ?? {})) look(`${name}.${member}`, one, true);
  }
  for (const [name, attribute] of Object.entries(provider.schema)) look(name, attribute, false);
  for (const types of [provider.resources, provider.dataSources])
    for (const [type, attributes] of Object.entries(types))
      for (const [name, attribute] of Object.entries(attributes))
        look(`${type}.${name}`, attribute, name === "replication_configuration");
  assert.ok(!Object.hasOwn(provider.schema, "default_tags"), "a block of another shape is not claimed");
});

/** What Terraform's documentation calls the attributes, inside blocks with the path to them. */
const documented: Readonly<Record<string, readonly string[]>> = {
  aws_ecr_repository: [
    ...["arn", "force_delete", "image_tag_mutability", "name", "registry_id", "repository_url", "tags"],
    ...["encryption_configuration.encryption_type", "encryption_configuration.kms_key"],
    ...["image_scanning_configuration.scan_on_push"],
    ...["image_tag_mutability_exclusion_filter.filter", "image_tag_mutability_exclusion_filter.filter_type"],
  ],
  aws_ecr_repository_policy: ["policy", "registry_id", "repository"],
  aws_ecr_lifecycle_policy: ["policy", "registry_id", "repository"],
  aws_ecr_registry_policy: ["policy", "registry_id"],
  aws_ecr_replication_configuration: [
    "registry_id",
    ...[
      "destination.region",
      "destination.registry_id",
      "repository_filter.filter",
      "repository_filter.filter_type",
    ].map((path) => `replication_configuration.rule.${path}`),
  ],
  aws_ecr_registry_scanning_configuration: [
    ...["registry_id", "scan_type", "rule.scan_frequency"],
    ...["rule.repository_filter.filter", "rule.repository_filter.filter_type"],
  ],
  aws_ecr_repository_creation_template: [
    ...["applied_for", "custom_role_arn", "description", "encryption_configuration.encryption_type"],
    ...["encryption_configuration.kms_key", "image_tag_mutability", "image_tag_mutability_exclusion_filter.filter"],
    ...["image_tag_mutability_exclusion_filter.filter_type", "lifecycle_policy", "prefix", "registry_id"],
    ...["repository_policy", "resource_tags"],
  ],
  aws_ecr_pull_through_cache_rule: [
    ...["credential_arn", "custom_role_arn", "ecr_repository_prefix", "registry_id", "upstream_registry_url"],
    "upstream_repository_prefix",
  ],
  aws_ecr_account_setting: ["name", "value"],
  aws_ecr_signing_configuration: [
    ...["registry_id", "rule.signing_profile_arn"],
    ...["rule.repository_filter.filter", "rule.repository_filter.filter_type"],
  ],
  aws_ecr_pull_time_update_exclusion: ["principal_arn"],
};

test("whatever Terraform's documentation lists is mapped under its very name", async () => {
  const { provider, resources } = await mapping();
  const paths = (attributes: Record<string, Attribute>): string[] =>
    Object.entries(attributes).flatMap(([name, { element }]) =>
      element?.resource ? paths(element.resource).map((path) => `${name}.${path}`) : [name],
    );
  for (const [type, wanted] of Object.entries(documented)) {
    if (!resources[type]) continue;
    const mapped = new Set(paths(provider.resources[type] ?? {}));
    assert.deepEqual(
      wanted.filter((path) => !mapped.has(path)),
      [],
      type,
    );
  }
});
