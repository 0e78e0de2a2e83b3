/** What is wrong with values, by their rows: those of a resource in Check, and those of a function's arguments. */

import type { Row, Rows, Schema, Settings } from "../define/property.ts";
import { compileSchema, type Problem } from "../define/validator.ts";
import { type Finding, sentenceOf } from "../text/finding.ts";
import { unknownWord } from "../text/nearest.ts";
import { formatPath, type Path } from "../text/path.ts";
import { isMap, isUnknown, type Value, type ValueMap } from "../text/value.ts";
import { has } from "./definition.ts";

/** A problem as the protocol of the engine has it, in its words. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export function failuresOf(problems: readonly Problem[]): CheckFailure[] {
  return problems.map(({ path, message }) => ({ property: formatPath(path), reason: message }));
}

/** The way a request tells of warnings, and what the provider's configuration says. */
interface Listener {
  readonly settings: Settings;
  warn(message: string): void;
}

/**
 * Everything that is wrong with `values` beside the problems already `known`; warnings go to the listener. What is unknown
 * is never wrong.
 */
export function problemsOf(
  table: Rows,
  values: ValueMap,
  { settings, warn }: Listener,
  known: readonly Problem[] = [],
): Problem[] {
  const problems = validatorOf(table)(values).filter(({ path }) => !isReported(known, path));
  for (const [name, row] of given(table)) {
    const value = values[name];
    if (value === undefined || isUnknown(value)) continue;
    for (const { path, value: text, known } of unknownValues(row.schema, value, [name])) {
      const { level, message } = unknownWord(text, known);
      if (level === "error") problems.push({ path, message });
      else warn(`${formatPath(path)}: ${message}`);
    }
    if (isReported([...known, ...problems], [name])) continue;
    for (const finding of row.validate?.(value, settings) ?? []) {
      if (finding.level === "error") problems.push({ path: [name, ...pathOf(finding, value)], message: told(finding) });
      else if (finding.level === "warning") warn(`${formatPath([name, ...pathOf(finding, value)])}: ${told(finding)}`);
    }
  }
  return problems;
}

function isReported(problems: readonly Problem[], path: Path): boolean {
  return problems.some((problem) => problem.path[0] === path[0]);
}

/** Inside text a position says more than a path, and the engine could not look the path up. */
function pathOf(finding: Finding, value: Value): Path {
  return typeof value === "string" ? [] : finding.path;
}

function told({ line, column, path, message, ruleId }: Finding): string {
  const position = line === undefined ? "" : `line ${line}, column ${column ?? 1}: `;
  const part = line === undefined ? "" : formatPath(path);
  return `${position}${sentenceOf({ path: part, message })} [${ruleId}]`;
}

type Validator = (value: unknown) => Problem[];
const validators = new WeakMap<Rows, Validator>();

function validatorOf(table: Rows): Validator {
  const known = validators.get(table);
  if (known) return known;
  const rows = given(table);
  const validator = compileSchema({
    type: "object",
    properties: Object.fromEntries(rows.map(([name, row]) => [name, row.schema])),
    required: rows.filter(([, row]) => row.required).map(([name]) => name),
    additionalProperties: false,
  });
  validators.set(table, validator);
  return validator;
}

/** The rows that a program gives values for. */
function given(table: Rows): [string, Row][] {
  return Object.entries(table).filter(([, { role }]) => role !== "output");
}

/** Values of open enumerations that are not in the list. */
function* unknownValues(
  schema: Schema,
  value: unknown,
  path: Path,
): Generator<{ path: Path; value: string; known: string[] }> {
  if (schema.knownValues && !schema["enum"] && typeof value === "string" && !Object.hasOwn(schema.knownValues, value)) {
    yield { path, value, known: Object.keys(schema.knownValues) };
  }
  if (Array.isArray(value) && schema.items) {
    for (const [index, item] of value.entries()) yield* unknownValues(schema.items, item, [...path, index]);
  }
  if (isMap(value)) {
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      if (has(value, name)) yield* unknownValues(member, value[name], [...path, name]);
    }
  }
}
