/** The door of ajv: JSON Schema in, problems in plain words out. */

import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { nearest } from "./nearest.ts";
import type { Path } from "./path.ts";
import { printable } from "./printable.ts";
import { isUnknown, type Value } from "./value.ts";

/** What is wrong, and where. The message goes on from the property's name: `must be …`, `is required`. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

const mostProblems = 50;

/**
 * Compiles a schema at its first use. The validator reports everything at once; what is unknown (in a preview) is never
 * wrong, nor is what is wrong only because of it. `schemas` are those that `$ref` may name.
 */
export function compileSchema(schema: object, schemas: readonly object[] = []): (value: unknown) => Problem[] {
  let compiled: ValidateFunction | undefined;
  return (value) => {
    compiled ??= compile(schema, schemas);
    if (compiled(value)) return [];
    const problems: Problem[] = [];
    const seen = new Set<string>();
    for (const error of compiled.errors ?? []) {
      const path = pathOf(error, value);
      if (path === undefined) continue;
      const problem = { path, message: messageOf(error, path) };
      const key = JSON.stringify(problem);
      if (seen.has(key)) continue;
      seen.add(key);
      problems.push(problem);
    }
    if (problems.length <= mostProblems) return problems;
    const rest = problems.length - mostProblems;
    return [...problems.slice(0, mostProblems), { path: [], message: `has ${rest} more problems of the same kinds` }];
  };
}

function compile(schema: object, schemas: readonly object[]): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    verbose: true,
    ownProperties: true,
    messages: false,
    addUsedSchema: false,
    logger: false,
    // A test judges our schemas by the metaschema; doing it again in each process would cost 40 ms.
    meta: false,
    validateSchema: false,
  });
  for (const annotation of ["patternMessage", "knownValues"]) ajv.addKeyword(annotation);
  for (const shared of schemas) ajv.addSchema(shared);
  return ajv.compile(schema);
}

/** Where the error is; undefined when an unknown on the way is all there is to it. */
function pathOf(error: ErrorObject, root: unknown): Path | undefined {
  const path: (string | number)[] = [];
  let current = root;
  for (const token of error.instancePath.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(current) ? Number(name) : name);
    current = (current as Record<string, unknown>)[name];
    if (isUnknown(current)) return undefined;
  }
  if (isUnknown(current)) return undefined;
  const { missingProperty, additionalProperty } = error.params as Record<string, string>;
  if (missingProperty !== undefined) path.push(missingProperty);
  if (additionalProperty !== undefined) path.push(additionalProperty);
  if (error.propertyName !== undefined) path.push(error.propertyName);
  return path;
}

type Params = Record<string, string | number | string[] | undefined> & { allowedValues?: unknown[] };

function messageOf({ keyword, params, data, parentSchema }: ErrorObject, path: Path): string {
  const { limit, type, allowedValues, additionalProperty, allowedValue } = params as Params;
  const schema = (parentSchema ?? {}) as Record<string, unknown>;
  switch (keyword) {
    case "required":
      return "is required";
    case "type":
      return `must be ${typeName(type)}, is ${kindOf(data)}`;
    case "enum":
      return `must be ${anyOf((allowedValues ?? []).map((value) => JSON.stringify(value)))}, is ${shown(data)}`;
    case "const":
      return `must be ${JSON.stringify(allowedValue)}, is ${shown(data)}`;
    case "additionalProperties":
    case "unevaluatedProperties": {
      const known = Object.keys((schema["properties"] ?? {}) as object);
      const near = nearest(String(additionalProperty ?? path.at(-1)), known);
      return `is not a known property${near ? `; did you mean "${near}"?` : ""}`;
    }
    case "maxLength":
      return `must have at most ${limit} characters, has ${[...String(data)].length}`;
    case "minLength":
      return `must have at least ${limit} characters, has ${[...String(data)].length}`;
    case "maxItems":
      return `must have at most ${limit} entries, has ${(data as unknown[]).length}`;
    case "minItems":
      return `must have at least ${limit} ${limit === 1 ? "entry" : "entries"}, has ${(data as unknown[]).length}`;
    case "maxProperties":
      return `must have at most ${limit} entries, has ${Object.keys(data as object).length}`;
    case "minProperties":
      return `must have at least ${limit} ${limit === 1 ? "entry" : "entries"}, has ${Object.keys(data as object).length}`;
    case "minimum":
      return `must be at least ${limit}, is ${shown(data)}`;
    case "maximum":
      return `must be at most ${limit}, is ${shown(data)}`;
    case "pattern":
      return `${String(schema["patternMessage"] ?? `must match ${String(schema["pattern"])}`)}, is ${shown(data)}`;
    case "uniqueItems":
      return "must not have the same entry twice";
    case "propertyNames":
      return "has a name that is not allowed";
    case "oneOf":
    case "anyOf":
      return `must have one of the forms that are allowed here, is ${kindOf(data)}`;
    default:
      return `is not valid (${keyword})`;
  }
}

function typeName(type: string | number | string[] | undefined): string {
  const names: Record<string, string> = {
    array: "a list",
    object: "an object",
    integer: "a whole number",
    null: "null",
  };
  return anyOf([type].flat().map((name) => names[String(name)] ?? `a ${name}`));
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object"
    ? "an object"
    : typeof value === "number"
      ? `the number ${value}`
      : `a ${typeof value}`;
}

function anyOf(options: string[]): string {
  return options.length < 2 ? (options[0] ?? "nothing") : `${options.slice(0, -1).join(", ")} or ${options.at(-1)}`;
}

function shown(value: unknown): string {
  return typeof value === "string"
    ? `"${printable(value, 80)}"`
    : printable(JSON.stringify(value as Value) ?? "nothing", 80);
}
