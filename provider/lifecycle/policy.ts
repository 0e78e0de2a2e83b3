/**
 * Lifecycle policies of ECR as documents: their text, their canonical form, what a change says. What may not live in this
 * folder: calls to AWS, anything of Pulumi, and access policies, which are another language.
 */

import { documentValue } from "../define/document.ts";
import { printable } from "../define/printable.ts";
import { containsUnknown, isMap, sameValue, type Value, withoutNulls } from "../define/value.ts";

type Rule = Readonly<Record<string, unknown>>;

/** The rules of a document; undefined when it has none. */
export function rulesOf(value: unknown): readonly Rule[] | undefined {
  if (!isMap(value) || !Array.isArray(value["rules"])) return undefined;
  return value["rules"].every(isMap) ? (value["rules"] as readonly Rule[]) : undefined;
}

/** The text to send: compact JSON without the nulls that AWS refuses. Text that is no JSON goes as it is. */
export function lifecyclePolicyText(source: unknown): string {
  const value = documentValue(source);
  return typeof value === "string" ? value : JSON.stringify(withoutNulls(value as Value));
}

/**
 * Rules by priority, tag lists sorted, without nulls, empty lists and the default storage class; every other member is
 * kept, known or not. Undefined when the source is no lifecycle policy.
 */
export function normalizeLifecyclePolicy(source: unknown): Readonly<Record<string, unknown>> | undefined {
  const value = documentValue(source);
  const rules = rulesOf(isMap(value) ? withoutNulls(value) : value);
  if (!rules || !isMap(value)) return undefined;
  const canonical = rules.map((rule) => ({
    ...rule,
    ...(isMap(rule["selection"]) ? { selection: selectionOf(rule["selection"]) } : {}),
  }));
  const priority = (rule: Rule) => (typeof rule["rulePriority"] === "number" ? rule["rulePriority"] : 0);
  return { ...(withoutNulls(value) as object), rules: canonical.sort((a, b) => priority(a) - priority(b)) };
}

function selectionOf(selection: Rule): Rule {
  return Object.fromEntries(
    Object.entries(selection)
      .filter(
        ([name, value]) =>
          !(Array.isArray(value) && value.length === 0) && !(name === "storageClass" && value === "standard"),
      )
      .map(([name, value]) => [name, isTagList(value) ? [...new Set(value)].sort() : value]),
  );
}

function isTagList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Whether two policies do the same. What is no lifecycle policy equals the same text only; what is unknown, nothing. */
export function lifecycleEquivalent(left: unknown, right: unknown): boolean {
  if (containsUnknown(left) || containsUnknown(right)) return false;
  if (left === right) return true;
  const [a, b] = [normalizeLifecyclePolicy(left), normalizeLifecyclePolicy(right)];
  return sameValue(a ?? left, b ?? right);
}

/** What a change says, rule by rule. */
export function describeLifecycleChange(before: unknown, after: unknown): string[] {
  const [old, now] = [byPriority(before), byPriority(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort((a, b) => a - b)
    .flatMap((priority) => {
      const [a, b] = [old.get(priority), now.get(priority)];
      if (a && b && sameValue(a, b)) return [];
      if (!a) return [`rule ${priority} added: ${inWords(b)}`];
      if (!b) return [`rule ${priority} removed: ${inWords(a)}`];
      return [
        inWords(a) === inWords(b)
          ? `rule ${priority}: its description or other details change`
          : `rule ${priority}: ${inWords(b)}; was: ${inWords(a)}`,
      ];
    });
}

function byPriority(source: unknown): Map<number, Rule> {
  const rules = (normalizeLifecyclePolicy(source)?.["rules"] ?? []) as readonly Rule[];
  return new Map(rules.map((rule) => [Number(rule["rulePriority"]), rule]));
}

/** `expire tagged images (prefix dev-) beyond the newest 10`. */
function inWords(rule: Rule | undefined): string {
  const selection = (rule?.["selection"] ?? {}) as Rule;
  const action = (rule?.["action"] ?? {}) as Rule;
  const { tagStatus, tagPrefixList, tagPatternList, countType, countNumber, storageClass } = selection;
  const tags = [tagPatternList, tagPrefixList].flat().filter((tag) => typeof tag === "string");
  const which = `${tagStatus === "any" ? "all" : String(tagStatus)} images${tags.length > 0 ? ` (${tags.join(" and ")})` : ""}${storageClass === "archive" ? " in the archive" : ""}`;
  const ages: Record<string, string> = {
    sinceImagePushed: "pushed",
    sinceImagePulled: "last pulled",
    sinceImageTransitioned: "archived",
  };
  const when =
    countType === "imageCountMoreThan"
      ? `beyond the newest ${String(countNumber)}`
      : `${ages[String(countType)] ?? String(countType)} more than ${String(countNumber)} days ago`;
  return printable(`${action["type"] === "transition" ? "archive" : String(action["type"])} ${which} ${when}`, 300);
}
