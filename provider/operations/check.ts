/** Check: completes what the program wrote, and says everything that is wrong with it at once. */

import type { Finding } from "../define/finding.ts";
import { formatPath, type Path } from "../define/path.ts";
import { printable } from "../define/printable.ts";
import type { Row, Schema } from "../define/property.ts";
import { compileSchema, type Problem } from "../define/validator.ts";
import { isMap, isUnknown, type Value, type ValueMap, valueMap } from "../define/value.ts";
import { fitName } from "./autoname.ts";
import { has, type Operation, type Resource, rows } from "./request.ts";

export interface CheckRequest {
  /** Logical name. */
  readonly name: string;
  readonly olds: ValueMap;
  readonly news: ValueMap;
  readonly randomSeed: Uint8Array;
  readonly autonaming?: { proposedName: string; mode: "propose" | "enforce" | "disable" } | undefined;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly inputs: ValueMap;
  readonly failures: readonly CheckFailure[];
}

/** Answers the complete inputs, or what is wrong, each with its property path. Warnings go to the operation's log. */
export function check(definition: Resource, operation: Operation, request: CheckRequest): Checked {
  const problems: Problem[] = [];
  const inputs = valueMap(Object.entries(request.news).filter(([name]) => has(request.news, name)));
  for (const [name, row] of rows(definition, "input", "control")) {
    if (row.autoname && !has(inputs, name)) {
      const named = fitName(row.autoname, request, request.olds[name]);
      if (typeof named === "string") inputs[name] = named;
      else problems.push({ path: [name], message: named.problem });
    }
    const complete = row.complete?.(inputs[name], operation.settings);
    if (complete !== undefined) inputs[name] = complete as Value;
  }
  problems.push(...validatorOf(definition)(inputs).filter(({ path }) => !isReported(problems, path)));
  for (const [name, row] of rows(definition, "input", "control")) {
    const value = inputs[name];
    if (value === undefined || isUnknown(value)) continue;
    for (const { path, value: text, known } of unknownValues(row.schema, value, [name])) {
      operation.warn(
        `${formatPath(path)}: "${printable(text)}" is not among the values known to this version (${known.join(", ")}); it is passed on as it is`,
      );
    }
    if (isReported(problems, [name])) continue;
    for (const finding of row.validate?.(value, operation.settings) ?? []) {
      if (finding.level === "error") problems.push({ path: [name, ...pathOf(finding, value)], message: told(finding) });
      else operation.warn(`${formatPath([name, ...pathOf(finding, value)])}: ${told(finding)}`);
    }
  }
  if (problems.length === 0) problems.push(...(definition.endpoints.check?.(inputs, operation.settings) ?? []));
  return {
    inputs,
    failures: problems.map(({ path, message }) => ({ property: formatPath(path), reason: message })),
  };
}

function isReported(problems: readonly Problem[], path: Path): boolean {
  return problems.some((problem) => problem.path[0] === path[0]);
}

/** Inside text a position says more than a path, and the engine could not look the path up. */
function pathOf(finding: Finding, value: Value): Path {
  return isMap(value) ? finding.path : [];
}

function told({ line, column, path, message, ruleId }: Finding): string {
  const position = line === undefined ? "" : `line ${line}, column ${column ?? 1}: `;
  const place = line !== undefined && path.length > 0 ? `${formatPath(path)} ` : "";
  return `${position}${place}${message} [${ruleId}]`;
}

type Validator = (value: unknown) => Problem[];
const validators = new WeakMap<Resource, Validator>();

function validatorOf(definition: Resource): Validator {
  const known = validators.get(definition);
  if (known) return known;
  const all = rows(definition, "input", "control");
  const validator = compileSchema({
    type: "object",
    properties: Object.fromEntries(all.map(([name, row]) => [name, row.schema])),
    required: all.filter(([, row]) => row.required).map(([name]) => name),
    additionalProperties: false,
  });
  validators.set(definition, validator);
  return validator;
}

/** Values of open enumerations that are not in the list. */
function* unknownValues(
  schema: Schema,
  value: unknown,
  path: Path,
): Generator<{ path: Path; value: string; known: string[] }> {
  if (schema.knownValues && typeof value === "string" && !Object.hasOwn(schema.knownValues, value)) {
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

export type { Row };
