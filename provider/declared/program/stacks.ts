/** What the stacks of a project are configured with: their files, over the defaults of the project and of the program. */

import { posix } from "node:path";
import { printable } from "../../text/printable.ts";
import { isMap, unknown, type Value, valueKey, valueMap } from "../../text/value.ts";
import { digest } from "./expressions/dependence.ts";
import { fold } from "./expressions/fold.ts";
import type { Project } from "./project.ts";
import { readSource } from "./source.ts";
import type { Tree, Unread } from "./tree.ts";

/** By the names that a program uses: without the project's own prefix, with that of a package. */
export interface Stack {
  /** Undefined for one without a file. */
  readonly name: string | undefined;
  readonly values: ReadonlyMap<string, Value>;
  /** As the file has them, also what is encrypted. */
  readonly raw: ReadonlyMap<string, unknown>;
}

export interface Stacks {
  readonly all: readonly Stack[];
  /** Of a name in one stack, or where it is the same in all; undefined for what is not configured. */
  value(name: string, stack: Stack | undefined): Value | undefined;
  varies(name: string): boolean;
  /** What a name is in all stacks. */
  written(name: string): readonly unknown[];
  /** The configuration of a package's provider in all stacks. */
  ofPackage(name: string): readonly unknown[];
  readonly files: readonly string[];
  readonly unread: readonly Unread[];
}

const silent = ["config", "secretsprovider", "encryptedkey", "encryptionsalt"];

/** `config` is what the program itself declares, beside its project. */
export function readStacks(tree: Tree, project: Project | undefined, config: unknown): Stacks {
  const unread: Unread[] = [];
  const files = stackFiles(tree, project);
  const contents = tree.contents(files.map(({ path }) => path));
  const own = declaredValues(config, project?.name, project !== undefined);
  const stacks = files.flatMap(({ name, path }): Stack[] => {
    const bytes = contents.get(path);
    const parsed = bytes && readSource(path, bytes);
    const not = (part: string, reason: string, basis: unknown) =>
      unread.push({ file: path, part, reason, basis: digest(JSON.stringify(basis ?? null)) });
    if (bytes && new TextDecoder().decode(bytes).trim() === "") return [{ ...nothing, name }];
    if (!parsed || parsed.problems.length > 0) {
      not("config", parsed?.problems[0]?.message ?? "it is a link or too large", tree.idOf(path));
      return [{ ...nothing, name }];
    }
    const map = isMap(parsed.value) ? parsed.value : {};
    for (const [key, value] of Object.entries(map))
      if (!silent.includes(key)) not(printable(key, 80), "this key of a stack is not read", value);
    const { config: values } = map;
    if (values !== undefined && values !== null && !isMap(values)) not("config", "it is not a map", values);
    const raw = rawValues(isMap(values) ? values : {}, project?.name);
    return [{ name, raw, values: new Map([...raw].map(([key, value]) => [key, configured(value)])) }];
  });
  const isComplete = [...own.values()].every((value) => value !== unknown);
  const all = stacks.length === 0 || isComplete ? [...stacks, nothing] : stacks;
  const inStack = (name: string, { values }: Stack) => values.get(name) ?? own.get(name);
  const varies = (name: string) => new Set(all.map((stack) => valueKey([inStack(name, stack) ?? "\0"]))).size > 1;
  const [first] = all;
  return {
    all,
    varies,
    value: (name, stack) => (stack ? inStack(name, stack) : varies(name) ? unknown : first && inStack(name, first)),
    written: (name) => [
      ...(own.has(name) ? [isMap(config) ? (config[name] ?? null) : null] : []),
      ...all.flatMap((stack) => (stack.raw.has(name) ? [[stack.name, stack.raw.get(name)]] : [])),
    ],
    ofPackage: (name) =>
      [...all, { name: "", raw: rawValues(isMap(config) ? config : {}, project?.name) }].flatMap((stack) => {
        const own = [...stack.raw].filter(([key]) => key.startsWith(`${name}:`));
        return own.length === 0 ? [] : [[stack.name ?? null, own]];
      }),
    files: files.map(({ path }) => path),
    unread,
  };
}

function stackFiles(tree: Tree, project: Project | undefined): { name: string; path: string }[] {
  if (project?.stackFolder === undefined) return [];
  const ending = posix.extname(project.file);
  return tree.paths.flatMap((path) => {
    if (posix.dirname(path) !== project.stackFolder) return [];
    const base = posix.basename(path);
    const isStack =
      base.startsWith("Pulumi.") && base.endsWith(ending) && base.length > "Pulumi.".length + ending.length;
    return isStack ? [{ name: base.slice("Pulumi.".length, -ending.length), path }] : [];
  });
}

function nameOf(key: string, project: string | undefined): string {
  const short = key.replace(/^([^:]*):config:/, "$1:");
  return project !== undefined && short.startsWith(`${project}:`) ? short.slice(project.length + 1) : short;
}

const nothing: Stack = { name: undefined, values: new Map(), raw: new Map() };

function rawValues(values: Readonly<Record<string, unknown>>, project: string | undefined): Map<string, unknown> {
  return new Map(Object.entries(values).map(([key, value]) => [nameOf(key, project), value]));
}

/** What the program or its project says for stacks that say nothing; unknown where it says only that there is one. */
function declaredValues(config: unknown, project: string | undefined, isText: boolean): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const [key, entry] of isMap(config) ? Object.entries(config) : []) {
    const name = nameOf(key, project);
    const members = isMap(entry)
      ? new Map(Object.entries(entry).map(([member, value]) => [fold(member), value]))
      : undefined;
    const value = members
      ? members.has("name")
        ? undefined
        : (members.get("default") ?? members.get("value"))
      : entry;
    const isExpression = JSON.stringify(value ?? null).includes("$");
    found.set(name, value === undefined || isExpression ? unknown : isText ? configured(value) : (value as Value));
  }
  return found;
}

/** Scalars travel as text, and become again what the text looks like. What is encrypted is unknown. */
function configured(value: unknown): Value {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return fromText(value);
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : unknown;
  return typeof value === "object" ? structured(value) : (value as Value);
}

function structured(value: unknown): Value {
  if (Array.isArray(value)) return value.map(structured);
  if (!isMap(value)) return (value ?? null) as Value;
  if (Object.hasOwn(value, "secure")) return unknown;
  return valueMap(Object.entries(value).map(([key, member]) => [key, structured(member)] as const));
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...["t", "T", "TRUE", "true", "True"].map((word) => [word, true] as const),
  ...["f", "F", "FALSE", "false", "False"].map((word) => [word, false] as const),
]);

function fromText(text: string): Value {
  if (text.length > 1 && text.startsWith("0") && !text.startsWith("0.")) return text;
  if (/^[-+]?\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : unknown;
  const truth = truths.get(text);
  if (truth !== undefined) return truth;
  if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text))
    return Number.isFinite(Number(text)) ? Number(text) : unknown;
  if (/^[-+]?(inf|infinity|nan|0x.*)$/i.test(text)) return unknown;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
