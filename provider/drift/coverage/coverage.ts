/** What lives in a registry that nobody declares, type by type, by the catalog's own listings. */

import type { Catalog } from "../../catalog.ts";
import { isOfRepository } from "../../declared/columns.ts";
import type { Declared } from "../../declared/pulumi/export.ts";
import { finding } from "../../declared/remark.ts";
import { tokenOf } from "../../define/token.ts";
import type { Operation, Resource } from "../../operations/definition.ts";
import { list } from "../../operations/list.ts";
import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";
import type { Named } from "../accept/select.ts";
import type { Place } from "../compare/place.ts";
import { isOfShard } from "../reach/shard.ts";
import { importOf } from "../report/fix.ts";
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
  /** Where all that is found is noted. */
  readonly present: Presence;
  /** One of the resources declared here, whose provider says in which words things are imported. */
  readonly example: Declared | undefined;
}

export interface Covered {
  readonly resources: readonly DriftResource[];
  readonly incomplete: readonly string[];
}

/** Lists every type that can be listed. A type that cannot be read is a cause in `incomplete`, and what was seen of it stays. */
export async function cover(covering: Covering): Promise<Covered> {
  const resources: DriftResource[] = [];
  const incomplete: string[] = [];
  const types = covering.catalog.resources.filter(({ endpoints }) => endpoints.list);
  await Promise.all(
    types.map(async (definition) => {
      try {
        for await (const id of undeclaredIds(definition, covering)) {
          covering.present.add(covering.place, definition, id);
          resources.push(await undeclaredResource(definition, id, covering));
        }
        covering.present.complete(covering.place, definition);
      } catch (error) {
        incomplete.push(causeOf(definition, ProviderError.from(error)));
      }
    }),
  );
  return { resources, incomplete };
}

async function* undeclaredIds(definition: Resource, covering: Covering): AsyncGenerator<string> {
  const { operation, declared, shard, isWanted } = covering;
  const type = tokenOf(definition.name);
  const known = declared.get(definition.name);
  const isElsewhere = (id: string) =>
    !isOfShard(shardKeyOf(definition, id), shard) || !isWanted({ urn: null, type, id });
  const isKnown = (id: string) => known?.has(idKey(definition, id)) === true || isElsewhere(id);
  for await (const { id } of list(definition, operation, { prefix: "", isKnown })) if (!isKnown(id)) yield id;
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
  const { place, expectations, example } = covering;
  const type = tokenOf(definition.name);
  const why = await expectations(definition, id);
  const what = `${definition.name} "${printable(id)}"`;
  return {
    urn: null,
    type,
    id,
    ...place,
    class: why === undefined ? "unmanaged" : "ignored",
    fields: [],
    findings: [
      why === undefined
        ? finding("unmanaged", `${what} is there, and nobody declares it`, { ...place, type, id })
        : finding("expected", `${what} is not declared, and ${why}`, { ...place, type, id }),
    ],
    fix: why === undefined ? importOf(definition.name, id, example) : null,
    source: null,
  };
}

function causeOf(definition: Resource, { code, message }: ProviderError): string {
  const actions = definition.endpoints.permissions.list ?? [];
  return code === "AccessDenied"
    ? `listing ${definition.name} was denied; allow ${actions.join(", ")} (\`pulumi-ecr drift --permissions\` prints the whole policy)`
    : printable(message, 500);
}
