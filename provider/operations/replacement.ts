/** Before a replacement: refuses it while everything that depends on the resource still exists. */

import { containsUnknown, type ValueMap } from "../text/value.ts";
import { failed, isAbsent, type Operation, type Resource, rows } from "./definition.ts";
import type { CheckFailure } from "./problems.ts";

/**
 * Why the recorded resource must not be replaced by what the program declares now; undefined where it can be. What is unknown in
 * a preview may turn out to be no change, so nothing is refused for it.
 */
export async function refuseReplacement(
  definition: Resource,
  operation: Operation,
  recorded: ValueMap,
  news: ValueMap,
): Promise<CheckFailure | undefined> {
  const isOpen = rows(definition, "input").some(([name, row]) => row.replaces && containsUnknown(news[name]));
  if (isOpen) return undefined;
  try {
    const reason = await definition.endpoints.unremovable?.(operation, recorded);
    return reason === undefined ? undefined : { property: "", reason };
  } catch (error) {
    if (isAbsent(definition, error)) return undefined;
    throw failed(error, "checking the replacement of", definition, recorded, operation.urn);
  }
}
