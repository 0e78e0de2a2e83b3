/** Declared, recorded and live, property by property: what differs, and from that who moved. */

import type { Row, Rows } from "../../define/property.ts";
import { has, type Resource, rows } from "../../operations/definition.ts";
import { diff, differs } from "../../operations/diff.ts";
import type { Read } from "../../operations/read.ts";
import { covers, formatPath, type Path, parsePath, valueAt } from "../../text/path.ts";
import { sameValue, type Value, type ValueMap, valueMap } from "../../text/value.ts";
import type { Moved } from "../report/report.ts";

/** A difference before anything is said about what it means. */
export interface Drifted {
  readonly path: Path;
  /** The row that the path begins in. */
  readonly row: Row;
  readonly declared: unknown;
  readonly recorded: unknown;
  readonly live: unknown;
  readonly moved: Moved;
}

export interface ThreeWays {
  readonly differences: readonly Drifted[];
  /** Differences in what the program names in `ignoreChanges`. */
  readonly ignored: readonly Path[];
  /** Computed rows that nobody declares and that are another than recorded. */
  readonly undeclared: readonly Omit<Drifted, "moved" | "declared">[];
}

export interface Sides {
  readonly urn: string;
  readonly declared: ValueMap;
  readonly recorded: ValueMap;
  readonly live: Read;
  readonly ignoreChanges: readonly string[];
  /** Properties of which the declared value is not known. */
  readonly hidden: ReadonlyMap<string, unknown>;
}

/**
 * What the engine would show after a refresh (`operations/diff` with the live values as the old side), and beside it what has
 * converged. Throws Conflict where a difference cannot be proved.
 */
export function threeWays(definition: Resource, sides: Sides): ThreeWays {
  const { declared, live, hidden } = sides;
  const table = definition.properties as Rows;
  const patterns = sides.ignoreChanges.map(parsePath);
  const changes = diff(definition, {
    urn: sides.urn,
    olds: live.outputs,
    oldInputs: live.inputs,
    news: declared,
    ignoreChanges: [],
  }).changes.filter(({ path }) => !hidden.has(String(path[0])));
  const isIgnored = (path: Path) => patterns.some((pattern) => covers(pattern, path));
  const paths = distinct(
    changes.filter(({ path }) => !isIgnored(path)).map(({ path }) => whole(table[String(path[0])], path)),
  );
  const differences = paths.map((path) => difference(table, sides, path));
  const named = new Set(changes.map(({ path }) => String(path[0])));
  const converged = rows(definition, "input")
    .filter(([name, row]) => !named.has(name) && has(declared, name) && !hidden.has(name) && isOld(sides, name, row))
    .map(([name, row]) => ({ ...valuesAt(sides, [name]), path: [name], row, moved: "converged" as const }));
  return {
    differences: [...differences, ...converged].sort((a, b) => (formatPath(a.path) < formatPath(b.path) ? -1 : 1)),
    ignored: distinct(
      changes.filter(({ path }) => isIgnored(path)).map(({ path }) => whole(table[String(path[0])], path)),
    ),
    undeclared: undeclaredChanges(definition, sides),
  };
}

/** A document is one value: where inside it the text differs says nothing. */
function whole(row: Row | undefined, path: Path): Path {
  return row?.concerns === "access" || row?.concerns === "retention" ? path.slice(0, 1) : path;
}

function distinct(paths: readonly Path[]): Path[] {
  return [...new Map(paths.map((path) => [formatPath(path), path])).values()];
}

/** The record says something else than the program, while live is as the program says. */
function isOld({ declared, recorded }: Sides, name: string, row: Row): boolean {
  if (!has(recorded, name) || sameValue(recorded[name], declared[name])) return false;
  return differs(row, recorded[name], declared[name]) === true;
}

function difference(table: Rows, sides: Sides, path: Path): Drifted {
  const name = String(path[0]);
  const row = table[name] as Row;
  const values = valuesAt(sides, path);
  const nested = path.length > 1;
  const differ = (left: unknown, right: unknown, outer: () => boolean | "unprovable") =>
    nested ? !sameValue(left, right) : outer() !== false;
  const { declared, recorded } = sides;
  const wasOther =
    has(recorded, name) && differ(values.recorded, values.declared, () => differs(row, recorded[name], declared[name]));
  const isOther = differ(values.live, values.recorded, () => differs(row, values.live, values.recorded));
  return { ...values, path, row, moved: wasOther ? (isOther ? "both" : "recorded") : "live" };
}

/** What the three say at a path; a record that says nothing about the property says what was declared. */
function valuesAt({ declared, recorded, live }: Sides, path: Path) {
  const name = String(path[0]);
  const source = (map: ValueMap): Value => valueMap([[name, map[name] ?? null]]);
  return {
    declared: valueAt(declared, path),
    recorded: has(recorded, name) ? valueAt(source(recorded), path) : valueAt(declared, path),
    live: valueAt(has(live.inputs, name) ? live.inputs : live.outputs, path),
  };
}

function undeclaredChanges(definition: Resource, { declared, recorded, live }: Sides): ThreeWays["undeclared"] {
  return rows(definition, "input")
    .filter(([name, row]) => row.computed && !has(declared, name) && has(recorded, name))
    .filter(([name, row]) => differs(row, live.outputs[name], recorded[name]) === true)
    .map(([name, row]) => ({ path: [name], row, recorded: recorded[name], live: live.outputs[name] }));
}
