/** What a registry holds, type by type, as the catalog's own listings give it. */

import type { Catalog } from "../../../catalog.ts";
import { uniqueNames } from "../../../declared/names.ts";
import { tokenOf } from "../../../define/token.ts";
import type { Provider } from "../../../provider.ts";
import { ProviderError } from "../../../text/errors.ts";
import { nearest } from "../../../text/nearest.ts";
import { printable } from "../../../text/printable.ts";
import type { ValueMap } from "../../../text/value.ts";

/** One live resource that can be imported. */
export interface Entry {
  /** Token of its type, `ecr:index:Repository`. */
  readonly type: string;
  readonly id: string;
  /** An identifier, unique in the inventory. */
  readonly name: string;
  /** The properties that its id stands for. */
  readonly identity: ValueMap;
  /** The resource with the same identity that stands before it in the catalog: the repository of a policy. */
  readonly owner: Entry | undefined;
}

export interface Inventory {
  readonly entries: readonly Entry[];
  /** What could not be listed, one reason each. */
  readonly unreadable: readonly string[];
}

/** Names of the types that can be listed, in the catalog's order. */
export function listableTypes(catalog: Catalog): string[] {
  return catalog.resources.filter(({ endpoints }) => endpoints.list).map(({ name }) => name);
}

/** The types asked for, as `Repository` or with the package's prefix; all that can be listed when none is. */
export function typesNamed(catalog: Catalog, asked: readonly string[]): string[] {
  const all = listableTypes(catalog);
  if (asked.length === 0) return all;
  const names = new Set(asked.map((name) => name.split(":").at(-1) ?? name));
  for (const name of names) {
    if (all.includes(name)) continue;
    const close = nearest(name, all);
    throw new ProviderError(
      "InvalidInput",
      `choosing what to import: there is no listable type "${printable(name)}"${close ? `, did you mean ${close}` : ""}; there are ${all.join(", ")}`,
    );
  }
  return all.filter((name) => names.has(name));
}

/**
 * Lists the types whole, sorted by id. A type that may not be listed is named in `unreadable`, and what was seen of it
 * stays. Throws when nothing is found and something failed, or when AWS does not accept the credentials.
 */
export async function takeInventory(provider: Provider, types: readonly string[], prefix: string): Promise<Inventory> {
  const failures: ProviderError[] = [];
  const listed = await Promise.all(
    types.map(async (name) => {
      const type = tokenOf(name);
      const found: { type: string; id: string; name: string; identity: ValueMap }[] = [];
      try {
        for await (const item of provider.list(type, request(), { prefix }))
          found.push({ type, ...item, identity: await provider.identify(type, request(), item.id) });
      } catch (error) {
        failures.push(ProviderError.from(error));
      }
      return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    }),
  );
  const found = listed.flat();
  failures.sort((a, b) => (a.message < b.message ? -1 : 1));
  const fatal =
    failures.find(({ code }) => code === "Unauthenticated") ?? (found.length === 0 ? failures[0] : undefined);
  if (fatal) throw fatal;
  const names = uniqueNames(found);
  const entries: Entry[] = [];
  const owners = new Map<string, Entry>();
  for (const [index, { type, id, identity }] of found.entries()) {
    // What stands for nothing in particular, such as a setting of the registry, has no owner and owns nothing.
    const place = Object.keys(identity).length > 0 ? JSON.stringify(identity) : type;
    const owner = owners.get(place);
    const entry: Entry = {
      type,
      id,
      identity,
      name: names[index] ?? id,
      owner: owner?.type === type ? undefined : owner,
    };
    entries.push(entry);
    if (!owner) owners.set(place, entry);
  }
  return { entries, unreadable: failures.map(({ message }) => message) };
}

/** Outside of a deployment there is no URN, and the process's own end is the only cancellation. */
export function request() {
  return { urn: "", signal: new AbortController().signal };
}
