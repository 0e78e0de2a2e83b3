/**
 * What differs between the two sides of a resource. The rows of the catalog decide, as they do in a deployment and in
 * `drift`; nothing here knows a property.
 */

import { catalog } from "../../catalog.ts";
import type { Declared } from "../../declared/declared.ts";
import type { Row, Rows } from "../../define/property.ts";
import { differs } from "../../operations/diff.ts";
import { containsUnknown, sameValue, valueKey } from "../../text/value.ts";

/** The row of a property; undefined for what the catalog does not have. */
export function rowOf(kind: string, name: string): Row | undefined {
  const rows = catalog.resources.find((definition) => definition.name === kind)?.properties as Rows | undefined;
  return rows && Object.hasOwn(rows, name) ? rows[name] : undefined;
}

/** Names of the properties that mean something else after than before, sorted. A value that is not known yet differs from any. */
export function changedProperties(before: Declared, after: Declared): string[] {
  const names = new Set([...Object.keys(before.properties), ...Object.keys(after.properties)]);
  return [...names].filter((name) => isChanged(before, after, name)).sort();
}

/** Whether one property means something else after than before, or may do so. */
export function isChanged(before: Declared, after: Declared, name: string): boolean {
  const [old, now] = [before.properties[name], after.properties[name]];
  if (containsUnknown(old) || containsUnknown(now)) return true;
  const row = rowOf(after.kind, name);
  return row ? differs(row, old, now) !== false : !sameValue(old, now);
}

/**
 * Whether a deployment would delete the resource and make it anew, by the rows that only a new resource can change. What
 * is not known yet on both sides, or is a name, is taken for the same.
 */
export function isReplacement(before: Declared, after: Declared): boolean {
  return changedProperties(before, after).some((name) => {
    const row = rowOf(after.kind, name);
    const [old, now] = [before.properties[name], after.properties[name]];
    if (row?.replaces === "whenRemoved") return now === undefined;
    if (row?.replaces !== true || valueKey(old ?? null) === valueKey(now ?? null)) return false;
    return !row.identity || ![old, now].some((value) => value === undefined || containsUnknown(value));
  });
}
