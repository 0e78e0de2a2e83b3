/**
 * The mapping that `pulumi convert --from terraform` asks for: the AWS provider's ECR types in our words. It is the JSON form
 * of the Terraform bridge's provider description (pulumi-terraform-bridge, pkg/tfbridge/info, `MarshallableProvider`).
 * Types and names follow from the property tables; only what Terraform calls otherwise is written here.
 *
 * Lives here: names and shapes of other providers, for Pulumi's converters.
 * May not live here: a name that follows from the property tables, states of Terraform (`declared/terraform/`).
 */

import type { Rows, Schema } from "../define/property.ts";
import { tokenOf } from "../define/token.ts";

/** A resource or function of ours that stands for one of Terraform's. */
interface Counterpart {
  /** Its name in the catalog. What the catalog does not have is not mapped. */
  readonly to: string;
  /** Property of ours → what Terraform calls it, where that is not the same words with underscores. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Terraform puts the inputs into one block of this name. The mapping keeps the block, which must be taken off by hand. */
  readonly block?: string;
}

type Counterparts = Readonly<Record<string, Counterpart>>;

export const resourceCounterparts: Counterparts = {
  aws_ecr_repository: { to: "Repository", renamed: { repositoryName: "name", repositoryUri: "repository_url" } },
  aws_ecr_repository_policy: {
    to: "RepositoryPolicy",
    renamed: { repositoryName: "repository", policyText: "policy" },
  },
  aws_ecr_lifecycle_policy: {
    to: "LifecyclePolicy",
    renamed: { repositoryName: "repository", lifecyclePolicyText: "policy" },
  },
  aws_ecr_registry_policy: { to: "RegistryPolicy", renamed: { policyText: "policy" } },
  aws_ecr_replication_configuration: { to: "ReplicationConfiguration", block: "replication_configuration" },
  aws_ecr_registry_scanning_configuration: { to: "RegistryScanningConfiguration" },
  aws_ecr_repository_creation_template: { to: "RepositoryCreationTemplate" },
  aws_ecr_pull_through_cache_rule: { to: "PullThroughCacheRule" },
  aws_ecr_account_setting: { to: "AccountSetting" },
  aws_ecr_signing_configuration: { to: "SigningConfiguration" },
  aws_ecr_pull_time_update_exclusion: { to: "PullTimeUpdateExclusion" },
};

export const dataSourceCounterparts: Counterparts = {
  aws_ecr_repository: { to: "getRepository", renamed: { repositoryName: "name", repositoryUri: "repository_url" } },
  aws_ecr_repositories: { to: "getRepositories", renamed: { repositoryNames: "names" } },
  aws_ecr_image: { to: "getImage" },
  aws_ecr_images: { to: "getImageIds", renamed: { imageIds: "image_ids" } },
  aws_ecr_authorization_token: { to: "getAuthorizationToken" },
};

/** Configuration that has another shape in Terraform: a block of tags, and a block of endpoints. */
const otherShape = ["defaultTags", "endpoint"];

/** The bridge's numbers for kinds of values (pkg/tfshim, `ValueType`). */
const kinds = { boolean: 1, integer: 2, number: 3, string: 4, array: 5, map: 6 } as const;

/** Terraform's side of a property. */
interface Attribute {
  readonly type: number;
  readonly optional?: true;
  readonly required?: true;
  readonly computed?: true;
  readonly maxItems?: number;
  readonly element?: { readonly schema: Attribute } | { readonly resource: Attributes };
}
type Attributes = { readonly [name: string]: Attribute };

/** Our side of it. */
interface Field {
  readonly name?: string;
  readonly maxItemsOne?: boolean;
  readonly fields?: Fields;
  readonly element?: Field;
}
type Fields = { readonly [name: string]: Field };

interface Named {
  readonly name: string;
  readonly rows: Rows;
}

interface Offered {
  readonly version: string;
  readonly configuration: Rows;
  readonly resources: readonly Named[];
  readonly functions: readonly Named[];
}

