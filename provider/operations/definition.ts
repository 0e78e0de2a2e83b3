/**
 * What the verbs ask a definition: its rows by role, equality and visibility of one row, names in messages; and values by name.
 *
 * Lives here: the verbs: check, diff, create, read, update, delete, list and invoke, each once for all definitions.
 * May not live here: an `if` about one resource (its columns say it), protobuf (`rpc/`), a client of AWS (`gateway/`).
 */

import type { Row, Rows, Settings } from "../define/property.ts";
import type { AnyResource, Aspect, Scope } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { sameValue, type Value, type ValueMap, valueMap } from "../text/value.ts";

export type Resource = AnyResource<Gateway>;
export type AnyAspect = Aspect<Rows, Gateway>;

/** What every verb gets beside its own arguments. */
export interface Operation extends Scope<Gateway> {
  readonly urn: string;
  /** Properties that are secret as a whole: no sentence is made of what they mean. */
  readonly secret?: ReadonlySet<string>;
}

/** Values that exist in AWS although the operation failed, so that nothing is lost. */
export interface Incomplete {
  readonly reasons: readonly string[];
}

/** Rows by definition and roles: asked for several times for each resource of a run. */
const chosen = new WeakMap<Resource, Map<string, readonly [string, Row][]>>();

export function rows(definition: Resource, ...roles: readonly Row["role"][]): readonly [string, Row][] {
  const key = roles.length === 1 ? (roles[0] as string) : roles.join();
  const known = chosen.get(definition)?.get(key);
  if (known) return known;
  const found = Object.entries(definition.properties as Rows).filter(([, row]) => roles.includes(row.role));
  chosen.set(definition, (chosen.get(definition) ?? new Map()).set(key, found));
  return found;
}

/** Only what is declared by the resource's rows of these roles. */
export function pick(values: ValueMap, names: Iterable<string>): ValueMap {
  const result = valueMap();
  for (const name of names) if (has(values, name)) result[name] = values[name] as Value;
  return result;
}

/** Whether the property is there: null and undefined both mean that it is not. */
export function has(values: ValueMap | undefined, name: string): boolean {
  return values !== undefined && values[name] !== undefined && values[name] !== null;
}

/** Values with what AWS answered over them; undefined members take nothing away. */
export function merged(values: ValueMap, ...more: readonly (object | undefined)[]): ValueMap {
  const result = valueMap();
  add(result, values);
  for (const part of more) add(result, part);
  return result;
}

/** Writes what AWS answered into the values themselves. */
export function add(values: ValueMap, part: object | undefined): void {
  if (part === undefined) return;
  for (const name of Object.keys(part)) {
    const value = (part as ValueMap)[name];
    if (value !== undefined) values[name] = value;
  }
}

export function equal(row: Row, left: unknown, right: unknown, recorded?: ValueMap): boolean | "unprovable" {
  if (row.equal) return row.equal(left, right, recorded);
  return left === undefined || right === undefined ? left === right : sameValue(left, right);
}

/** Whether a live value, of which `recorded` are the outputs, is what the declared one asks for. */
export function fulfills(row: Row, live: unknown, declared: unknown, recorded: ValueMap): boolean | "unprovable" {
  return row.fulfills && live !== undefined && declared !== undefined
    ? row.fulfills(live, declared, recorded)
    : equal(row, live, declared);
}

/** The live value as this resource may see it. */
export function visible(row: Row, live: unknown, recorded: unknown, settings: Settings): unknown {
  return live === undefined || !row.visible ? live : row.visible(live, recorded, settings);
}

/** The live values as this resource may see them, given what it has recorded or is about to declare. */
export function visibleRows(
  definition: Resource,
  { settings }: Operation,
  live: ValueMap | undefined,
  recorded: ValueMap,
): ValueMap {
  return merged(
    {},
    ...rows(definition, "input", "output").map(([name, row]) => ({
      [name]: visible(row, live?.[name], recorded[name], settings),
    })),
  );
}

/** Whether a control has the value that its column names. */
export function isSteered(definition: Resource, values: ValueMap, column: "takesOver" | "retains"): boolean {
  return rows(definition, "control").some(
    ([name, row]) => row[column] !== undefined && sameValue(values[name], row[column]),
  );
}

/** `Repository "team/app"`; the identity where it is known, else the logical name. */
export function label(definition: Resource, values: ValueMap, urn: string): string {
  const identity = rows(definition, "input")
    .filter(([, row]) => row.identity)
    .map(([name]) => values[name])
    .filter((value) => typeof value === "string");
  return `${definition.name} "${printable(identity.join("/") || logicalName(urn))}"`;
}

export function logicalName(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

export function isAbsent(definition: Resource, error: unknown): boolean {
  return hasFault(error, definition.endpoints.absent);
}

/** Told from the operation's side: `creating Repository "team/app": …`. */
export function failed(
  error: unknown,
  doing: string,
  definition: Resource,
  values: ValueMap,
  urn: string,
): ProviderError {
  return ProviderError.from(error, `${doing} ${label(definition, values, urn)}`);
}

/** The values an aspect writes: declared ones, undefined where the program has none. */
export function desiredOf(aspect: AnyAspect, inputs: ValueMap): Record<string, unknown> {
  return {
    ...inputs,
    ...Object.fromEntries(aspect.sets.map((name) => [name, has(inputs, name) ? inputs[name] : undefined])),
  };
}
