/** List: every live resource of a type, lazily. */

import type { Listed, ListQuery } from "../define/resource.ts";
import { ProviderError } from "../text/errors.ts";
import type { Operation, Resource } from "./definition.ts";

/**
 * The live resources whose names start with the query's prefix. A setting of the registry belongs to no name: a prefix
 * leaves it out. An id that comes twice, because something was created between two pages, is answered once.
 */
export async function* list(definition: Resource, operation: Operation, query: ListQuery): AsyncGenerator<Listed> {
  if (!definition.endpoints.list) {
    throw new ProviderError(
      "InvalidInput",
      `listing ${definition.name}: these are parts of other resources; list those`,
    );
  }
  if (definition.singleton && query.prefix !== "") return;
  const seen = new Set<string>();
  try {
    for await (const item of definition.endpoints.list(operation, query)) {
      if (!item.name.startsWith(query.prefix) || seen.has(item.id)) continue;
      seen.add(item.id);
      yield item;
    }
  } catch (error) {
    throw ProviderError.from(error, `listing ${definition.name}`);
  }
}
