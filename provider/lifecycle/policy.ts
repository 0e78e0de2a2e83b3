/**
 * Lifecycle policies of ECR as documents: their text, their canonical form, what a change says.
 *
 * Lives here: lifecycle policies of ECR: validation, selection, simulation, and what a change does to images.
 * May not live here: calls to AWS, anything of Pulumi, access policies, which are another language (`policy/`).
 */

import { documentValue, isSameDocument } from "../define/document.ts";
import { flawOf } from "../text/bounds.ts";
import { printable } from "../text/printable.ts";
import { containsUnknown, isMap, isUnknown, sameValue } from "../text/value.ts";

export type Members = Readonly<Record<string, unknown>>;

/** The rules of a document; undefined when it has none. */
export function rulesOf(value: unknown): readonly Members[] | undefined {
  if (!isMap(value) || !Array.isArray(value["rules"])) return undefined;
  return value["rules"].every(isMap) ? (value["rules"] as readonly Members[]) : undefined;
}

/** A copy without members that are null, which mean "absent", and AWS refuses. A null in a list stays: it is a mistake. */
export function withoutNullMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullMembers);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([name, member]) => [name, withoutNullMembers(member)]),
  );
}

const order: Readonly<Record<string, readonly string[]>> = {
  rule: ["rulePriority", "description", "selection", "action"],
  selection: ["tagStatus", "tagPatternList", "tagPrefixList", "storageClass", "countType", "countUnit", "countNumber"],
  action: ["type", "targetStorageClass"],
};

/**
 * The text to send: compact JSON in the order in which AWS stores it, without nulls and without empty lists of tags, both
 * of which AWS refuses and which say nothing. Text that is no JSON goes as it is.
 */
export function lifecyclePolicyText(source: unknown): string {
  const value = withoutNullMembers(documentValue(source));
  if (typeof value === "string") return value;
  const rules = rulesOf(value);
  return JSON.stringify(rules && isMap(value) ? { ...value, rules: rules.map(orderedRule) } : value);
}

function orderedRule(rule: Members): Members {
  const parts = Object.entries(rule).map(([name, part]) => {
    if (!isMap(part) || (name !== "selection" && name !== "action")) return [name, part];
    const members = Object.entries(part).filter(([member, value]) => !(isTagList(member) && isEmptyList(value)));
    return [name, ordered(Object.fromEntries(members), order[name] ?? [])];
  });
  return ordered(Object.fromEntries(parts), order["rule"] ?? []);
}

function ordered(members: Members, names: readonly string[]): Members {
  const first = names.filter((name) => Object.hasOwn(members, name)).map((name) => [name, members[name]]);
  return Object.fromEntries([...first, ...Object.entries(members).filter(([name]) => !names.includes(name))]);
}

