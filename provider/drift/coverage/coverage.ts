/**
 * What lives in a registry and is in no stack, type by type, by the catalog's own listings.
 *
 * Lives here: live resources that are not in any stack, and those among them that ECR is expected to make.
 * May not live here: comparison of declared resources (`compare/`), what a user accepts (`accept/`).
 */

import type { Catalog } from "../../catalog.ts";
import { documentProperties, isOfRepository } from "../../declared/columns.ts";
import type { DeclaredInState } from "../../declared/pulumi/export.ts";
import { finding } from "../../declared/remark.ts";
import type { Rows } from "../../define/property.ts";
import type { Listed } from "../../define/resource.ts";
import { tokenOf } from "../../define/token.ts";
import type { Operation, Resource } from "../../operations/definition.ts";
import { list } from "../../operations/list.ts";
import { read } from "../../operations/read.ts";
import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";
import type { Named } from "../accept/select.ts";
import type { Place } from "../compare/place.ts";
import { onlyTolerated, type Tolerated } from "../compare/tolerate.ts";
import { isOfShard } from "../reach/shard.ts";
import type { Unmanaged } from "../report/fix.ts";
import type { DriftResource, Shard } from "../report/report.ts";
import type { Expectations } from "./expected.ts";
import type { Presence } from "./present.ts";

export interface Covering {
  readonly catalog: Catalog;
  readonly operation: Operation;
  readonly place: Place;
  /** Every id that some stack of the run declares here, by the name of our type. */
  readonly declared: ReadonlyMap<string, ReadonlySet<string>>;
  readonly expectations: Expectations;
  readonly shard: Shard | undefined;
  readonly isWanted: (named: Named) => boolean;
  /** Statements that are let pass in policies. */
  readonly tolerated: Tolerated;
  /** Where all that is found is noted. */
  readonly present: Presence;
  /** One of the resources declared here, whose provider says in which words things are imported. */
  readonly example: DeclaredInState | undefined;
}

export interface Covered {
  readonly resources: readonly DriftResource[];
  readonly unmanaged: readonly Unmanaged[];
  readonly incomplete: readonly string[];
}

/** Lists every type that can be listed. A type that cannot be read is a cause in `incomplete`, and what was seen of it stays. */
export async function cover(covering: Covering): Promise<Covered> {
  const resources: DriftResource[] = [];
  const unmanaged: Unmanaged[] = [];
  const incomplete: string[] = [];
  const types = covering.catalog.resources.filter(({ endpoints }) => endpoints.list);
  await Promise.all(
    types.map(async (definition) => {
      try {
        for await (const { id, name } of undeclaredIds(definition, covering)) {
          covering.present.add(covering.place, definition, id);
          const resource = await undeclaredResource(definition, id, covering);
          resources.push(resource);
          if (resource.class === "unmanaged")
            unmanaged.push({ resource, kind: definition.name, name, like: covering.example });
        }
        covering.present.complete(covering.place, definition);
      } catch (error) {
        incomplete.push(causeOf(definition, ProviderError.from(error)));
      }
    }),
  );
  return { resources, unmanaged, incomplete };
}

async function* undeclaredIds(definition: Resource, covering: Covering): AsyncGenerator<Listed> {
  const { operation, declared, shard, isWanted } = covering;
  const type = tokenOf(definition.name);
  const known = declared.get(definition.name);
  const isElsewhere = (id: string) =>
    !isOfShard(shardKeyOf(definition, id), shard) || !isWanted({ urn: null, type, id });
  const isKnown = (id: string) => known?.has(idKey(definition, id)) === true || isElsewhere(id);
  for await (const one of list(definition, operation, { prefix: "", isKnown })) if (!isKnown(one.id)) yield one;
}

/** Registry-wide resources have one id, written in several ways. */
export function idKey(definition: Resource, id: string): string {
  return definition.singleton ? "" : id;
}

/** Listable types are of a repository, by whose name they are listed, or of the registry. */
function shardKeyOf(definition: Resource, id: string): string {
  return isOfRepository(definition) ? id : `type ${definition.name}`;
}

async function undeclaredResource(definition: Resource, id: string, covering: Covering): Promise<DriftResource> {
  const { place, expectations } = covering;
  const type = tokenOf(definition.name);
  const mark = { ...place, type, id };
  const what = `${definition.name} "${printable(id)}"`;
  const tolerated = await toleratedIn(definition, id, covering);
  const why = tolerated.length > 0 ? undefined : await expectations(definition, id);
  const isUnmanaged = tolerated.length === 0 && why === undefined;
  return {
    urn: null,
    type,
    id,
    ...place,
    class: isUnmanaged ? "unmanaged" : "ignored",
    fields: [],
    findings: [
      ...tolerated.map(({ ruleId, message, path }) => finding(ruleId, message, { ...mark, path })),
      ...(isUnmanaged ? [finding("unmanaged", `${what} exists but is not in any stack`, mark)] : []),
      ...(why === undefined ? [] : [finding("expected", `${what} is not declared, and ${why}`, mark)]),
    ],
    fix: null,
    source: null,
  };
}

/** A policy of which each statement is let pass needs nobody who declares it. */
async function toleratedIn(definition: Resource, id: string, { operation, place, tolerated }: Covering) {
  // A template holds more than its policy.
  const [only, ...others] = documentProperties(definition);
  const isPolicy = only !== undefined && (definition.properties as Rows)[only.property]?.concerns === "access";
  if (tolerated.isNothing || !isPolicy || others.length > 0) return [];
  const live = await read(definition, operation, { id });
  return live ? onlyTolerated(definition, live, tolerated, place) : [];
}

function causeOf(definition: Resource, { code, message }: ProviderError): string {
  const actions = definition.endpoints.permissions.list ?? [];
  return code === "AccessDenied"
    ? `listing ${definition.name} was denied; allow ${actions.join(", ")} (\`pulumi-ecr drift --permissions\` prints the whole policy)`
    : printable(message, 500);
}