/** The mapping for Terraform's provider `aws`, as a plain object. */
export function terraformMapping({ version, configuration, resources, functions }: Offered) {
  const provider = mapped(Object.entries(configuration).filter(([name]) => !otherShape.includes(name)));
  const ofResources = all(resourceCounterparts, resources);
  const ofDataSources = all(dataSourceCounterparts, functions);
  return {
    name: "aws",
    version,
    provider: {
      schema: provider.attributes,
      resources: ofResources.attributes,
      dataSources: ofDataSources.attributes,
    },
    config: provider.fields,
    resources: ofResources.infos,
    dataSources: ofDataSources.infos,
  };
}

function all(counterparts: Counterparts, offered: readonly Named[]) {
  const attributes: Record<string, Attributes> = {};
  const infos: Record<string, { tok: string; fields: Fields }> = {};
  for (const [type, { to, renamed, block }] of Object.entries(counterparts)) {
    const found = offered.find(({ name }) => name === to);
    if (!found) continue;
    const [inputs, others] = split(
      Object.entries(found.rows),
      ([, { role }]) => block !== undefined && role === "input",
    );
    const [outside, inside] = [mapped(others, renamed), mapped(inputs, renamed)];
    attributes[type] = { ...outside.attributes, ...(block ? { [block]: blockOf(inside.attributes, 1) } : {}) };
    const fields = block ? { [block]: { name: camel(block), ...single(inside.fields) } } : {};
    infos[type] = { tok: tokenOf(to), fields: { ...outside.fields, ...fields } };
  }
  return { attributes, infos };
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function mapped(rows: readonly (readonly [string, Rows[string]])[], renamed: Counterpart["renamed"] = {}) {
  const attributes: Record<string, Attribute> = {};
  const fields: Record<string, Field> = {};
  for (const [name, row] of rows) {
    const terraform = renamed[name] ?? terraformName(name, row.schema);
    const use = row.required
      ? { required: true as const }
      : row.role === "output"
        ? { computed: true as const }
        : { optional: true as const };
    attributes[terraform] = { ...attributeOf(row.schema), ...use };
    fields[terraform] = { name, ...fieldOf(row.schema) };
  }
  return { attributes, fields };
}

/** Terraform's kind of value: objects are blocks, and a single one is a list of at most one. */
function attributeOf(schema: Schema): Attribute {
  if (schema.properties) return blockOf(membersOf(schema), 1);
  if (schema.items?.properties) return blockOf(membersOf(schema.items));
  if (schema.items) return { type: kinds.array, element: { schema: attributeOf(schema.items) } };
  if (schema.additionalProperties)
    return { type: kinds.map, element: { schema: attributeOf(schema.additionalProperties) } };
  // A document is text there.
  return { type: kinds[schema.type as keyof typeof kinds] ?? kinds.string };
}

function blockOf(members: Attributes, maxItems?: number): Attribute {
  return { type: kinds.array, ...(maxItems ? { maxItems } : {}), element: { resource: members } };
}

function membersOf({ properties = {}, required = [] }: Schema): Attributes {
  return Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [
      terraformName(name, member),
      {
        ...attributeOf(member),
        ...(required.includes(name) ? { required: true as const } : { optional: true as const }),
      },
    ]),
  );
}

function fieldOf(schema: Schema): Field {
  if (schema.properties) return single(memberFields(schema));
  if (schema.items?.properties) return { maxItemsOne: false, element: { fields: memberFields(schema.items) } };
  return schema.items ? { maxItemsOne: false } : {};
}

/** A list of at most one that is an object here; converters look for its members in both places. */
function single(fields: Fields): Field {
  return { maxItemsOne: true, fields, element: { fields } };
}

function memberFields({ properties = {} }: Schema): Fields {
  return Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [terraformName(name, member), { name, ...fieldOf(member) }]),
  );
}

/** `scanOnPush` → `scan_on_push`; a block that may come several times is named in the singular, `rules` → `rule`. */
export function terraformName(name: string, schema: Schema): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return schema.items?.properties && words.endsWith("s") ? words.slice(0, -1) : words;
}

export function camel(words: string): string {
  return words.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
