/**
 * Properties as a Pulumi state writes them → plain values. Secrets, references and outputs are wrapped there in objects
 * with a signature (pulumi/pulumi, sdk/go/common/resource/sig); nothing here can decrypt, and nothing needs to.
 */

import { flawOf } from "../../text/json.ts";
import { isMap, unknown, type Value, type ValueMap, valueMap } from "../../text/value.ts";

const signature = "4dabf18193072939515e22adb298388d";
const kinds = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  reference: "5cf8f73096256a8f31e491e813e4eb8e",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
} as const;
/** What a preview wrote for a value that it did not know. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface StateProperties {
  readonly values: ValueMap;
  /** Properties with something secret in them; they are compared where the state holds the plain text, and never shown. */
  readonly secret: ReadonlySet<string>;
  /** Properties of which the state does not tell the value: encrypted, or not known when it was written. They are not in `values`. */
  readonly hidden: ReadonlySet<string>;
}

/** Nearly every resource of a large state has nothing secret: they share one set. */
const none: ReadonlySet<string> = new Set();

/** Thrown inside, where a value cannot be had. */
const hiddenValue = Symbol("hidden");

/**
 * Never throws. A member that is null is absent; what is nested too deeply to be a property of ours is hidden. `shared` may answer
 * another string of the same text.
 */
export function stateProperties(source: unknown, shared: (text: string) => string = (text) => text): StateProperties {
  const values = valueMap();
  let [secret, hidden] = [none, none];
  for (const [name, raw] of isMap(source) ? Object.entries(source) : []) {
    if (raw === null || raw === undefined) continue;
    if (flawOf(raw) !== undefined) {
      hidden = new Set([...hidden, name]);
      continue;
    }
    try {
      values[name] = plain(raw, {
        shared,
        secret() {
          secret = new Set([...secret, name]);
        },
        hidden() {
          throw hiddenValue;
        },
      });
    } catch (error) {
      if (error !== hiddenValue) throw error;
      hidden = new Set([...hidden, name]);
    }
  }
  return { values, secret, hidden };
}

/** What to make of texts, of what is secret, and of what cannot be had. */
interface Reading {
  shared(text: string): string;
  secret(): void;
  hidden(): Value;
}

/**
 * Plain JSON with Pulumi's signatures → a value, in which `unknown` stands for whatever cannot be had: what a preview did
 * not know, what is encrypted, and texts that `isHidden` says are no value.
 */
export function knownValue(source: unknown, isHidden: (text: string) => boolean): Value {
  const reading: Reading = { shared: (text) => text, secret() {}, hidden: () => unknown };
  const seen = (raw: unknown): unknown => {
    if (typeof raw === "string") return isHidden(raw) ? unknownText : raw;
    if (Array.isArray(raw)) return raw.map(seen);
    return isMap(raw) ? valueMap(Object.entries(raw).map(([key, member]) => [key, seen(member) as Value])) : raw;
  };
  return flawOf(source) === undefined ? plain(seen(source), reading) : unknown;
}

function plain(raw: unknown, reading: Reading): Value {
  if (raw === unknownText) return reading.hidden();
  if (typeof raw === "string") return reading.shared(raw);
  if (Array.isArray(raw)) return raw.map((item) => plain(item, reading));
  if (!isMap(raw)) return raw as Value;
  if (Object.hasOwn(raw, signature)) return unwrapped(raw, reading);
  const members = valueMap();
  for (const [key, member] of Object.entries(raw))
    if (member !== null && member !== undefined) members[key] = plain(member, reading);
  return members;
}

function unwrapped(raw: ValueMap, reading: Reading): Value {
  switch (raw[signature]) {
    case kinds.secret:
      reading.secret();
      return plaintextOf(raw["plaintext"], reading);
    case kinds.output:
      if (raw["secret"] === true) reading.secret();
      return raw["value"] === undefined ? reading.hidden() : plain(raw["value"], reading);
    case kinds.reference:
      return raw["id"] ?? raw["urn"] ?? null;
    default:
      return valueMap(Object.entries(raw).filter(([key]) => key !== signature));
  }
}

function plaintextOf(text: unknown, reading: Reading): Value {
  if (typeof text !== "string") return reading.hidden();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return reading.hidden();
  }
  return flawOf(value) === undefined ? plain(value, reading) : reading.hidden();
}
