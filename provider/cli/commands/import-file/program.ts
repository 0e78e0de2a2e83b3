/** A registry as a Pulumi YAML program that takes it over: every resource with its properties and its `import` option. */

import type { Catalog } from "../../../catalog.ts";
import type { Rows } from "../../../define/property.ts";
import { inOrder } from "../../../gateway/shared.ts";
import type { Provider } from "../../../provider.ts";
import { ProviderError } from "../../../text/errors.ts";
import { isMap, type Value, type ValueMap } from "../../../text/value.ts";
import { type Entry, request } from "./inventory.ts";
import { type Literals, literals } from "./literal.ts";

/** Reads under way at once; the connection has a limit of its own. */
const readsAtOnce = 64;

export interface Program {
  readonly program: object;
  /** What could not be read, one reason each; it is not in the program. */
  readonly unreadable: readonly string[];
}

/** `plugin` is the folder of the plugin, as the program should name it; left out, the engine looks on its own. */
export async function importingProgram(
  provider: Provider,
  catalog: Catalog,
  entries: readonly Entry[],
  plugin: string | undefined,
): Promise<Program> {
  const unreadable: string[] = [];
  const resources: Record<string, object> = {};
  const missing = new Set<Entry>();
  const written = literals(new Set(entries.map(({ name }) => name)));
  const reads = inOrder(all(entries), readsAtOnce, async (entry) => ({ entry, inputs: await inputsOf(entry) }));
  for await (const { entry, inputs } of reads) {
    if (!inputs) {
      missing.add(entry);
      continue;
    }
    const owner = entry.owner && !missing.has(entry.owner) ? entry.owner : undefined;
    resources[entry.name] = {
      type: entry.type,
      properties: properties(entry, owner, inputs, rowsOf(catalog, entry), written),
      options: { import: entry.id },
    };
  }
  return {
    program: {
      name: "ecr-registry",
      description: "The registry as it was found; once it is deployed, the import options can go.",
      runtime: "yaml",
      ...(plugin === undefined ? {} : { plugins: { providers: [{ name: "ecr", path: plugin }] } }),
      ...written.variables(),
      resources,
    },
    unreadable: unreadable.sort(),
  };

  async function inputsOf({ type, id }: Entry): Promise<ValueMap | undefined> {
    try {
      return (await provider.read(type, request(), { id }))?.inputs;
    } catch (error) {
      unreadable.push(ProviderError.from(error).message);
      return undefined;
    }
  }
}

async function* all<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

function rowsOf(catalog: Catalog, { type }: Entry): Rows {
  return (catalog.resources.find(({ name }) => type.endsWith(`:${name}`))?.properties ?? {}) as Rows;
}

/** The inputs, with references to the owner where the identity is the owner's. */
function properties(
  entry: Entry,
  owner: Entry | undefined,
  inputs: ValueMap,
  rows: Rows,
  { literal }: Literals,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      owner && Object.hasOwn(entry.identity, name)
        ? `\${${owner.name}.${name}}`
        : literal(structured(value, rows[name])),
    ]),
  );
}

/** A JSON document in full, where it means the same as its text; else the text. */
function structured(value: Value, row: Rows[string] | undefined): Value {
  if (typeof value !== "string" || !Array.isArray(row?.schema.type)) return value;
  try {
    const parsed = JSON.parse(value) as Value;
    return isMap(parsed) && row?.equal?.(parsed, value) === true ? parsed : value;
  } catch {
    return value;
  }
}
