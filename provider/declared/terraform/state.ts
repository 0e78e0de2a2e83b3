/**
 * Terraform's state (version 4) or what `terraform show -json` prints → what it declares of `aws_ecr_*`, in our words.
 *
 * Lives here: what Terraform writes: states and what `terraform show -json` prints.
 * May not live here: names of properties (`vocabulary.ts`, `migration/`), comparison with live values (`drift/`).
 */

import type { Catalog } from "../../catalog.ts";
import type { Rows } from "../../define/property.ts";
import { ProviderError } from "../../text/errors.ts";
import { scanJson } from "../../text/json-stream.ts";
import { isMap, type Value, type ValueMap, valueMap } from "../../text/value.ts";
import { readSecrets } from "../../values/secrets.ts";
import { nameOf } from "../columns.ts";
import { accessOf, nothingSaid, type Overrides, placeOf } from "../provider-inputs.ts";
import type { DeclaredInState, Stack } from "../pulumi/export.ts";
import { stateProperties } from "../pulumi/state-values.ts";
import { hiddenOf, inOurWords, isEcrType, ourNames, partsOf } from "../vocabulary.ts";

/** One instance of a resource, wherever it was written. */
interface Instance {
  readonly type: string;
  readonly address: string;
  readonly values: unknown;
  readonly sensitive: ReadonlySet<string>;
}

const mostBytes = 64 * 1024 * 1024;

/** Throws InvalidInput for what is neither of the two. */
export async function readTerraform(
  catalog: Catalog,
  name: string,
  chunks: AsyncIterable<Buffer>,
  overrides: Overrides,
  what = name,
): Promise<Stack> {
  const head = new Map<string, unknown>();
  const instances: Instance[] = [];
  const problems: string[] = [];
  const scanner = scanJson(what, {
    most: mostBytes,
    interest(path) {
      const [first] = path;
      if (path.length > 1) return "take";
      return first === "resources"
        ? "enter"
        : first === "version" || first === "format_version" || first === "values"
          ? "take"
          : "skip";
    },
    value(path, value) {
      if (path.length > 1) instances.push(...ofState(value));
      else if (path[0] === "values") instances.push(...ofModule(isMap(value) ? value["root_module"] : undefined));
      else head.set(String(path[0]), value);
    },
    tooLarge: (path) =>
      problems.push(`${name}: ${path.join("/")} has more than ${mostBytes / 1024 / 1024} MB and was not read`),
  });
  for await (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  if (head.get("version") !== 4 && !String(head.get("format_version") ?? "").startsWith("1."))
    throw new ProviderError(
      "InvalidInput",
      `reading ${what}: it is neither a Terraform state of version 4 nor what \`terraform show -json\` prints; give one of them`,
    );
  return stackOf(catalog, name, instances, problems, overrides);
}

function* ofState(resource: unknown): Generator<Instance> {
  if (!isMap(resource) || resource["mode"] === "data" || !Array.isArray(resource["instances"])) return;
  const { module, type, name } = resource;
  if (typeof type !== "string" || !isEcrType(type)) return;
  const address = `${typeof module === "string" ? `${module}.` : ""}${type}.${String(name)}`;
  for (const instance of resource["instances"]) {
    if (!isMap(instance)) continue;
    const { index_key: key, attributes, sensitive_attributes: paths } = instance;
    const index = typeof key === "number" ? `[${key}]` : typeof key === "string" ? `[${JSON.stringify(key)}]` : "";
    yield { type, address: `${address}${index}`, values: attributes, sensitive: sensitiveIn(paths) };
  }
}

/** `[[{"type": "get_attr", "value": "policy"}, …], …]`: the first step is the property. */
function sensitiveIn(paths: Value | undefined): ReadonlySet<string> {
  const names = (Array.isArray(paths) ? paths : []).map((path) => {
    const [step] = Array.isArray(path) ? path : [];
    return isMap(step) ? step["value"] : undefined;
  });
  return new Set(names.filter((name) => typeof name === "string"));
}

/** Modules hold modules; looked through without recursion. */
function* ofModule(root: unknown): Generator<Instance> {
  const waiting: unknown[] = [root];
  for (let module = waiting.shift(); module !== undefined; module = waiting.shift()) {
    if (!isMap(module)) continue;
    for (const resource of Array.isArray(module["resources"]) ? module["resources"] : []) {
      if (!isMap(resource) || resource["mode"] === "data") continue;
      const { type, address, values, sensitive_values: sensitive } = resource;
      if (typeof type !== "string" || !isEcrType(type)) continue;
      const marked = isMap(sensitive) ? Object.entries(sensitive).filter(([, mark]) => isMarked(mark)) : [];
      yield { type, address: String(address), values, sensitive: new Set(marked.map(([key]) => key)) };
    }
    if (Array.isArray(module["child_modules"])) waiting.push(...module["child_modules"]);
  }
}

/** Whether the whole or a part is marked; marks have the shape of the values. */
function isMarked(mark: unknown): boolean {
  if (Array.isArray(mark)) return mark.some(isMarked);
  return mark === true || (isMap(mark) && Object.values(mark).some(isMarked));
}

function stackOf(
  catalog: Catalog,
  name: string,
  instances: readonly Instance[],
  problems: readonly string[],
  overrides: Overrides,
): Stack {
  const notCovered = new Map<string, number>();
  const declared = instances.flatMap((instance): DeclaredInState[] => {
    const [part] = partsOf(instance.type);
    const definition = catalog.resources.find(({ name: candidate }) => candidate === part?.to);
    if (!part || !definition) {
      notCovered.set(instance.type, (notCovered.get(instance.type) ?? 0) + 1);
      return [];
    }
    const { values, hidden } = stateProperties(instance.values);
    for (const name of instance.sensitive) readSecrets.keep(values[name]);
    const place = placeOf(values);
    const rows = definition.properties as Rows;
    const words = inOurWords(part, rows, values) ?? valueMap();
    return [
      {
        urn: instance.address,
        type: instance.type,
        kind: part.to,
        name: nameOf(definition, words),
        definition,
        id: typeof values["id"] === "string" ? values["id"] : "",
        properties: inputsOf(rows, words),
        outputs: words,
        keeps: [],
        secret: ourNames(part, rows, instance.sensitive),
        hidden: hiddenOf(part, rows, hidden),
        access: accessOf("", nothingSaid, place, overrides).access,
        place,
        source: { stack: name },
        remarks: [],
        tool: "terraform",
      },
    ];
  });
  return { name, declared, notCovered, problems };
}

/** The state does not tell what was declared from what AWS answered; all that can be declared counts. */
function inputsOf(rows: Rows, words: ValueMap): ValueMap {
  return valueMap(Object.entries(words).filter(([name]) => rows[name]?.role !== "output"));
}
