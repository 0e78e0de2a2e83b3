/**
 * The values that resources are made of, as plain data: JSON plus a marker for what is not known yet.
 * Wire wrappers (secrets, outputs, references) never get this far: `rpc/codec` takes them off and puts them back.
 */

/** A value that a preview does not know yet. Compare with `isUnknown`, never by text. */
export const unknown: unique symbol = Symbol("unknown");
export type Unknown = typeof unknown;

export type Value = null | boolean | number | string | Unknown | Value[] | ValueMap;
/** A record that inherits nothing, so that a key such as `__proto__` is an ordinary key. */
export interface ValueMap {
  [key: string]: Value;
}

export function isUnknown(value: unknown): value is Unknown {
  return value === unknown;
}

export function isMap(value: unknown): value is ValueMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Makes objects that inherit no member. V8 keeps what a constructor makes as compactly as a literal, `Object.create(null)` as a hash table. */
function Members() {}
Members.prototype = Object.create(null);

export function valueMap(entries?: Iterable<readonly [string, Value]>): ValueMap {
  const map: ValueMap = new (Members as unknown as new () => ValueMap)();
  if (entries) for (const [key, value] of entries) map[key] = value;
  return map;
}

/** Whether the value is unknown or holds an unknown at any depth. */
export function containsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isMap(value) && Object.values(value).some(containsUnknown);
}

/** A copy without the members that are null or undefined, at any depth: AWS and Pulumi both mean "absent" by them. */
export function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) return value.filter((item) => item !== null && item !== undefined).map(withoutNulls);
  if (!isMap(value)) return value;
  return valueMap(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([key, member]) => [key, withoutNulls(member)] as const),
  );
}

/** Equality of plain values; key order does not count, an unknown equals nothing, not even another unknown. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (isUnknown(left) || isUnknown(right)) return false;
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => sameValue(item, right[index]))
    );
  }
  if (!isMap(left) || !isMap(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
  );
}

/** Text that is the same for values whose members are the same in the same order; an unknown is told apart from any value. */
export function valueKey(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (isUnknown(member) ? { "\u0000": "unknown" } : member));
}
