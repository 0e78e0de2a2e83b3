/** Takes the wrappers off wire values before the operations see them, and puts secrets back on afterwards. */

import { type Path, valueAt } from "../text/path.ts";
import {
  isMap,
  isUnknown,
  sameValue,
  type Unknown,
  unknown,
  type Value,
  type ValueMap,
  valueMap,
} from "../text/value.ts";
import { isSpecial, kind, secret, type Wire, type WireMap } from "./codec.ts";

/** Plain values and the places where a secret was. */
export interface Revealed {
  readonly values: ValueMap;
  readonly secrets: readonly Path[];
}

/** Reduces every wrapper: secret → its value, output → its value or unknown, reference → id (or URN), bytes → base64. */
export function reveal(wire: WireMap): Revealed {
  const secrets: Path[] = [];
  const values = valueMap(Object.entries(wire).map(([key, value]) => [key, plain(value, [key], secrets)] as const));
  return { values, secrets };
}

function plain(wire: Wire, path: Path, secrets: Path[]): Value {
  if (Array.isArray(wire)) return wire.map((item: Wire, index) => plain(item, [...path, index], secrets));
  if (isSpecial(wire)) {
    switch (wire[kind]) {
      case "secret":
        secrets.push(path);
        return plain(wire.value, path, secrets);
      case "output":
        if (wire.secret) secrets.push(path);
        return wire.value === undefined ? unknown : plain(wire.value, path, secrets);
      case "reference":
        return wire.id ?? wire.urn;
      case "bytes":
        return wire.base64;
      default:
        return plain(wire.members, path, secrets);
    }
  }
  if (!isMap(wire)) return wire as null | boolean | number | string | Unknown;
  return valueMap(
    Object.entries(wire as WireMap).map(([key, value]) => [key, plain(value, [...path, key], secrets)] as const),
  );
}

/**
 * Wraps what was secret before. A property that is still the same is wrapped at the very places; one that has changed
 * is wrapped as a whole, because a secret may have moved inside it.
 */
export function conceal(values: ValueMap, ...sources: readonly Revealed[]): WireMap {
  const concealed: Record<string, Wire> = Object.create(null);
  for (const [key, value] of Object.entries(values)) {
    let wire: Wire = value as Wire;
    for (const { values: original, secrets } of sources) {
      const inside = secrets.filter((path) => path[0] === key);
      if (inside.length === 0) continue;
      wire =
        sameOrUnknown(value, valueAt(original, [key])) && !isSpecial(wire)
          ? inside.reduceRight<Wire>((result, path) => wrap(result, path.slice(1)), wire)
          : isSecret(wire)
            ? wire
            : secret(value as Wire);
    }
    concealed[key] = wire;
  }
  return concealed;
}

function isSecret(wire: Wire): boolean {
  return isSpecial(wire) && wire[kind] === "secret";
}

function sameOrUnknown(left: unknown, right: unknown): boolean {
  return sameValue(left, right) || (isUnknown(left) && isUnknown(right));
}

function wrap(wire: Wire, path: Path): Wire {
  const [head, ...rest] = path;
  if (head === undefined) return isSecret(wire) ? wire : secret(wire);
  if (isSpecial(wire)) return wire;
  if (Array.isArray(wire)) return wire.map((item: Wire, index) => (index === head ? wrap(item, rest) : item));
  const members: Record<string, Wire> = Object.create(null);
  for (const [key, value] of Object.entries(wire as WireMap)) members[key] = key === head ? wrap(value, rest) : value;
  return members;
}
