/**
 * Resources of other providers in the words of our definitions, so that people who have not migrated get the same report:
 * `aws:ecr/*` (Terraform's names in camel case), Terraform's own `aws_ecr_*`, and `aws-native:ecr:*` (CloudFormation's names).
 * Names follow from the property tables; only what is called otherwise is written here.
 */

import type { Rows, Schema } from "../define/property.ts";
import { nameIn, tokenOf } from "../define/token.ts";
import { camel, resourceCounterparts, terraformName } from "../migration/terraform.ts";
import { isMap, type Value, type ValueMap, valueMap } from "../text/value.ts";
import { everything, type Hidden } from "./hidden.ts";

/** A part of a foreign resource that is one of ours. */
export interface Part {
  /** Our name in the catalog. */
  readonly to: string;
  /** Behind the type's name in reports, where the resource has several parts. */
  readonly suffix?: string;
  /** Where its properties are, when they are not the resource's own. */
  readonly within?: string;
  /** Property of ours → theirs, where that is another word. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** It is there only if this property is. */
  readonly needs?: string;
}

const nativePolicy = "repositoryPolicyText";
const nativeLifecycle = "lifecyclePolicy";

/** Cloud Control's types; one repository holds its policies as well. */
const native: Readonly<Record<string, readonly Part[]>> = {
  Repository: [
    { to: "Repository", renamed: { repositoryUri: "repositoryUri", forceDelete: "emptyOnDelete" } },
    { to: "RepositoryPolicy", suffix: `#${nativePolicy}`, needs: nativePolicy, renamed: { policyText: nativePolicy } },
    {
      to: "LifecyclePolicy",
      suffix: `#${nativeLifecycle}`,
      needs: nativeLifecycle,
      renamed: { lifecyclePolicyText: `${nativeLifecycle}.lifecyclePolicyText` },
    },
  ],
  RegistryPolicy: [{ to: "RegistryPolicy" }],
  ReplicationConfiguration: [{ to: "ReplicationConfiguration", within: "replicationConfiguration" }],
  RegistryScanningConfiguration: [{ to: "RegistryScanningConfiguration" }],
  RepositoryCreationTemplate: [{ to: "RepositoryCreationTemplate" }],
  PullThroughCacheRule: [{ to: "PullThroughCacheRule" }],
  SigningConfiguration: [{ to: "SigningConfiguration" }],
  PullTimeUpdateExclusion: [{ to: "PullTimeUpdateExclusion" }],
};

/** Names of Cloud Control's types that are read. */
export const nativeTypes: readonly string[] = Object.keys(native);

/** Members of objects that Cloud Control calls otherwise. */
const nativeMembers: Readonly<Record<string, string>> = {
  filter: "imageTagMutabilityExclusionFilterValue",
  filterType: "imageTagMutabilityExclusionFilterType",
};

/** Whether a type has to do with ECR at all. */
export function isEcrType(type: string): boolean {
  return /^(ecr:|aws:ecr\/|aws:ecr:|aws:ecrpublic|aws-native:ecr:|aws_ecr_|aws_ecrpublic_)/.test(type);
}

/** The parts of a type of any of the providers; empty when it is not covered. */
export function partsOf(type: string): readonly Part[] {
  const ours = nameIn(type);
  if (ours !== undefined) return [{ to: ours }];
  if (type.startsWith("aws-native:ecr:")) return own(native, type.slice("aws-native:ecr:".length)) ?? [];
  const terraform = type.startsWith("aws_ecr_") ? type : terraformType(type);
  const counterpart = terraform === undefined ? undefined : own(resourceCounterparts, terraform);
  if (!counterpart) return [];
  const { to, renamed, block } = counterpart;
  return [{ to, ...(renamed ? { renamed } : {}), ...(block ? { within: block } : {}) }];
}

/** `aws:ecr/repositoryPolicy:RepositoryPolicy` → `aws_ecr_repository_policy`. */
function terraformType(type: string): string | undefined {
  const name = /^aws:ecr\/[A-Za-z]+:([A-Za-z]+)$/.exec(type)?.[1];
  return name === undefined ? undefined : `aws_ecr${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

/** The type of another provider that stands for one of ours, such as for `pulumi import`. */
export function typeLike(example: string, name: string): string {
  if (example.startsWith("aws-native:")) return `aws-native:ecr:${name}`;
  if (example.startsWith("aws:")) return `aws:ecr/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
  return tokenOf(name);
}

