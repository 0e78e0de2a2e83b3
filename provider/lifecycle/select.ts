/** Lifecycle rules made ready to run: what each identifies, and what it marks. */

import { ProviderError } from "../text/errors.ts";
import { type Glob, matchesGlob, prefixGlob, starGlob } from "../text/glob.ts";
import { formatPath } from "../text/path.ts";
import { containsUnknown, isMap } from "../text/value.ts";
import type { Subject } from "./images.ts";
import { type Members, normalizeLifecyclePolicy, rulesOf } from "./policy.ts";
import { validateLifecyclePolicy } from "./validate.ts";

export type StorageClass = "standard" | "archive";
export type AgeOf = "pushed" | "pulled" | "archived";

export interface Rule {
  readonly priority: number;
  readonly storageClass: StorageClass;
  readonly action: "expire" | "transition";
  readonly tagStatus: "tagged" | "untagged" | "any";
  /** Each must match some tag; empty for untagged and any images. */
  readonly patterns: readonly Pattern[];
  /** Marks what is beyond the newest so many, or older than so many days. */
  readonly keeps: { readonly newest: number } | { readonly days: number; readonly since: AgeOf };
}

/** A prefix, whose own `*` are ordinary characters, or a text in which `*` stands for any characters. */
export interface Pattern extends Glob {
  readonly kind: "prefix" | "wildcard";
}

const ages: Readonly<Record<string, AgeOf>> = {
  sinceImagePushed: "pushed",
  sinceImagePulled: "pulled",
  sinceImageTransitioned: "archived",
};

/**
 * The rules of a policy in the order in which they are applied; none for an absent policy. Throws InvalidInput for what
 * AWS would refuse, for unknown parts, and for words that are newer than this version, whose effect nobody here knows.
 */
export function compileRules(policy: unknown): Rule[] {
  if (policy === undefined || policy === null) return [];
  if (containsUnknown(policy)) refuse("parts of it are not known yet");
  const findings = validateLifecyclePolicy(policy, { leavesOutNulls: true });
  const errors = findings.filter(({ level }) => level === "error");
  if (errors.length > 0) {
    const told = errors.slice(0, 5).map(({ message, path, line, column }) => {
      const place = line === undefined ? "" : `line ${line}, column ${column}: `;
      return `\n  - ${place}${path.length === 0 ? "it" : formatPath(path)} ${message}`;
    });
    refuse(`AWS would refuse it:${told.join("")}${errors.length > 5 ? `\n  - and ${errors.length - 5} more` : ""}`);
  }
  return (rulesOf(normalizeLifecyclePolicy(policy)) ?? []).map(compileRule);
}

function compileRule(rule: Members): Rule {
  const [selection, action] = [rule["selection"], rule["action"]].map((part) => (isMap(part) ? part : {}));
  const {
    tagStatus,
    tagPatternList,
    tagPrefixList,
    storageClass = "standard",
    countType,
    countNumber,
  } = selection as Members;
  const priority = Number(rule["rulePriority"]);
  const { type, targetStorageClass = "archive" } = action as Members;
  const since = ages[String(countType)];
  for (const [word, known] of [
    [storageClass, ["standard", "archive"]],
    [type, ["expire", "transition"]],
    [targetStorageClass, ["archive"]],
    [countType, ["imageCountMoreThan", ...Object.keys(ages)]],
  ] as const) {
    if (!(known as readonly unknown[]).includes(word))
      refuse(`rule ${priority} has "${String(word)}", which is newer than this version`);
  }
  return {
    priority,
    storageClass: storageClass as StorageClass,
    action: type as Rule["action"],
    tagStatus: tagStatus as Rule["tagStatus"],
    patterns: [
      ...((tagPrefixList ?? []) as string[]).map(prefix),
      ...((tagPatternList ?? []) as string[]).map(wildcard),
    ],
    keeps: since === undefined ? { newest: Number(countNumber) } : { days: Number(countNumber), since },
  };
}

function refuse(why: string): never {
  throw new ProviderError("InvalidInput", `simulating the lifecycle policy: ${why}`);
}

/** Whether an image satisfies the tag selection of a rule; its storage class is another question. */
export function identifies(rule: Rule, { tags }: Pick<Subject, "tags">): boolean {
  if (rule.tagStatus === "any") return true;
  if (rule.tagStatus === "untagged") return tags.length === 0;
  for (const pattern of rule.patterns) if (!matchesSome(pattern, tags)) return false;
  return true;
}

function matchesSome(pattern: Pattern, tags: readonly string[]): boolean {
  for (const tag of tags) if (matchesGlob(pattern, tag)) return true;
  return false;
}

function prefix(text: string): Pattern {
  return { ...prefixGlob(text), kind: "prefix" };
}

function wildcard(text: string): Pattern {
  return { ...starGlob(text), kind: "wildcard" };
}