function isTagList(name: string): boolean {
  return name === "tagPatternList" || name === "tagPrefixList";
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/**
 * Rules by priority, tag lists sorted and without repetition, without nulls, empty lists and the default storage class;
 * every other member is kept, known or not. Undefined when the source is no lifecycle policy.
 */
export function normalizeLifecyclePolicy(source: unknown): Members | undefined {
  const value = withoutNullMembers(documentValue(source));
  const rules = rulesOf(value);
  if (!rules || !isMap(value)) return undefined;
  const canonical = rules.map((rule) => {
    const { selection } = rule;
    return isMap(selection) ? { ...rule, selection: selectionOf(selection) } : rule;
  });
  const priority = ({ rulePriority }: Members) => (typeof rulePriority === "number" ? rulePriority : 0);
  // Rules that share a priority are a mistake; their text gives them an order of their own.
  const keyed = canonical.map((rule) => ({ rule, text: JSON.stringify(rule) }));
  keyed.sort((a, b) => priority(a.rule) - priority(b.rule) || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return { ...value, rules: keyed.map(({ rule }) => rule) };
}

function selectionOf(selection: Members): Members {
  const members = Object.entries(selection)
    .filter(([name, value]) => !isEmptyList(value) && !(name === "storageClass" && value === "standard"))
    .map(([name, value]) => [name, isTagList(name) && isTextList(value) ? [...new Set(value)].sort() : value]);
  return ordered(Object.fromEntries(members), order["selection"] ?? []);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Whether two policies do the same. What is no lifecycle policy equals the same only; what is unknown, nothing. */
export function lifecycleEquivalent(left: unknown, right: unknown): boolean {
  if (left === right) return isComparable(left);
  if (!isComparable(left) || !isComparable(right)) return false;
  if (isSameDocument(left, right)) return true;
  const [a, b] = [normalizeLifecyclePolicy(left), normalizeLifecyclePolicy(right)];
  return a && b ? sameValue(a, b) : sameValue(left, right);
}

function isComparable(source: unknown): boolean {
  return typeof source === "string" || (flawOf(source) === undefined && !containsUnknown(source));
}

/** What a change says, rule by rule; empty when nothing changes. */
export function describeLifecycleChange(before: unknown, after: unknown): string[] {
  if (isUnknown(before) || isUnknown(after)) return ["the lifecycle policy is not known yet"];
  if (flawOf(before) !== undefined || flawOf(after) !== undefined || lifecycleEquivalent(before, after)) return [];
  const [old, now] = [byPriority(before), byPriority(after)];
  if (old.size + now.size === 0) return ["the text changes and what it means is not known"];
  const sentences = [...new Set([...old.keys(), ...now.keys()])]
    .sort((a, b) => a - b)
    .flatMap((priority) => {
      const [a, b] = [old.get(priority), now.get(priority)];
      if (!a) return [`rule ${priority} added: ${inWords(b)}`];
      if (!b) return [`rule ${priority} removed: ${inWords(a)}`];
      return sameValue(a, b) ? [] : [`rule ${priority}: ${ruleChange(a, b)}`];
    });
  return sentences.length > 0 ? sentences : ["the text changes outside its rules"];
}

function byPriority(source: unknown): Map<number, Members> {
  return new Map((rulesOf(normalizeLifecyclePolicy(source)) ?? []).map((rule) => [Number(rule["rulePriority"]), rule]));
}

/** What each rule does, by its priority: `expire tagged images (dev-*) beyond the newest 10`. */
export function rulesInWords(policy: unknown): ReadonlyMap<number, string> {
  return new Map([...byPriority(policy)].map(([priority, rule]) => [priority, inWords(rule)]));
}

function ruleChange(before: Members, after: Members): string {
  const [was, is] = [inWords(before), inWords(after)];
  if (was !== is) return `${is}; was: ${was}`;
  const changes = ["", "selection", "action"].flatMap((part) => {
    const [old, now] = [before, after].map((rule) => (part === "" ? rule : ((rule[part] ?? {}) as Members)));
    return [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])]
      .filter((name) => part !== "" || (name !== "selection" && name !== "action"))
      .filter((name) => !sameValue(old?.[name], now?.[name]))
      .map((name) => {
        const value = now?.[name];
        const place = printable(part === "" ? name : `${part}.${name}`, 60);
        return value === undefined
          ? `${place} removed`
          : `${place} is now ${printable(JSON.stringify(value) ?? "not known yet", 120)}`;
      });
  });
  return changes.length > 0 ? changes.join(", ") : `${is}, written in another way`;
}

/** `expire tagged images (dev-*) beyond the newest 10`. */
function inWords(rule: Members | undefined): string {
  const [selection = {}, action = {}] = [rule?.["selection"], rule?.["action"]].filter(isMap);
  const { tagStatus, tagPrefixList, tagPatternList, countType, countNumber, storageClass } = selection;
  const prefixes = [tagPrefixList].flat().filter((prefix) => typeof prefix === "string");
  const patterns = [tagPatternList].flat().filter((pattern) => typeof pattern === "string");
  const tags = [...patterns, ...prefixes.map((prefix) => `${prefix}…`)].map((tag) => printable(tag, 80)).join(" and ");
  const which = `${tagStatus === "any" ? "all" : shown(tagStatus)} images${tags === "" ? "" : ` (${tags})`}${storageClass === "archive" ? " in the archive" : ""}`;
  const ages: Readonly<Record<string, string>> = {
    sinceImagePushed: "pushed",
    sinceImagePulled: "last pulled",
    sinceImageTransitioned: "archived",
  };
  const age = typeof countType === "string" && Object.hasOwn(ages, countType) ? ages[countType] : shown(countType);
  const when =
    countType === "imageCountMoreThan"
      ? `beyond the newest ${shown(countNumber)}`
      : `${age} more than ${shown(countNumber)} ${countNumber === 1 ? "day" : "days"} ago`;
  return printable(`${action["type"] === "transition" ? "archive" : shown(action["type"])} ${which} ${when}`, 300);
}

function shown(value: unknown): string {
  if (isUnknown(value)) return "(not known yet)";
  return printable(typeof value === "string" ? value : (JSON.stringify(value) ?? "(none)"), 60);
}
