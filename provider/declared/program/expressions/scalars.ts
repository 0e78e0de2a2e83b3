/** Plain scalars, numbers and JSON as the Go programs of Pulumi read and write them (yaml.v3, `%v`, encoding/json). */

import { isMap, type Value } from "../../../text/value.ts";

const words: ReadonlyMap<string, null | boolean> = new Map([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/** What yaml.v3 makes of a scalar without quotes and tag. Infinity and "not a number" come as such; dates stay text. */
export function plainScalar(source: string): null | boolean | number | string {
  const word = words.get(source);
  if (word !== undefined) return word;
  if (/^[-+]?\.(inf|Inf|INF)$/.test(source)) return source.startsWith("-") ? -Infinity : Infinity;
  if (/^\.(nan|NaN|NAN)$/.test(source)) return Number.NaN;
  if (!/^[-+.\d]/.test(source)) return source;
  // A date is tried first, and none of its forms is a number.
  const digits = source.replaceAll("_", "");
  return integer(digits) ?? (isFloat(digits) ? finite(digits, source) : source);
}

/** Within 64 bits, in the bases of Go: `0x`, `0b`, `0o`, and a leading zero for octal. */
function integer(text: string): number | undefined {
  const [, sign, body = ""] = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const value = BigInt(/^0[0-7]/.test(body) ? `0o${body.slice(1)}` : body);
  const most = sign === "-" ? 2n ** 63n : sign === "+" ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  return value > most ? undefined : sign === "-" ? -Number(value) : Number(value);
}

function isFloat(text: string): boolean {
  return /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text);
}

function finite(text: string, source: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : source;
}

/** What Go puts into text for a value; undefined for what is not text, a number or a boolean. */
export function goText(value: Value): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return Object.is(value, -0) ? "-0" : String(value);
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** JSON as encoding/json writes it: members sorted, `<`, `>` and `&` escaped. The value must not hold an unknown. */
export function goJson(value: Value): string {
  const text = JSON.stringify(value, (_, member: unknown) =>
    isMap(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
      : member,
  );
  return text.replaceAll(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
