/** The resources of a program: those of ECR as they are declared, and what of all of them is not read. */

import { catalog } from "../../catalog.ts";
import type { Rows } from "../../define/property.ts";
import type { Finding } from "../../text/finding.ts";
import { type Path, parsePath } from "../../text/path.ts";
import { printable } from "../../text/printable.ts";
import { isMap, unknown, type Value, type ValueMap, valueMap } from "../../text/value.ts";
import type { ParsedYaml } from "../../text/yaml.ts";
import { type Declared, declaredOf, strangersAmong } from "../declared.ts";
import type { Dependence } from "./expressions/dependence.ts";
import type { Budget, Evaluator } from "./expressions/evaluate.ts";
import { fold } from "./expressions/fold.ts";
import { programFaults } from "./faults.ts";
import { keys, type Members, membersOf } from "./names.ts";
import { placeOf, type Variables } from "./place.ts";
import type { Unread } from "./tree.ts";
import { type Sort, sortOf } from "./types.ts";

/** A resource as it is written, with the names of its parts told apart. */
export interface Written {
  readonly label: string;
  readonly whole: unknown;
  readonly members: Members;
  readonly options: Members;
  readonly sort: Sort;
  /** Absent where it is an expression. */
  readonly properties: ValueMap | undefined;
  /** It reads what exists and deploys nothing. */
  readonly isRead: boolean;
  /** Properties of `ignoreChanges`. */
  readonly ignored: readonly string[];
}

export interface Surroundings {
  readonly file: string;
  /** Name of the project. */
  readonly project: string | undefined;
  readonly parsed: ParsedYaml;
  /** The key under which the program has its resources. */
  readonly at: Path;
  readonly variables: Variables;
  readonly overridden: ReadonlySet<string>;
  readonly dependence: Dependence;
  /** One for each stack in which values differ, with its name; for others the first. */
  readonly evaluators: readonly { readonly stack: string | undefined; readonly evaluator: Evaluator }[];
  readonly evaluator: Evaluator;
  readonly budget: Budget;
}

export function writtenResource(label: string, whole: unknown): Written {
  const members = membersOf(whole, keys.resource);
  const options = membersOf(members.values.get("options"), keys.options);
  const type = members.values.get("type");
  const properties = members.values.get("properties");
  const list = options.values.get("ignoreChanges");
  const isMissing = properties === undefined || properties === null;
  return {
    ...{ label, whole, members, options },
    sort:
      typeof type === "string" && !type.includes("$")
        ? sortOf(type)
        : { sort: "unread", reason: "it has no type that is read" },
    properties: isMissing ? valueMap() : isMap(properties) ? properties : undefined,
    isRead: membersOf(members.values.get("get"), keys.get).values.has("id"),
    ignored: Array.isArray(list)
      ? list.flatMap((path) => (typeof path === "string" ? String(parsePath(path)[0]) : []))
      : [],
  };
}

/** What another part of the program sees of a resource, as it is written; undefined for what only a run can tell. */
export function outputOf({ sort, members, properties, isRead, ignored }: Written, property: string): unknown {
  if (isRead || !properties) return undefined;
  const isRole = /^aws:iam[:/]/.test(String(members.values.get("type"))) && property === "name";
  if (sort.sort !== "ecr" && !isRole) return undefined;
  // The id of a repository is its name, whoever declares it.
  const isRepository = sort.sort === "ecr" && /[:]Repository$/.test(sort.type);
  const names = isRepository && ["id", "name"].includes(property) ? ["repositoryName", "name"] : [property];
  const found = names.find((name) => Object.hasOwn(properties, name));
  return found === undefined || ignored.includes(found) || found.includes("fn::") ? undefined : properties[found];
}

export function readResource(written: Written, around: Surroundings): { declared: Declared[]; unread: Unread[] } {
  const { label, members, options, sort } = written;
  const unread: Unread[] = [];
  const part = `resources.${printable(label, 100)}`;
  const not = (name: string, reason: string, basis: unknown, onlyIfChanged = false) =>
    unread.push({
      ...{ file: around.file, part: `${part}${name}`, reason },
      basis: around.dependence.digestOf(basis),
      ...(onlyIfChanged ? { onlyIfChanged } : {}),
    });
  if (!isMap(written.whole)) not("", "it is not a map", written.whole);
  for (const stranger of members.strangers)
    not(`.${printable(stranger, 80)}`, "this key of a resource is not read, or is there twice", written.whole);
  if (sort.sort === "unread") not("", sort.reason, written.whole);
  if (sort.sort === "provider" || sort.sort === "other") {
    const source = sort.sort === "provider" ? sort.package : packageOf(members.values.get("type"));
    const isForeign = around.overridden.has(source) || options.values.has("pluginDownloadURL");
    if (isForeign)
      not("", `the package ${printable(source, 80)} is not the one that Pulumi has under that name`, written.whole);
  }
  if (sort.sort !== "ecr") return { declared: [], unread };
  if (written.isRead) return { declared: [], unread };
  for (const stranger of options.strangers)
    not(`.options.${printable(stranger, 80)}`, "this option is not read, or is there twice", written.whole);
  if (members.values.has("get")) not(".get", "it has no id", written.whole);
  if (options.values.has("pluginDownloadURL"))
    not(".options.pluginDownloadURL", "the provider may be another program", options.values.get("pluginDownloadURL"));
  for (const name of ["ignoreChanges", "replaceOnChanges"])
    if (!isListOfText(options.values.get(name))) not(`.options.${name}`, "it is not a list of names", written.whole);
  const { properties = valueMap() } = written;
  for (const name of Object.keys(properties))
    if (fold(name).includes("fn::"))
      not(`.properties.${printable(name, 80)}`, "it is not a property", properties[name]);
  const name = ["repositoryName", "repository", "name", "prefix"].find((one) => Object.hasOwn(properties, one));
  const place = [
    options.values.get("provider"),
    options.values.get("providers"),
    options.values.get("parent"),
    properties["region"],
  ];
  not(".options.provider", "where it is deployed changes, which is not read", place, true);
  const declared = declaredIn(written, sort.type, around, not);
  // A name that cannot be told may become another one, while everything else stays as it is.
  if (declared.some((one) => one.name === undefined))
    not(`.properties.${name ?? "name"}`, "its name is not known and changes", name && properties[name], true);
  return { declared, unread };
}

