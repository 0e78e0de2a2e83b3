/** Property tables → Pulumi's package schema. Knows no resource, only rows. */

import type { AnyFunction } from "./function.ts";
import type { Row, Rows, Schema } from "./property.ts";
import type { AnyResource } from "./resource.ts";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly configuration: Rows;
  /** What the provider resource is for. */
  readonly provider: string;
  readonly resources: readonly AnyResource<never>[];
  readonly functions: readonly AnyFunction<never>[];
  /** Everything about the package as such: display name, language blocks, … */
  readonly metadata: Readonly<Record<string, unknown>>;
}

type Json = Record<string, unknown>;

/** The whole package schema as a plain object; the same tables always give the same text. */
export function packageSchema(pkg: Package): Json {
  const types: Record<string, Json> = {};
  const properties = (all: Rows, ...roles: Row["role"][]) =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([, row]) => roles.includes(row.role))
        .map(([name, row]) => [name, propertyOf(pkg.name, row, types)]),
    );
  const provider = properties(pkg.configuration, "input");
  const resources = Object.fromEntries(
    pkg.resources.map((resource) => {
      const rows = resource.properties as Rows;
      const required = (names: (row: Row) => boolean) =>
        Object.entries(rows)
          .filter(([, row]) => names(row))
          .map(([name]) => name);
      return [
        `${pkg.name}:index:${resource.name}`,
        {
          description: `${resource.description}\n\n## Import\n\nThe id is ${resource.endpoints.identify.form}.\n\n\`\`\`sh\npulumi import ${pkg.name}:index:${resource.name} example ID\n\`\`\`\n`,
          properties: properties(rows, "input", "control", "output"),
          required: required(
            (row) => row.required === true || row.computed === true || (row.role === "output" && !row.volatile),
          ),
          inputProperties: properties(rows, "input", "control"),
          requiredInputs: required((row) => row.required === true),
          ...(resource.endpoints.list ? { listInputs: { properties: resource.singleton ? {} : listInputs } } : {}),
        },
      ];
    }),
  );
  const functions = Object.fromEntries(
    pkg.functions.map((definition) => {
      const results = definition.results as Rows;
      return [
        `${pkg.name}:index:${definition.name}`,
        {
          description: definition.description,
          inputs: {
            type: "object",
            ...objectOf(definition.args as Rows, properties(definition.args as Rows, "input")),
          },
          outputs: { type: "object", ...objectOf(results, properties(results, "output")) },
        },
      ];
    }),
  );
  return {
    name: pkg.name,
    version: pkg.version,
    description: pkg.description,
    ...pkg.metadata,
    config: { variables: provider, defaults: [] },
    types,
    provider: { description: pkg.provider, properties: provider, inputProperties: provider },
    resources,
    functions,
  };
}

/** What narrows a listing. */
const listInputs = {
  namePrefix: { type: "string", description: "Only those whose names start with this; all when left out." },
};

function objectOf(rows: Rows, properties: Json): Json {
  const required = Object.entries(rows)
    .filter(([, row]) => row.required)
    .map(([name]) => name);
  return { properties, required };
}

function propertyOf(pkg: string, row: Row, types: Record<string, Json>): Json {
  return {
    ...typeOf(pkg, row.schema, types),
    description: row.schema.description,
    ...(row.secret ? { secret: true } : {}),
    ...(row.replaces === true ? { willReplaceOnChanges: true } : {}),
    ...(row.deprecated ? { deprecationMessage: row.deprecated } : {}),
  };
}

/** The type of a schema; named objects and enumerations become types of the package on the way. */
function typeOf(pkg: string, schema: Schema, types: Record<string, Json>): Json {
  if (Array.isArray(schema.type)) return { $ref: "pulumi.json#/Any" };
  if (schema.knownValues && schema.title) {
    types[`${pkg}:index:${schema.title}`] = {
      type: "string",
      description: schema.description,
      enum: Object.entries(schema.knownValues).map(([value, description]) => ({
        value,
        name: enumName(value),
        description,
      })),
    };
    return { type: "string", oneOf: [{ type: "string" }, { $ref: `#/types/${pkg}:index:${schema.title}` }] };
  }
  if (schema.type === "array" && schema.items) return { type: "array", items: typeOf(pkg, schema.items, types) };
  if (schema.type === "object" && schema.properties && schema.title) {
    types[`${pkg}:index:${schema.title}`] = {
      type: "object",
      description: schema.description,
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, member]) => [
          name,
          { ...typeOf(pkg, member, types), description: member.description },
        ]),
      ),
      ...(schema.required && schema.required.length > 0 ? { required: schema.required } : {}),
    };
    return { type: "object", $ref: `#/types/${pkg}:index:${schema.title}` };
  }
  if (schema.type === "object" && schema.additionalProperties) {
    return { type: "object", additionalProperties: typeOf(pkg, schema.additionalProperties, types) };
  }
  return { type: schema.type };
}

/** `MUTABLE_WITH_EXCLUSION` → `MutableWithExclusion`, `docker-hub` → `DockerHub`. */
function enumName(value: string): string {
  return value
    .split(/[_-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}
