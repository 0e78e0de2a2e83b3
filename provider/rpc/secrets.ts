/** Takes the wrappers off wire values before the operations see them, and puts secrets back on afterwards. */

import { catalog } from "../catalog.ts";
import type { Rows, Schema } from "../define/property.ts";
import { covers, type Path, valueAt } from "../text/path.ts";
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
import { type Redaction, redactionOf } from "../values/secrets.ts";
import { isSpecial, kind, secret, type Wire, type WireMap } from "./codec.ts";

/** Plain values and the places where a secret was. */
export interface Revealed {
  readonly values: ValueMap;
  readonly secrets: readonly Path[];
}

/** The secrets of one call: whatever it is given is revealed here, and nothing leaves it but past here. */
export interface CallSecrets {
  /** As `reveal`, and from now on what was secret is kept out of what leaves. */
  reveal(wire: WireMap): Revealed;
  /** The same for what has been revealed elsewhere. */
  keep<R extends Revealed>(revealed: R): R;
  /** A sentence without secret values. */
  text(sentence: string): string;
  /** As `conceal`; what has a secret value in it, such as the ARN of a secret name, is secret as well. */
  conceal(values: ValueMap, ...sources: readonly Revealed[]): WireMap;
  /** Properties that are secret as a whole. */
  readonly whole: ReadonlySet<string>;
  /**
   * The innermost place that may be named: that of a secret, for what is inside it. What a program declares says which they are;
   * elsewhere more may be marked than was meant.
   */
  place(path: Path, declared?: Revealed): Path;
  /** Whether the property has a secret in it. */
  has(name: string | number | undefined): boolean;
}

let named: ReadonlySet<string> | undefined;

/** Every name of a property or of a member that a schema has: none of them is a secret. */
function memberNames(): ReadonlySet<string> {
  if (named) return named;
  const names = new Set<string>();
  const add = ([name, schema]: readonly [string, Schema]): void => {
    names.add(name);
    addMembers(schema);
  };
  const addMembers = (schema: Schema): void => {
    Object.entries(schema.properties ?? {}).forEach(add);
    if (schema.items) addMembers(schema.items);
  };
  for (const { properties } of catalog.resources)
    for (const [name, { schema }] of Object.entries(properties as Rows)) add([name, schema]);
  named = names;
  return names;
}

/** `standing` are secret values beside those of the call: the credentials and other secrets of the configuration. */
export function callSecrets(standing: readonly unknown[] = []): CallSecrets {
  const paths: Path[] = [];
  const values: unknown[] = [...standing];
  let redaction: Redaction | undefined;
  const redacting = () => (redaction ??= redactionOf(values, memberNames));
  const keep = <R extends Revealed>(revealed: R): R => {
    for (const path of revealed.secrets) {
      paths.push(path);
      values.push(valueAt(revealed.values, path));
    }
    if (revealed.secrets.length > 0) redaction = undefined;
    return revealed;
  };
  return {
    keep,
    reveal: (wire) => keep(reveal(wire)),
    text: (sentence) => redacting().text(sentence),
    conceal(plain, ...sources) {
      const wire: Record<string, Wire> = { ...conceal(plain, ...sources) };
      for (const [name, value] of Object.entries(wire))
        if (!hasSecret(value) && redacting().holds(value)) wire[name] = secret(value);
      return wire;
    },
    get whole() {
      return new Set(paths.filter((path) => path.length === 1).map(([name]) => String(name)));
    },
    place(path, declared) {
      const known =
        declared && path[0] !== undefined && Object.hasOwn(declared.values, path[0]) ? declared.secrets : paths;
      return known.find((secret) => covers(secret, path)) ?? path;
    },
    has: (name) => paths.some((path) => path[0] === name),
  };
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

function hasSecret(wire: Wire): boolean {
  if (isSpecial(wire)) return wire[kind] === "secret";
  if (Array.isArray(wire)) return wire.some(hasSecret);
  return isMap(wire) && Object.values(wire as WireMap).some(hasSecret);
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