function isListOfText(list: unknown): boolean {
  return (
    list === undefined || (Array.isArray(list) && list.every((one) => typeof one === "string" && !one.includes("$")))
  );
}

export function packageOf(type: unknown): string {
  return fold(typeof type === "string" ? (type.split(":")[0] ?? "") : "");
}

/** What a resource costs beside its expressions, and what it costs once more where another stack gives it other values. */
const stepsPerResource = 100;
const stepsPerVariant = 1_000;

/** One, or one for each stack where stacks differ. */
function declaredIn(
  written: Written,
  type: string,
  around: Surroundings,
  not: (name: string, reason: string, basis: unknown) => void,
): Declared[] {
  const varies = around.dependence.varies(written.whole);
  const found = varies ? around.evaluators : [{ stack: undefined, evaluator: around.evaluator }];
  const seen = new Set<string>();
  const several: Declared[] = [];
  for (const { stack, evaluator } of found) {
    around.budget.left -= seen.size === 0 ? stepsPerResource : stepsPerVariant;
    const properties = evaluated(written, evaluator);
    if (!properties) {
      not(".properties", "they are an expression whose value is not known", written.whole);
      return declaredAs(written, type, around, written.label, undefined);
    }
    const key = JSON.stringify(properties, (_, member: unknown) => (member === unknown ? { "\0": 1 } : member));
    if (seen.has(key)) continue;
    seen.add(key);
    const label =
      varies && found.length > 1
        ? `${written.label} (${stack === undefined ? "defaults" : `stack ${stack}`})`
        : written.label;
    several.push(...declaredAs(written, type, around, label, properties));
  }
  return seen.size === 1 ? several.map((one) => ({ ...one, label: written.label })) : several;
}

function evaluated({ members, properties }: Written, evaluator: Evaluator): ValueMap | undefined {
  if (properties)
    return valueMap(Object.entries(properties).map(([name, value]) => [name, evaluator.document(value)] as const));
  const whole = evaluator.value(members.values.get("properties"));
  return isMap(whole) ? whole : undefined;
}

function declaredAs(
  written: Written,
  type: string,
  around: Surroundings,
  label: string,
  properties: ValueMap | undefined,
): Declared[] {
  const { file, parsed, variables } = around;
  const name = logicalName(written);
  const at: Path = [...around.at, written.label];
  const inside: Path = [...at, written.members.spelled.get("properties") ?? "properties"];
  const raw = written.properties ?? written.members.values.get("properties");
  const { ruleId, level } = programFaults.unknownProperty;
  const flaws = strangersAmong(type, properties ?? {}).map(({ name, near }): Finding => {
    const meant = near === undefined ? "" : `; did you mean ${near}?`;
    const message = `${printable(name, 80)} is no property of ${type.replace(":index:", ":")}${meant}`;
    return { ruleId, level, path: [], message, ...parsed.locate([...inside, name]) };
  });
  const known = declaredOf(type, properties ?? valueMap(), {
    ...{ label, file },
    written: around.dependence.digestOf(written.whole),
    locate: (path, inText) =>
      path.length === 0 ? parsed.locate(at) : placeOf(parsed, raw, inside, path, variables, inText),
  });
  return known.map((one) => ({
    ...one,
    ...(properties ? {} : { properties: allUnknown(one.kind), name: undefined }),
    ...(around.project === undefined || name === undefined
      ? {}
      : { inProgram: { project: around.project, name, isChild: written.options.values.has("parent") } }),
    ...(flaws.length === 0 ? {} : { flaws }),
    ...(written.ignored.length === 0 ? {} : { keeps: kept(type, written.ignored, one) }),
  }));
}

/** The last part of its URN; undefined where it is an expression. */
function logicalName({ label, members }: Written): string | undefined {
  const name = members.values.get("name") ?? label;
  return typeof name === "string" && !name.includes("$") ? name : undefined;
}

/** Our names of what `ignoreChanges` names. */
function kept(type: string, ignored: readonly string[], { kind, properties }: Declared): readonly string[] {
  if (ignored.includes("*")) return Object.keys(properties);
  const rest = valueMap(ignored.map((name) => [name, unknown] as const));
  const [found] = declaredOf(type, rest, {}).filter((one) => one.kind === kind);
  const ours = Object.entries(found?.properties ?? {}).flatMap(([name, value]) => (value === unknown ? name : []));
  return [...new Set([...ours, ...ignored])];
}

function allUnknown(kind: string): ValueMap {
  const rows = catalog.resources.find(({ name }) => name === kind)?.properties as Rows | undefined;
  const inputs = Object.entries(rows ?? {}).filter(([, { role }]) => role !== "output");
  return valueMap(inputs.map(([name]) => [name, unknown as Value] as const));
}
