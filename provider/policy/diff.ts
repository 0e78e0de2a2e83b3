/** The door of fast-json-patch: what a change of a policy says, statement by statement, in sentences. */

import jsonPatch from "fast-json-patch";
import { printable } from "../define/printable.ts";
import { isMap } from "../define/value.ts";
import { spelledAction } from "./actions.ts";
import { normalizePolicy } from "./normalize.ts";

type Canonical = Readonly<Record<string, unknown>>;

/** Empty when nothing changes. Statements are matched by Sid, then by their order among those without one. */
export function describePolicyChange(before: unknown, after: unknown): string[] {
  const [old, now] = [keyed(before), keyed(after)];
  const sentences: string[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(name), now.get(name)];
    if (!a) sentences.push(`${name} added: ${summary(b)}`);
    else if (!b) sentences.push(`${name} removed: ${summary(a)}`);
    else sentences.push(...changes(a, b).map((change) => `${name}: ${change}`));
  }
  return sentences.length > 0 || before === undefined || after === undefined ? sentences : otherElements(before, after);
}

function keyed(source: unknown): Map<string, Canonical> {
  const named = new Map<string, Canonical>();
  for (const statement of (normalizePolicy(source)?.["Statement"] ?? []) as Canonical[]) {
    const sid =
      typeof statement["Sid"] === "string" ? `statement "${printable(statement["Sid"], 60)}"` : "statement without Sid";
    let name = sid;
    for (let count = 2; named.has(name); count++) name = `${sid} (${count})`;
    named.set(name, statement);
  }
  return named;
}

/** Lists become objects keyed by their entries, so that a patch says what came and went and not what moved. */
function asSets(value: unknown): unknown {
  if (Array.isArray(value))
    return Object.fromEntries(value.map((item) => [typeof item === "string" ? item : JSON.stringify(item), true]));
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asSets(member)])) : value;
}

function changes(before: Canonical, after: Canonical): string[] {
  return jsonPatch.compare(asSets(before) as object, asSets(after) as object).map((operation) => {
    const path = operation.path
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const [element = "", ...rest] = path;
    const isEntry =
      (operation.op === "add" && operation.value === true) || (operation.op === "remove" && rest.length > 0);
    const where = printable([element, ...(isEntry ? rest.slice(0, -1) : rest)].join("."), 120);
    if (isEntry)
      return `${where} ${operation.op === "add" ? "gained" : "lost"} ${printable(spelledAction(rest.at(-1) ?? ""), 200)}`;
    if (operation.op === "add") return `${where} added: ${shown(operation.value)}`;
    if (operation.op === "remove") return `${where} removed`;
    return `${where} is now ${"value" in operation ? shown(operation.value) : "different"}`;
  });
}

function summary(statement: Canonical | undefined): string {
  const {
    Effect: effect,
    Action: action,
    NotAction: notAction,
    Principal: principal,
    NotPrincipal: notPrincipal,
    Condition: condition,
  } = statement ?? {};
  const what = action === undefined ? `every action but ${shown(notAction)}` : shown(action);
  const who =
    principal === undefined
      ? notPrincipal === undefined
        ? "nobody"
        : `everybody but ${shown(notPrincipal)}`
      : shown(principal);
  return `${effect === "deny" ? "Deny" : "Allow"} ${what} to ${who}${condition === undefined ? "" : ` if ${shown(condition)}`}`;
}

function shown(value: unknown): string {
  if (isMap(value) && Object.values(value).every((member) => member === true))
    return printable(Object.keys(value).join(", "), 300);
  if (Array.isArray(value))
    return printable(
      value.map((item) => (typeof item === "string" ? spelledAction(item) : JSON.stringify(item))).join(", "),
      300,
    );
  if (isMap(value))
    return Object.entries(value)
      .map(([key, member]) => `${printable(key, 80)} ${shown(member)}`)
      .join(" and ");
  return printable(typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing"), 300);
}

function otherElements(before: unknown, after: unknown): string[] {
  const { Statement: _, ...old } = normalizePolicy(before) ?? {};
  const { Statement: __, ...now } = normalizePolicy(after) ?? {};
  return changes(old, now);
}
