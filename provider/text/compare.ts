/** Equalities that know no AWS word. */

import { sortedJson } from "./sorted-json.ts";
import { isMap, sameValue } from "./value.ts";

/** Equality in which every list is a set, and an empty list is an absent one. */
export function sameRules(left: unknown, right: unknown): boolean {
  return sameValue(ordered(left), ordered(right));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .map(ordered)
      .map((item) => [sortedJson(item), item] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .filter(([key], index, all) => key !== all[index - 1]?.[0])
      .map(([, item]) => item);
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => !(Array.isArray(member) && member.length === 0))
      .map(([key, member]) => [key, ordered(member)]),
  );
}