/** The properties of a part in our words; undefined when the resource does not have that part. */
export function inOurWords(part: Part, rows: Rows, foreign: ValueMap): ValueMap | undefined {
  if (part.needs !== undefined && foreign[part.needs] === undefined) return undefined;
  const within = part.within === undefined ? undefined : unlisted(look(foreign, [part.within, camel(part.within)]));
  const own = valueMap();
  for (const [name, { schema, role, required, default: ours }] of Object.entries(rows)) {
    const inside = isMap(within) && role === "input" ? within : foreign;
    const value = look(inside, namesOf(name, schema, part.renamed?.[name]));
    // No blocks are none of what there always is a list of, and nothing said of the rest.
    const isList = Array.isArray(value) && (required === true || Array.isArray(ours));
    const told = value === undefined ? undefined : (inOurShape(schema, value) ?? (isList ? [] : undefined));
    if (told !== undefined) own[name] = told;
  }
  return own;
}

/** Of our properties, those that come from the foreign ones named. */
export function ourNames(part: Part, rows: Rows, foreign: ReadonlySet<string>): ReadonlySet<string> {
  if (foreign.size === 0) return foreign;
  const within = part.within !== undefined && [part.within, camel(part.within)].some((name) => foreign.has(name));
  return new Set(
    Object.entries(rows).flatMap(([name, { schema, role }]) => {
      const roots = namesOf(name, schema, part.renamed?.[name]).map((one) => one.split(".")[0] ?? one);
      return (within && role === "input") || roots.some((root) => foreign.has(root)) ? [name] : [];
    }),
  );
}

/** Each of our properties whose value is hidden, for the reason of the foreign one that it comes from. */
export function hiddenOf(part: Part, rows: Rows, foreign: Hidden): Hidden {
  if (foreign.size === 0) return foreign;
  return new Map(
    [...foreign].flatMap(([name, why]) =>
      (name === everything ? [name] : [...ourNames(part, rows, new Set([name]))])
        .filter((own) => rows[own]?.role !== "output")
        .map((own) => [own, why] as const),
    ),
  );
}

/** What a property may be called: our word, the other's, in snake case or camel case, a list of one in the plural. */
function namesOf(name: string, schema: Schema, renamed: string | undefined): string[] {
  const words = [...(renamed === undefined ? [] : [renamed]), name, terraformName(name, schema)];
  const tags = name === "tags" ? ["tags_all", "tagsAll"] : [];
  return [...tags, ...words.flatMap((word) => [word, camel(word), `${camel(word)}s`])];
}

/** The first of the names that is there; a dotted one is looked up member by member. */
function look(values: ValueMap, names: readonly string[]): Value | undefined {
  for (const name of names) {
    let current: Value | undefined = values;
    for (const part of name.split(".")) current = isMap(current) ? own(current, part) : undefined;
    if (current !== undefined && current !== null) return current;
  }
  return undefined;
}

/** Other providers write "", empty lists and empty objects for what is not set, and an object as a list of one. */
function inOurShape(schema: Schema, value: Value): Value | undefined {
  if (isEmpty(value)) return undefined;
  const told = reshaped(schema, value);
  return told === undefined || isEmpty(told) ? undefined : told;
}

function isEmpty(value: Value): boolean {
  if (value === null || value === "") return true;
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
}

function reshaped(schema: Schema, value: Value): Value | undefined {
  if (schema.properties) return objectInOurShape(schema.properties, unlisted(value));
  if (schema.items) {
    const { items } = schema;
    return Array.isArray(value) ? value.flatMap((item) => inOurShape(items, item) ?? []) : undefined;
  }
  if (schema.additionalProperties) return Array.isArray(value) ? mapOfPairs(value) : withoutNotes(value);
  return value;
}

function objectInOurShape(properties: Readonly<Record<string, Schema>>, value: Value | undefined): Value | undefined {
  if (!isMap(value)) return undefined;
  const members = Object.entries(properties).flatMap(([name, schema]) => {
    const found = look(value, namesOf(name, schema, own(nativeMembers, name)));
    const told = found === undefined ? undefined : inOurShape(schema, found);
    return told === undefined ? [] : [[name, told] as [string, Value]];
  });
  return valueMap(members);
}

/** In each object the bridge notes which members a default filled in; a map would show that as an entry. */
function withoutNotes(value: Value): Value {
  return isMap(value) ? valueMap(Object.entries(value).filter(([name]) => name !== "__defaults")) : value;
}

/** CloudFormation's `[{key, value}]`. */
function mapOfPairs(pairs: readonly Value[]): ValueMap {
  return valueMap(
    pairs.flatMap((pair) => {
      const [key, value] = isMap(pair) ? [pair["key"], pair["value"]] : [];
      return typeof key === "string" && value !== undefined ? [[key, value] as [string, Value]] : [];
    }),
  );
}

function unlisted(value: Value | undefined): Value | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
