/**
 * Expressions of a program → their values, without running anything. What only a run can tell is unknown, and so is what costs
 * more steps than there are left. A value that is used twice is counted twice, because whoever reads it goes through it twice.
 *
 * Lives here: the expressions of pulumi-yaml: their grammar, functions and values, and what a value depends on.
 * May not live here: resources and their types, files and how they are found.
 */

import { isMap, isUnknown, unknown, type Value, valueMap } from "../../../text/value.ts";
import { callOf, type FunctionCall } from "./functions.ts";
import { partsOf, type Reference, wholeReference } from "./interpolation.ts";
import { goText } from "./scalars.ts";

/** What evaluation may cost. One for all programs of a revision: steps, and never seconds. */
export interface Budget {
  left: number;
}

export const mostSteps = 2_000_000;

/** What the expressions of one program refer to. */
export interface World {
  readonly variables: ReadonlyMap<string, unknown>;
  readonly resources: ReadonlyMap<string, { output(property: string): unknown }>;
  /** Undefined for what is not configured. */
  config(name: string): Value | undefined;
  readonly project: string | undefined;
  /** Of a path as the program writes it. */
  readFile(path: string): Uint8Array | undefined;
  readonly budget: Budget;
}

export interface Evaluator {
  value(written: unknown): Value;
  /** The same for a document: `fn::toJSON` gives the structure, in which a part may be unknown. */
  document(written: unknown): Value;
  /** Of a file that a function is to read, as the program writes it, from its own folder. */
  path(written: unknown): string | undefined;
}

const deepest = 200;

export function evaluator(world: World): Evaluator {
  const { budget, variables } = world;
  const known = new Map<string, Value>();
  const sizes = new WeakMap<object, number>();
  let depth = 0;
  const within = (steps: number): boolean => {
    budget.left -= steps;
    return budget.left >= 0;
  };
  const sizeOf = (value: Value): number => {
    if (typeof value === "string") return 1 + value.length / 8;
    if (typeof value !== "object" || value === null) return 1;
    const found = sizes.get(value);
    if (found !== undefined) return found;
    const size = Object.values(value).reduce<number>((sum, member) => sum + sizeOf(member), 1);
    sizes.set(value, size);
    return size;
  };
  const paid = (value: Value): Value => (within(sizeOf(value)) ? value : unknown);

  const value = (written: unknown): Value => {
    if (depth > deepest || !within(1)) return unknown;
    depth++;
    try {
      if (typeof written === "string") return text(written);
      if (Array.isArray(written)) return written.map(value);
      if (!isMap(written)) return (written ?? null) as Value;
      const call = callOf(written);
      return call ? paid(called(call)) : members(written);
    } finally {
      depth--;
    }
  };
  const members = (written: Readonly<Record<string, unknown>>): Value => {
    const entries: [string, Value][] = [];
    for (const [key, member] of Object.entries(written)) {
      const name = key.includes("$") ? text(key) : key;
      if (typeof name !== "string") return unknown;
      entries.push([name, value(member)]);
    }
    return new Set(entries.map(([name]) => name)).size < entries.length ? unknown : valueMap(entries);
  };
  const called = ({ name, argument, run }: FunctionCall): Value => {
    if (name === "fn::readfile") return fileText(argument);
    if (!run) return unknown;
    return run(value(argument), within);
  };
  const fileText = (argument: unknown): Value => {
    const path = pathOf(argument);
    const bytes = path === undefined ? undefined : world.readFile(path);
    if (!bytes) return unknown;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return unknown;
    }
  };
  /** The working directory is the program's folder, so a path from it is one beside the program. */
  const pathOf = (argument: unknown): string | undefined => {
    const cwd = `$${"{pulumi.cwd}"}/`;
    const written = typeof argument === "string" && argument.startsWith(cwd) ? argument.slice(cwd.length) : argument;
    const path = value(written);
    return typeof path === "string" ? (written === argument ? path : `./${path}`) : undefined;
  };
  const text = (written: string): Value => {
    const parts = partsOf(written);
    if (!parts) return unknown;
    const [only] = parts;
    if (parts.length === 1 && only?.text === "" && only.reference) return paid(reference(only.reference));
    let told = "";
    for (const part of parts) {
      const inner = part.reference ? reference(part.reference) : "";
      const spelled = isUnknown(inner) ? undefined : goText(inner);
      if (spelled === undefined || !within((part.text.length + spelled.length) / 8)) return unknown;
      told += part.text + spelled;
    }
    return told;
  };
  const reference = ({ root, steps }: Reference): Value => {
    if (root === "pulumi")
      return steps.length === 1 && steps[0]?.key === "project" ? (world.project ?? unknown) : unknown;
    const resource = world.resources.get(root);
    if (resource) {
      const [property, ...rest] = steps;
      if (typeof property?.key !== "string" || (property.bracket && property.key === "id")) return unknown;
      const written = resource.output(property.key);
      return written === undefined ? unknown : inside(named(`resource ${root} ${property.key}`, written), rest);
    }
    const configured = world.config(root);
    if (configured !== undefined) return inside(configured, steps);
    if (variables.has(root)) return inside(named(`variable ${root}`, variables.get(root)), steps);
    const plain = world.project === undefined ? root : root.replace(`${world.project}:`, "");
    return inside(world.config(plain) ?? unknown, steps);
  };
  const named = (name: string, written: unknown): Value => {
    const found = known.get(name);
    if (found !== undefined) return found;
    // What refers to itself is refused by Pulumi.
    known.set(name, unknown);
    const result = value(written);
    known.set(name, result);
    return result;
  };
  const document = (written: unknown): Value => {
    let current = written;
    for (let hops = 0; hops < deepest; hops++) {
      const whole = typeof current === "string" ? wholeReference(current) : undefined;
      const call = isMap(current) ? callOf(current) : undefined;
      if (whole && isVariable(whole, world)) current = variables.get(whole.root);
      else if (call && ["fn::secret", "fn::unsecret"].includes(call.name)) current = call.argument;
      else if (call?.name === "fn::tojson") return structure(call.argument, current);
      else return value(current);
    }
    return unknown;
  };
  /** Of text that is an object or a list; other JSON text stays text. */
  const structure = (argument: unknown, whole: unknown): Value => {
    const inner = value(argument);
    return isMap(inner) || Array.isArray(inner) ? inner : value(whole);
  };
  return { value, document, path: pathOf };
}

/** Whether a reference is a variable and nothing of it; a configuration value of the same name goes before it. */
export function isVariable({ root, steps }: Reference, { variables, resources, config }: World): boolean {
  return steps.length === 0 && variables.has(root) && !resources.has(root) && config(root) === undefined;
}

function inside(value: Value, steps: Reference["steps"]): Value {
  let current = value;
  for (const { key } of steps) {
    if (Array.isArray(current) && typeof key === "number" && key >= 0) current = current[key] ?? unknown;
    else if (isMap(current) && typeof key === "string")
      current = Object.hasOwn(current, key) ? (current[key] ?? null) : unknown;
    else return unknown;
  }
  return current;
}
