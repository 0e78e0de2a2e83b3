/** The door of ajv: JSON Schema in, problems in plain words out. */

import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { hasMoreValues } from "../text/bounds.ts";
import { nearest } from "../text/nearest.ts";
import type { Path } from "../text/path.ts";
import { printable } from "../text/printable.ts";
import { containsUnknown, isMap, isUnknown } from "../text/value.ts";

/** What a schema refuses, and where. It has no rule and no level, so it is not a finding: whoever validates says what it means. The message goes on from the property's name: `must be …`, `is required`. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
  /** Members of which one is needed, where none is present. */
  readonly missing?: readonly string[];
}

const mostProblems = 50;
/** No pattern of ours is about text as long as this; a longer one is refused without running the pattern. */
const longestMatched = 10_000;

/** A value with more values inside is judged up to its first problem: ajv takes quadratic time to collect many. */
const mostValues = 20_000;

/**
 * Compiles a schema at its first use. The validator reports everything at once, up to 50 problems; what is unknown (in a
 * preview) is never wrong, nor is what is wrong only because of it. `schemas` are those that `$ref` may name.
 */
export function compileSchema(schema: object, schemas: readonly object[] = []): (value: unknown) => Problem[] {
  let collecting: ValidateFunction | undefined;
  let stopping: ValidateFunction | undefined;
  return (value) => {
    let compiled: ValidateFunction;
    if (hasMoreValues(value, mostValues)) compiled = stopping ??= compile(schema, schemas, false);
    else compiled = collecting ??= compile(schema, schemas, true);
    if (compiled(value)) return [];
    const problems: Problem[] = [];
    const seen = new Set<string>();
    let rest = 0;
    for (const error of withoutEchoes(compiled.errors ?? [])) {
      const path = pathOf(error, value);
      if (path === undefined) continue;
      if (problems.length === mostProblems) {
        rest++;
        continue;
      }
      const problem = { path, message: messageOf(error, path), ...missingIn(error) };
      const key = JSON.stringify(problem);
      if (!seen.has(key)) problems.push(problem);
      seen.add(key);
    }
    return rest === 0 ? problems : [...problems, { path: [], message: `has ${rest} more problems of the same kinds` }];
  };
}

function compile(schema: object, schemas: readonly object[], allErrors: boolean): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors,
    strict: true,
    allowUnionTypes: true,
    verbose: true,
    ownProperties: true,
    messages: false,
    addUsedSchema: false,
    logger: false,
    code: { regExp },
    // A test judges our schemas by the metaschema; doing it again in each process would cost 40 ms.
    meta: false,
    validateSchema: false,
  });
  for (const annotation of ["patternMessage", "knownValues"]) ajv.addKeyword(annotation);
  for (const shared of schemas) ajv.addSchema(shared);
  return ajv.compile(schema);
}

function regExp(pattern: string, flags: string): { test(text: string): boolean; toString(): string } {
  const expression = new RegExp(pattern, flags);
  const test = (text: string) => text.length <= longestMatched && expression.test(text);
  // ajv keeps compiled patterns by this text.
  return { test, toString: () => String(expression) };
}
/** Only generated code would need it. */
regExp.code = "";

/** Leaves out what another error says better: why each form was refused, that a form was, and patterns of text too long. */
function withoutEchoes(errors: readonly ErrorObject[]): ErrorObject[] {
  const told = new Set<string>();
  for (const { keyword, schemaPath, instancePath } of errors) {
    if (keyword === "anyOf" || keyword === "oneOf") told.add(`${schemaPath} ${instancePath}`);
    if (keyword === "maxLength") told.add(`pattern ${instancePath}`);
  }
  return errors.filter(({ keyword, schemaPath, instancePath }) => {
    if (keyword === "if" || keyword === "propertyNames" || told.has(`${keyword} ${instancePath}`)) return false;
    const form = Math.max(schemaPath.lastIndexOf("/anyOf/"), schemaPath.lastIndexOf("/oneOf/"));
    return form < 0 || !told.has(`${schemaPath.slice(0, form + "/anyOf".length)} ${instancePath}`);
  });
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
  if (alternativesOf(error)) return isMap(current) ? path : undefined;
  if (dependsOnContents.has(error.keyword) && containsUnknown(current)) return undefined;
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params as Record<string, string>;
  const member = missingProperty ?? additionalProperty ?? unevaluatedProperty ?? error.propertyName;
  return member === undefined ? path : [...path, member];
}

const dependsOnContents: ReadonlySet<string> = new Set([
  "anyOf",
  "oneOf",
  "not",
  "contains",
  "const",
  "enum",
  "uniqueItems",
]);

/** The members of which a `oneOf` or `anyOf` of `required` asks for one. */
function alternativesOf({
  keyword,
  parentSchema,
  data,
}: ErrorObject): { names: string[]; present: string[] } | undefined {
  if (keyword !== "oneOf" && keyword !== "anyOf") return undefined;
  const names = ((parentSchema?.[keyword] ?? []) as { required?: string[] }[]).map(({ required }) => required?.[0]);
  if (!names.every((name) => name !== undefined)) return undefined;
  return { names, present: names.filter((name) => isMap(data) && Object.hasOwn(data, name)) };
}

function missingIn(error: ErrorObject): { missing?: readonly string[] } {
  const { names = [], present = [] } = alternativesOf(error) ?? {};
  return names.length > 0 && present.length === 0 ? { missing: names } : {};
}

type Params = Record<string, string | number | string[] | undefined> & { allowedValues?: unknown[] };

function messageOf(error: ErrorObject, path: Path): string {
  const { keyword, params, data, parentSchema } = error;
  const { limit, type, allowedValues, additionalProperty, allowedValue } = params as Params;
  const schema = (parentSchema ?? {}) as Record<string, unknown>;
  switch (keyword) {
    case "required":
      return "is required";
    case "type":
      return `must be ${typeName(type)}, is ${kindOf(data)}`;
    case "enum":
      return `must be ${anyOf((allowedValues ?? []).map((value) => JSON.stringify(value)))}, is ${shown(data)}${meant(data, allowedValues)}`;
    case "const":
      return `must be ${JSON.stringify(allowedValue)}, is ${shown(data)}`;
    case "additionalProperties":
    case "unevaluatedProperties": {
      const known = Object.keys((schema["properties"] ?? {}) as object);
      const near = nearest(String(additionalProperty ?? path.at(-1)), known);
      return `is not a known property${near ? `; did you mean "${near}"?` : ""}`;
    }
    case "maxLength":
      return `must have at most ${limit} characters, has ${characters(String(data))}`;
    case "minLength":
      return `must have at least ${limit} characters, has ${characters(String(data))}`;
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
    case "oneOf":
    case "anyOf":
      return alternativeMessage(error) ?? `must have one of the forms that are allowed here, is ${kindOf(data)}`;
    default:
      return `is not valid (${keyword})`;
  }
}

function meant(data: unknown, values: readonly unknown[] = []): string {
  const near = nearest(String(data), values.map(String));
  return near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
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

function alternativeMessage(error: ErrorObject): string | undefined {
  const { names = [], present = [] } = alternativesOf(error) ?? {};
  if (present.length > 1) return `has ${present.join(" and ")}; keep one of them`;
  return names.length > 0 ? `needs ${anyOf(names)}` : undefined;
}

/** In code points, as JSON Schema counts; text can be large, so no list is made of them. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function shown(value: unknown): string {
  if (typeof value === "string") return `"${printable(value, 80)}"`;
  return typeof value === "object" && value !== null ? kindOf(value) : String(value);
}
