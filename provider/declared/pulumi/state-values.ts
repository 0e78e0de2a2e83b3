/**
 * Properties as a Pulumi state writes them → plain values. Secrets, references and outputs are wrapped there in objects
 * with a signature (pulumi/pulumi, sdk/go/common/resource/sig); nothing here can decrypt, and nothing needs to.
 */

import { flawOf } from "../../text/bounds.ts";
import { isMap, unknown, type Value, type ValueMap, valueMap } from "../../text/value.ts";
import { isUnknownText, secretText, signatureKey, signatures, unknownText } from "../../values/pulumi.ts";
import { readSecrets } from "../../values/secrets.ts";
import { everything, type Hidden, type WhyHidden } from "../hidden.ts";

export interface StateProperties {
  readonly values: ValueMap;
  /** Properties with something secret in them; they are compared where the state holds the plain text, and never shown. */
  readonly secret: ReadonlySet<string>;
  /** Properties of which the state does not have the value, and why; they are not in `values`. */
  readonly hidden: Hidden;
}

/** Nearly every resource of a large state has nothing secret: they share one set. */
const none: ReadonlySet<string> = new Set();
const noneHidden: Hidden = new Map();

/** Thrown inside, where a value cannot be had. */
const hiddenValue = Symbol("hidden");

/**
 * Never throws. A member that is null is absent; what is nested too deeply to be a property of ours is hidden. `shared` may answer
 * another string of the same text.
 */
export function stateProperties(source: unknown, shared: (text: string) => string = (text) => text): StateProperties {
  const values = valueMap();
  let [secret, hidden] = [none, noneHidden];
  let why: WhyHidden = "unknown";
  if (!isMap(source) && (source ?? null) !== null) hidden = new Map([[everything, "not understood"]]);
  for (const [name, raw] of isMap(source) ? Object.entries(source) : []) {
    if (raw === null || raw === undefined) continue;
    if (flawOf(raw) !== undefined) {
      hidden = new Map([...hidden, [name, "not understood"]]);
      continue;
    }
    try {
      values[name] = plain(raw, {
        shared,
        secret() {
          secret = new Set([...secret, name]);
        },
        hidden(reason) {
          why = reason;
          throw hiddenValue;
        },
      });
    } catch (error) {
      if (error !== hiddenValue) throw error;
      hidden = new Map([...hidden, [name, why]]);
    }
  }
  return { values, secret, hidden };
}

/** What to make of texts, of what is secret, and of what cannot be had. */
interface Reading {
  shared(text: string): string;
  secret(): void;
  hidden(why: WhyHidden): Value;
}

/**
 * Plain JSON with Pulumi's signatures → a value, in which `unknown` stands for whatever cannot be had: what a preview did
 * not know, in part or as a whole, and what is encrypted or masked.
 */
export function knownValue(source: unknown): Value {
  const reading: Reading = { shared: (text) => text, secret() {}, hidden: () => unknown };
  const seen = (raw: unknown): unknown => {
    if (typeof raw === "string") return raw === secretText || raw.includes(unknownText) ? unknownText : raw;
    if (Array.isArray(raw)) return raw.map(seen);
    return isMap(raw) ? valueMap(Object.entries(raw).map(([key, member]) => [key, seen(member) as Value])) : raw;
  };
  return flawOf(source) === undefined ? plain(seen(source), reading) : unknown;
}

function plain(raw: unknown, reading: Reading): Value {
  if (typeof raw === "string") return isUnknownText(raw) ? reading.hidden("unknown") : reading.shared(raw);
  if (Array.isArray(raw)) return raw.map((item) => plain(item, reading));
  if (!isMap(raw)) return raw as Value;
  if (Object.hasOwn(raw, signatureKey)) return unwrapped(raw, reading);
  const members = valueMap();
  for (const [key, member] of Object.entries(raw))
    if (member !== null && member !== undefined) members[key] = plain(member, reading);
  return members;
}

/** No property of ours takes an asset, an archive or bytes: they and whatever is newer are not understood. */
function unwrapped(raw: ValueMap, reading: Reading): Value {
  switch (raw[signatureKey]) {
    case signatures.secret:
      reading.secret();
      return kept(plaintextOf(raw, reading));
    case signatures.output: {
      if (raw["secret"] === true) reading.secret();
      if (raw["value"] === undefined) return reading.hidden("unknown");
      const value = plain(raw["value"], reading);
      return raw["secret"] === true ? kept(value) : value;
    }
    case signatures.reference: {
      const id = raw["id"] ?? raw["urn"];
      return typeof id === "string" ? plain(id, reading) : reading.hidden("not understood");
    }
    default:
      return reading.hidden("not understood");
  }
}

/** The value, which from now on nothing shows. */
function kept(value: Value): Value {
  readSecrets.keep(value);
  return value;
}

/** A state has `plaintext` only when it was exported with --show-secrets; what providers pass on has `value`. */
function plaintextOf(secret: ValueMap, reading: Reading): Value {
  if (secret["value"] !== undefined) return plain(secret["value"], reading);
  const text = secret["plaintext"];
  if (typeof text !== "string") return reading.hidden("encrypted");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return reading.hidden("not understood");
  }
  return flawOf(value) === undefined ? plain(value, reading) : reading.hidden("not understood");
}
