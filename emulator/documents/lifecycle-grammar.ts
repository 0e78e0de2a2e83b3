/**
 * Which lifecycle policies AWS refuses, after its published grammar; "any", untagged images and prefixes count per storage
 * class, as in AWS's own example. AWS publishes few of the messages: all but the beginning is ours. Shares nothing with the
 * provider's validation, which runs against it.
 */

import { invalid } from "../call/input.ts";
import type { Json } from "../wire/protocol.ts";

const [fewest, most] = [100, 30_720];
const mostRules = 50;
const mostWildcards = 4;

/** What goes with each way of counting. */
const countTypes: Readonly<Record<string, { unit?: "days"; storage: string; actions: string[]; least: number }>> = {
  imageCountMoreThan: { storage: "standard", actions: ["expire", "transition"], least: 1 },
  sinceImagePushed: { unit: "days", storage: "standard", actions: ["expire", "transition"], least: 1 },
  sinceImagePulled: { unit: "days", storage: "standard", actions: ["transition"], least: 1 },
  sinceImageTransitioned: { unit: "days", storage: "archive", actions: ["expire"], least: 90 },
};

const members = {
  policy: ["rules"],
  rule: ["rulePriority", "description", "selection", "action"],
  selection: ["tagStatus", "tagPatternList", "tagPrefixList", "storageClass", "countType", "countUnit", "countNumber"],
  action: ["type", "targetStorageClass"],
};

class Refusal extends Error {}

function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Refusal(otherwise);
}

/** Parses and judges a lifecycle policy. Throws AWS's one error. */
export function checkLifecyclePolicy(text: string): Json {
  if (text.length < fewest || text.length > most)
    throw invalid("LifecyclePolicyText", `Member must have length between ${fewest} and ${most}`);
  try {
    const document = objectOf(JSON.parse(text), "the policy", members.policy);
    const { rules } = document;
    demand(
      Array.isArray(rules) && rules.length >= 1 && rules.length <= mostRules,
      `there must be 1 to ${mostRules} rules`,
    );
    checkTogether(rules.map(readRule));
    return document;
  } catch (error) {
    const why = error instanceof Refusal ? error.message : "the text is not JSON";
    throw invalid("LifecyclePolicyText", `Lifecycle policy validation failure: ${why}`);
  }
}

function objectOf(value: unknown, what: string, known: readonly string[]): Json {
  demand(typeof value === "object" && value !== null && !Array.isArray(value), `${what} must be an object`);
  for (const [name, member] of Object.entries(value)) {
    demand(known.includes(name), `object instance has properties which are not allowed by the schema: (["${name}"])`);
    demand(member !== null, "instance failed to match exactly one schema (matched 0 out of 2)");
  }
  return value as Json;
}

interface Rule {
  priority: number;
  tagStatus: string;
  storage: string;
  /** The prefixes, sorted, as text; absent when there are none. */
  prefixes?: string;
}

function readRule(value: unknown): Rule {
  const { rulePriority, description, selection, action } = objectOf(value, "each rule", members.rule);
  demand(
    typeof rulePriority === "number" && Number.isInteger(rulePriority) && rulePriority >= 1,
    "rulePriority must be a positive integer",
  );
  demand(description === undefined || typeof description === "string", "description must be text");
  const chosen = objectOf(selection, "selection", members.selection);
  checkCount(chosen, objectOf(action, "action", members.action));
  const prefixes = checkTags(chosen);
  const { tagStatus, storageClass = "standard" } = chosen;
  return {
    priority: rulePriority,
    tagStatus: String(tagStatus),
    storage: String(storageClass),
    ...(prefixes === undefined ? {} : { prefixes }),
  };
}

function checkCount({ countType, countUnit, countNumber, storageClass = "standard" }: Json, action: Json): void {
  const name = String(countType);
  const count = Object.hasOwn(countTypes, name) ? countTypes[name] : undefined;
  demand(count !== undefined, `countType must be one of ${Object.keys(countTypes).join(", ")}`);
  demand(countUnit === count.unit, `countUnit must be ${count.unit ?? "absent"} with ${name}`);
  demand(storageClass === count.storage, `storageClass must be ${count.storage} with ${name}`);
  demand(
    typeof countNumber === "number" && Number.isInteger(countNumber) && countNumber >= count.least,
    `countNumber must be an integer of at least ${count.least} with ${name}`,
  );
  const { type, targetStorageClass } = action;
  demand(count.actions.includes(String(type)), `the action must be ${count.actions.join(" or ")} with ${name}`);
  demand(
    targetStorageClass === (type === "transition" ? "archive" : undefined),
    "targetStorageClass must be archive with transition, and absent with expire",
  );
}

/** The key of the prefixes, if the rule goes by prefixes. */
function checkTags(selection: Json): string | undefined {
  const { tagStatus } = selection;
  demand(["tagged", "untagged", "any"].includes(String(tagStatus)), "tagStatus must be tagged, untagged or any");
  const [patterns, prefixes] = ["tagPatternList", "tagPrefixList"].map((name) => {
    const { [name]: list = [] } = selection;
    demand(Array.isArray(list) && list.every((tag) => typeof tag === "string"), `${name} must list tags`);
    return list as string[];
  });
  const lists = [patterns, prefixes].filter((list) => list && list.length > 0);
  demand(
    lists.length === (tagStatus === "tagged" ? 1 : 0),
    "tagPatternList or tagPrefixList goes with tagStatus tagged, exactly one of them",
  );
  demand(
    (patterns ?? []).every((pattern) => pattern.split("*").length - 1 <= mostWildcards),
    `a pattern may have at most ${mostWildcards} wildcards`,
  );
  return prefixes && prefixes.length > 0 ? JSON.stringify([...new Set(prefixes)].sort()) : undefined;
}

function checkTogether(rules: readonly Rule[]): void {
  const once = (keys: readonly (string | number | undefined)[], otherwise: string) => {
    const given = keys.filter((key) => key !== undefined);
    demand(new Set(given).size === given.length, otherwise);
  };
  once(
    rules.map(({ priority }) => priority),
    "each rulePriority may be used once",
  );
  once(
    rules.map(({ tagStatus, storage }) => (tagStatus === "untagged" ? storage : undefined)),
    "one rule of each storage class may be about untagged images",
  );
  once(
    rules.map(({ prefixes, storage }) => (prefixes === undefined ? undefined : `${storage} ${prefixes}`)),
    "each rule must have prefixes of its own",
  );
  for (const { tagStatus, storage, priority } of rules) {
    if (tagStatus !== "any") continue;
    const last = rules.every((other) => other.storage !== storage || other.priority <= priority);
    demand(last, "a rule for any images must have the highest rulePriority of its storage class");
  }
}
