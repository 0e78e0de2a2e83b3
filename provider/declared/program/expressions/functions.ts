/** The functions of Pulumi's YAML: how a call is written, and those whose result follows from their argument alone. */

import { createHash } from "node:crypto";
import { containsUnknown, isMap, isUnknown, unknown, type Value } from "../../../text/value.ts";
import { fold } from "./fold.ts";
import { goJson } from "./scalars.ts";

export interface FunctionCall {
  /** In lower case. */
  readonly name: string;
  readonly argument: unknown;
  /** Absent for what only a run can tell. `pay` is false once the steps are used up. */
  readonly run?: (argument: Value, pay: (steps: number) => boolean) => Value;
}

type Run = NonNullable<FunctionCall["run"]>;

/** The call that a map is, if it is one: one member whose name has `fn::`, in any case. */
export function callOf(map: Readonly<Record<string, unknown>>): FunctionCall | undefined {
  const [written, ...others] = Object.keys(map);
  // In a map with more members such a name is an ordinary one, but for assets, where it is refused.
  if (written === undefined || others.length > 0) return undefined;
  if (!fold(written).includes("fn::")) return undefined;
  const name = written.toLowerCase();
  const run = runs.get(name);
  return { name, argument: map[written], ...(run ? { run } : {}) };
}

/** Those that read a file whose path is their argument. */
export const fileFunctions: ReadonlySet<string> = new Set(
  ["readfile", "filebase64", "filebase64sha256", "fileasset", "filearchive"].map((name) => `fn::${name}`),
);

const join: Run = (argument, pay) => {
  const [delimiter, items] = pair(argument);
  if ((typeof delimiter !== "string" && delimiter !== null) || !Array.isArray(items)) return unknown;
  if (!items.every((item) => typeof item === "string")) return unknown;
  const length = items.reduce((sum, item) => sum + item.length + (delimiter ?? "").length, 0);
  return pay(length / 8) ? items.join(delimiter ?? "") : unknown;
};

const split: Run = (argument, pay) => {
  const [delimiter, source] = pair(argument);
  if (typeof delimiter !== "string" || typeof source !== "string") return unknown;
  if (!pay(source.length)) return unknown;
  // Go splits between characters where the delimiter is empty.
  return delimiter === "" ? [...source] : source.split(delimiter);
};

const select: Run = (argument) => {
  const [index, values] = pair(argument);
  if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || !Array.isArray(values)) return unknown;
  return values[index] ?? unknown;
};

const toJson: Run = (argument, pay) => {
  if (containsUnknown(argument)) return unknown;
  const text = goJson(argument);
  return pay(text.length / 8) ? text : unknown;
};

const toBase64: Run = (argument) =>
  typeof argument === "string" ? Buffer.from(argument, "utf8").toString("base64") : unknown;

const fromBase64: Run = (argument) => {
  if (typeof argument !== "string") return unknown;
  // Go takes the standard alphabet with padding and ignores ends of lines.
  const written = argument.replaceAll(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(written)) return unknown;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(written, "base64"));
  } catch {
    return unknown;
  }
};

const sha1: Run = (argument) =>
  typeof argument === "string" ? createHash("sha1").update(argument, "utf8").digest("hex") : unknown;

const length: Run = (argument) => {
  if (Array.isArray(argument)) return argument.length;
  return isMap(argument) ? Object.keys(argument).length : unknown;
};

const singleOrNone: Run = (argument) =>
  Array.isArray(argument) && argument.length < 2 ? (argument[0] ?? null) : unknown;

const same: Run = (argument) => argument;

const runs: ReadonlyMap<string, Run> = new Map([
  ["fn::join", join],
  ["fn::split", split],
  ["fn::select", select],
  ["fn::tojson", toJson],
  ["fn::tobase64", toBase64],
  ["fn::frombase64", fromBase64],
  ["fn::secret", same],
  ["fn::unsecret", same],
  ["fn::sha1", sha1],
  ["fn::length", length],
  ["fn::singleornone", singleOrNone],
]);

function pair(argument: Value): readonly [Value, Value] {
  if (!Array.isArray(argument) || argument.length !== 2) return [unknown, unknown];
  const [first, second] = argument;
  return isUnknown(first) || isUnknown(second) ? [unknown, unknown] : [first ?? null, second ?? null];
}
