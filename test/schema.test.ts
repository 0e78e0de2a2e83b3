/** The package schema, judged by Pulumi's metaschema, by the real binder, and by a check for keys that nobody reads. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { catalog } from "../provider/catalog.ts";
import { configuration } from "../provider/config.ts";
import type { Row, Schema } from "../provider/define/property.ts";
import { staleFiles } from "../tools/generate.ts";
import { reachedOperations } from "../tools/pages/operations.ts";
import { ensurePulumi } from "../tools/pulumi-cli.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8")) as Record<string, unknown>;
const schema = read("schema/schema.json");
const metaschema = read("test/testdata/pulumi-metaschema.json");

test("the checked-in schema and SDK are what the catalog gives", () => {
  assert.deepEqual(staleFiles(), [], "run `npm run generate`");
});

test("the schema is valid by Pulumi's metaschema", () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(metaschema);
  assert.ok(validate(schema), JSON.stringify(validate.errors));
});

test("the real CLI binds the schema", async () => {
  const { path } = await ensurePulumi();
  await promisify(execFile)(path, ["schema", "check", join(root, "schema/schema.json")], {
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
});

/** Property names that the metaschema knows anywhere: the metaschema itself lets unknown keys pass. */
function knownKeys(node: unknown, keys = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const item of node) knownKeys(item, keys);
  else if (typeof node === "object" && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (key === "properties" && typeof value === "object" && value !== null)
        for (const name of Object.keys(value)) keys.add(name);
      knownKeys(value, keys);
    }
  }
  return keys;
}

/** Keys under which names are the user's: properties, types, resources, … */
const named = new Set(["properties", "inputProperties", "types", "resources", "functions", "variables", "language"]);

test("the schema has no key that nobody reads", () => {
  const known = knownKeys(metaschema);
  known.add("listInputs");
  const walk = (node: unknown, names: boolean, path: string): void => {
    if (Array.isArray(node)) for (const [index, item] of node.entries()) walk(item, false, `${path}[${index}]`);
    else if (typeof node === "object" && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        assert.ok(names || known.has(key), `${path}.${key} is not a key of the metaschema`);
        if (key !== "language") walk(value, !names && named.has(key), `${path}.${key}`);
      }
    }
  };
  walk(schema, false, "schema");
  assert.throws(() => walk({ willReplaceOnChange: true }, false, "typo"), /not a key/);
});

test("every property is documented", () => {
  const all: [string, Row][] = [
    ...Object.entries(configuration as Record<string, Row>),
    ...catalog.resources.flatMap(({ properties }) => Object.entries(properties as Record<string, Row>)),
    ...catalog.functions.flatMap(({ args, results }) => Object.entries({ ...args, ...results } as Record<string, Row>)),
  ];
  const documented = (item: Schema): boolean =>
    item.description.length > 3 &&
    Object.values(item.properties ?? {}).every(documented) &&
    (!item.items || documented(item.items));
  for (const [name, row] of all) assert.ok(documented(row.schema), `${name} lacks a description`);
});

test("a name of a type stands for one type", () => {
  const types = new Map<string, Schema>();
  const walk = (schema: Schema): void => {
    if (schema.title) {
      assert.deepEqual(schema, types.get(schema.title) ?? schema, `${schema.title} has two meanings`);
      types.set(schema.title, schema);
    }
    for (const member of Object.values(schema.properties ?? {})) walk(member);
    if (schema.items) walk(schema.items);
  };
  const tables = [
    configuration,
    ...catalog.resources.map(({ properties }) => properties),
    ...catalog.functions.flatMap(({ args, results }) => [args, results]),
  ];
  for (const rows of tables as Record<string, Row>[]) for (const { schema } of Object.values(rows)) walk(schema);
  assert.ok(types.size > 20);
});

test("the schemas of documents and of every resource compile strictly", () => {
  const strict = () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    for (const annotation of ["patternMessage", "knownValues"]) ajv.addKeyword(annotation);
    return ajv;
  };
  const documents = globSync("schema/*-policy.schema.json", { cwd: root }).map(read);
  assert.equal(documents.length, 4);
  const ajv = strict();
  for (const document of documents) ajv.addSchema(document);
  for (const document of documents) assert.ok(ajv.getSchema(String(document["$id"])));
  for (const { properties } of catalog.resources) {
    for (const row of Object.values(properties as Record<string, Row>)) assert.ok(strict().compile(row.schema));
  }
});

test("every operation of ECR is reached by something that a user declares, asks or types, and that has a test", () => {
  for (const { operation, by, test: file } of reachedOperations()) {
    assert.notEqual(by.length, 0, `nothing reaches ${operation}`);
    assert.ok(file !== undefined, `no test of what reaches ${operation} (${by.join(", ")}) names the operation`);
  }
});
