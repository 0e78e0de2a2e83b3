/** What a change of a policy says, statement by statement, in sentences. */

import { flawOf } from "../../text/bounds.ts";
import { patchBetween, pointerNames } from "../../text/json-patch.ts";
import { printable } from "../../text/printable.ts";
import { isMap, isUnknown } from "../../text/value.ts";
import { matchStatements } from "./match.ts";
import { type CanonicalPolicy, policyEquivalent, rootArn } from "./normalize.ts";
import { toldPair } from "./told.ts";

const mostSentences = 100;

/**
 * Empty when nothing changes. Statements are matched by Sid, else by what they have in common; the entries of a list are
 * said to be gained or lost, because their order means nothing. What the document says is escaped and shortened.
 */
export function describePolicyChange(before: unknown, after: unknown): string[] {
  if (isUnknown(before) || isUnknown(after)) return ["the policy is not known yet"];
  if (flawOf(before) !== undefined || flawOf(after) !== undefined || policyEquivalent(before, after)) return [];
  const [old, now] = toldPair(before, after);
  const [labelOld, labelNow] = [labels(old), labels(now)];
  const sentences = matchStatements(statementsIn(old), statementsIn(now)).flatMap(([a, b]) => {
    if (!a) return [`${labelNow.get(b ?? {})} added: ${summary(b ?? {})}`];
    if (!b) return [`${labelOld.get(a)} removed: ${summary(a)}`];
    return [...renamed(a, b, labelOld.get(a) ?? ""), ...changes(a, b).map((change) => `${labelNow.get(b)}: ${change}`)];
  });
  if (old && now) sentences.push(...changes(documentPart(old), documentPart(now)).map((change) => `policy: ${change}`));
  if (sentences.length === 0) return ["the text changes and what it means is not known"];
  const rest = sentences.length - mostSentences;
  return rest > 0 ? [...sentences.slice(0, mostSentences), `and ${rest} more changes`] : sentences;
}

function statementsIn(policy: CanonicalPolicy | undefined): readonly CanonicalPolicy[] {
  return (policy?.["Statement"] ?? []) as readonly CanonicalPolicy[];
}

function documentPart(policy: CanonicalPolicy): CanonicalPolicy {
  return Object.fromEntries(Object.entries(policy).filter(([element]) => element !== "Statement"));
}

/** What each statement of a policy is called: by its Sid, numbered where that is not enough. */
function labels(policy: CanonicalPolicy | undefined): Map<CanonicalPolicy, string> {
  const counts = new Map<unknown, number>();
  const found = new Map<CanonicalPolicy, string>();
  for (const statement of statementsIn(policy)) {
    const sid = typeof statement["Sid"] === "string" ? statement["Sid"] : undefined;
    const count = (counts.get(sid) ?? 0) + 1;
    counts.set(sid, count);
    const name = sid === undefined ? "statement without Sid" : `statement "${printable(sid, 60)}"`;
    found.set(statement, count > 1 ? `${name} (${count})` : name);
  }
  return found;
}

function renamed({ Sid: was }: CanonicalPolicy, { Sid: is }: CanonicalPolicy, label: string): string[] {
  if (was === is || (typeof was !== "string" && typeof is !== "string")) return [];
  return [typeof is === "string" ? `${label} is now called "${printable(is, 60)}"` : `${label} loses its Sid`];
}

/** Lists become objects keyed by their entries, so that a patch says what came and went and not what moved. */
function asSets(value: unknown): unknown {
  if (Array.isArray(value)) return Object.fromEntries(value.map((item) => [entryText(item), true]));
  if (!isMap(value)) return isUnknown(value) ? entryText(value) : value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asSets(member)]));
}

function entryText(item: unknown): string {
  if (isUnknown(item)) return "a value that is not known yet";
  return typeof item === "string" ? item : (JSON.stringify(item) ?? "nothing");
}

function isSet(value: unknown): value is Record<string, true> {
  return isMap(value) && Object.values(value).every((member) => member === true);
}

function changes(before: CanonicalPolicy, after: CanonicalPolicy): string[] {
  const [old, now] = [asSets(before), asSets(after)] as [object, object];
  // The patch runs from the last member to the first.
  return patchBetween(old, now)
    .reverse()
    .flatMap((operation) => {
      const path = pointerNames(operation.path);
      if (path[0] === "Sid" && (typeof before["Sid"] === "string" || typeof after["Sid"] === "string")) return [];
      const parent = valueIn(operation.op === "remove" ? old : now, path.slice(0, -1));
      const value = operation.op === "remove" ? valueIn(old, path) : operation.value;
      const isEntry = path.length > 1 && value === true && isSet(parent);
      const verb = operation.op === "remove" ? "lost" : "gained";
      const where = printable((isEntry ? path.slice(0, -1) : path).join("."), 120);
      if (operation.op !== "replace" && isEntry) return [`${where} ${verb} ${shownName(path.at(-1) ?? "")}`];
      if (operation.op !== "replace" && path.length > 1 && isSet(value) && Object.keys(value).length > 0)
        return Object.keys(value).map((name) => `${where} ${verb} ${shownName(name)}`);
      if (operation.op === "remove") return [`${where} removed: ${shown(value)}`];
      return [`${where} ${operation.op === "add" ? "added:" : "is now"} ${shown(value)}`];
    });
}

function valueIn(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) current = isMap(current) && Object.hasOwn(current, name) ? current[name] : undefined;
  return current;
}

/** An account is shown as its id. */
function shownName(name: string): string {
  return printable(rootArn(name)?.account ?? name, 200);
}

/** `Allow ecr:* to *`. */
function summary(statement: CanonicalPolicy): string {
  const { Effect, Action, NotAction, Principal, NotPrincipal, Resource, NotResource, Condition } = statement;
  const what = Action === undefined ? `every action but ${shown(asSets(NotAction))}` : shown(asSets(Action));
  const nobody = NotPrincipal === undefined ? "nobody" : `everybody but ${shown(asSets(NotPrincipal))}`;
  const who = Principal === undefined ? nobody : shown(asSets(Principal));
  const where =
    (Resource === undefined ? "" : ` on ${shown(asSets(Resource))}`) +
    (NotResource === undefined ? "" : ` on everything but ${shown(asSets(NotResource))}`);
  const when = Condition === undefined ? "" : ` if ${shown(asSets(Condition))}`;
  return `${shown(Effect)} ${what} to ${who}${where}${when}`;
}

function shown(value: unknown): string {
  if (isSet(value)) return printable(Object.keys(value).map(shownName).join(", ") || "nothing", 300);
  if (!isMap(value)) return printable(typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing"), 300);
  const names = Object.keys(value);
  if (names.length === 1 && names[0] === "AWS") return shown(value["AWS"]);
  const parts = Object.entries(value).map(([key, member]) => `${printable(key, 80)} ${shown(member)}`);
  return printable(parts.join(" and "), 400);
}
