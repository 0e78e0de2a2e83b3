/** Cuts what somebody else answers to what a schema describes. */

import { isMap, type Value, valueMap } from "../text/value.ts";
import type { Schema } from "./property.ts";

/** `T` as an API may hand it over: members absent or null anywhere, times as dates. */
export type Foreign<T> =
  | null
  | undefined
  | (T extends string
      ? string | Date
      : T extends readonly (infer Item)[]
        ? readonly Foreign<Item>[]
        : T extends object
          ? { readonly [K in keyof T]?: Foreign<T[K]> }
          : T);

/**
 * The members that the schema names and no others, times as ISO 8601 text in UTC, without nulls at any depth. What is not
 * of the schema's kind at all (a list where an object belongs) is left out like what is absent.
 */
export function shaped(schema: Schema, value: unknown): Value | undefined {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  const { type, items, properties, additionalProperties } = schema;
  if (type === "array" && items) {
    return Array.isArray(value) ? value.flatMap((item) => shaped(items, item) ?? []) : undefined;
  }
  if (type !== "object") return value as Value;
  if (!isMap(value)) return undefined;
  const members = valueMap();
  for (const [name, member] of Object.entries(value)) {
    const named = properties && Object.hasOwn(properties, name) ? properties[name] : additionalProperties || undefined;
    const kept = named && shaped(named, member);
    if (kept !== undefined) members[name] = kept;
  }
  return members;
}
