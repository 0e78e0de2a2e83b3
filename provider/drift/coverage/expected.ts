/**
 * What ECR makes by itself and nobody declares one by one: repositories under a creation template or a pull through cache
 * rule, copies by replication, and the policies that a template gives them.
 */

import type { Catalog } from "../../catalog.ts";
import { definitionOf, documentProperties, isOfRepository, nameOf } from "../../declared/columns.ts";
import type { Row, Rows } from "../../define/property.ts";
import { equal, type Operation, type Resource } from "../../operations/definition.ts";
import { list } from "../../operations/list.ts";
import { read } from "../../operations/read.ts";
import { ProviderError } from "../../text/errors.ts";
import { isMap, type ValueMap } from "../../text/value.ts";

/** Why something undeclared is there, as the end of a sentence; undefined when nothing accounts for it. */
export type Expectations = (definition: Resource, id: string) => Promise<string | undefined>;

/** What a registry makes by itself. */
export interface Makers {
  readonly templates: readonly ValueMap[];
  /** Prefixes of pull through cache rules. */
  readonly rules: readonly string[];
  /** Where its repositories are copied to. */
  readonly replication: readonly ValueMap[];
  readonly repositories: () => Promise<ReadonlySet<string>>;
}

/** A registry that may copy into the one that is looked at. */
export interface Origin {
  readonly account: string;
  readonly region: string;
  readonly makers: Makers;
}

/** Reads what accounts for repositories. What may not be read accounts for nothing. */
export async function readMakers(catalog: Catalog, operation: Operation): Promise<Makers> {
  const all = (name: string) =>
    readAll(
      catalog.resources.find((definition) => definition.name === name),
      operation,
    );
  const [templates, rules, replication] = await Promise.all([
    all("RepositoryCreationTemplate"),
    all("PullThroughCacheRule"),
    all("ReplicationConfiguration"),
  ]);
  return {
    templates,
    rules: rules.flatMap((rule) => nameIn("PullThroughCacheRule", rule) ?? []),
    replication: replication.flatMap(({ rules }) => (Array.isArray(rules) ? rules.filter(isMap) : [])),
    async repositories() {
      const names = new Set<string>();
      for await (const page of operation.gateway.repositories())
        for (const { repositoryName = "" } of page) names.add(repositoryName);
      return names;
    },
  };
}

function nameIn(kind: string, properties: ValueMap): string | undefined {
  const definition = definitionOf(kind);
  return definition && nameOf(definition, properties);
}

async function readAll(definition: Resource | undefined, operation: Operation): Promise<ValueMap[]> {
  const found: ValueMap[] = [];
  if (!definition) return found;
  try {
    for await (const { id } of list(definition, operation, { prefix: "" })) {
      const live = await read(definition, operation, { id });
      if (live) found.push(live.inputs);
    }
  } catch (error) {
    // The listing for coverage meets the same failure and tells it.
    if (!(error instanceof ProviderError)) throw error;
  }
  return found;
}

/** Judges what is undeclared in the registry of `operation`. */
export function expectationsOf(
  operation: Operation,
  here: { readonly account: string; readonly region: string; readonly makers: Makers },
  origins: readonly Origin[],
): Expectations {
  const maker = async (name: string): Promise<{ why: string; template: ValueMap | undefined } | undefined> => {
    const template = templateOf(here.makers.templates, name);
    const rule = longest(here.makers.rules, name);
    const applied = Array.isArray(template?.["appliedFor"]) ? template["appliedFor"] : [];
    if (rule !== undefined) return { why: `the pull through cache rule ${shownPrefix(rule)} makes it`, template };
    const origin = await originOf(name, here, origins);
    if (origin) return { why: `replication from ${origin.account}/${origin.region} makes it`, template };
    const made = applied.some((use) => use !== "PULL_THROUGH_CACHE");
    return template && made
      ? { why: `the creation template ${shownPrefix(prefixOf(template))} makes it`, template }
      : undefined;
  };
  return async (definition, id) => {
    if (!isOfRepository(definition)) return undefined;
    const found = await maker(id);
    if (!found) return undefined;
    if (definition.name === "Repository") return found.why;
    return (await isAsTemplate(definition, id, operation, found.template))
      ? `${found.why} with the template's own`
      : undefined;
  };
}

/** A policy that is exactly what the template gives; another one is somebody's own. */
async function isAsTemplate(
  definition: Resource,
  id: string,
  operation: Operation,
  template: ValueMap | undefined,
): Promise<boolean> {
  const [document] = documentProperties(definition);
  const given = documentProperties(definitionOf("RepositoryCreationTemplate")).find(
    ({ language }) => language === document?.language,
  );
  if (!document || !template || !given || template[given.property] === undefined) return false;
  const row = (definition.properties as Rows)[document.property] as Row;
  const live = await read(definition, operation, { id });
  return live !== undefined && equal(row, live.inputs[document.property], template[given.property]) === true;
}

function prefixOf(template: ValueMap): string {
  return nameIn("RepositoryCreationTemplate", template) ?? "";
}

function templateOf(templates: readonly ValueMap[], name: string): ValueMap | undefined {
  const prefix = longest(
    templates.map((template) => prefixOf(template)),
    name,
  );
  return templates.find((template) => prefixOf(template) === prefix);
}

/** The longest prefix that fits; `ROOT` fits every name that no other does. */
function longest(prefixes: readonly string[], name: string): string | undefined {
  const fitting = prefixes.filter((prefix) => name.startsWith(`${prefix}/`)).sort((a, b) => b.length - a.length);
  return fitting[0] ?? prefixes.find((prefix) => prefix === "ROOT");
}

function shownPrefix(prefix: string): string {
  return prefix === "ROOT" ? "ROOT" : `${prefix}/`;
}

async function originOf(
  name: string,
  here: { readonly account: string; readonly region: string },
  origins: readonly Origin[],
): Promise<Origin | undefined> {
  for (const origin of origins) {
    const copies = origin.makers.replication.some(
      ({ destinations, repositoryFilters }) => isDestination(destinations, here) && isFiltered(repositoryFilters, name),
    );
    if (copies && (await origin.makers.repositories()).has(name)) return origin;
  }
  return undefined;
}

function isDestination(destinations: unknown, { account, region }: { account: string; region: string }): boolean {
  return (
    Array.isArray(destinations) &&
    destinations.some((entry) => isMap(entry) && entry["registryId"] === account && entry["region"] === region)
  );
}

function isFiltered(filters: unknown, name: string): boolean {
  if (!Array.isArray(filters) || filters.length === 0) return true;
  return filters.some((entry) => isMap(entry) && name.startsWith(String(entry["filter"])));
}
