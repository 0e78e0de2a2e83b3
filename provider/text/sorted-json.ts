/** JSON that does not depend on the order in which the members of objects were written. */

import { isMap, isUnknown } from "./value.ts";

/** What stands for an unknown: no text of JSON holds the character unescaped. */
const unknownMark = '"\u0000"';

/** JSON text with sorted keys and without spacing, the same for the same value; a member that is undefined is none. */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (isUnknown(value)) return unknownMark;
  if (!isMap(value)) return JSON.stringify(value) ?? "null";
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sortedJson(value[key])}`);
  return `{${members.join(",")}}`;
}

/** The value with the keys of all its objects sorted, as they are to be shown. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key])]),
  );
}
