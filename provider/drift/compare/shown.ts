/** Values as a report shows them: plain JSON, documents in one order whatever order AWS answered them in. */

import { documentValue } from "../../define/document.ts";
import type { Row } from "../../define/property.ts";
import { normalizeLifecyclePolicy } from "../../lifecycle/policy.ts";
import { alignPolicy } from "../../policy/change/align.ts";
import { sortedKeys } from "../../text/sorted-json.ts";
import { isMap, isUnknown } from "../../text/value.ts";

/**
 * The value of a row. A policy is told in the order of `like` where it says the same, and in a fixed one elsewhere, because
 * AWS answers principals in another order each time.
 */
export function shownValue(row: Row, value: unknown, like: unknown): unknown {
  if (value === undefined || value === null || isUnknown(value)) return null;
  if (row.concerns === "access") return alignPolicy(sortedKeys(settled(documentValue(value))), documentValue(like));
  if (row.concerns === "retention") return normalizeLifecyclePolicy(value) ?? value;
  return value;
}

/** A document that does not depend on how AWS ordered it, for fingerprints. */
export function settledValue(row: Row, value: unknown): unknown {
  return shownValue(row, value, undefined);
}

/** Lists of text sorted: the order of names in a policy means nothing. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(settled);
    return items.every((item) => typeof item === "string") ? items.sort() : items;
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, settled(member)]));
}
