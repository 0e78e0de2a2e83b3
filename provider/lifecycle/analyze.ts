/**
 * What can be said of a lifecycle policy without images. A rule is judged by a witness: an image whose tags match the
 * rule and as little else as possible, because every `*` is filled with a character that no pattern has. What a rule of
 * higher priority identifies of such an image, it identifies of every image of the rule.
 */

import { openDocument, type Report } from "../define/document.ts";
import type { Finding } from "../text/finding.ts";
import { type Glob, matchesGlob, starGlob } from "../text/glob.ts";
import type { Path } from "../text/path.ts";
import { printable } from "../text/printable.ts";
import { isMap } from "../text/value.ts";
import { lifecycleFaults } from "./faults.ts";
import { compileRules, identifies, type Pattern, type Rule } from "./select.ts";

export interface Circumstances {
  /** Patterns of tags that must not go. */
  readonly protect?: readonly string[];
  /** The repository holds manifest lists, or is filled by a pull-through cache rule. */
  readonly manifestLists?: boolean;
}

/**
 * Rules that need two tags on one image (ECR-D2), that can act on nothing (ECR-D3), that can take protected tags (ECR-D4);
 * images that no rule ever takes (ECR-D5); untagged rules beside manifest lists (ECR-D7). Empty for a policy that AWS
 * would refuse, which `validateLifecyclePolicy` says.
 */
export function analyzeLifecyclePolicy(
  policy: unknown,
  { protect = [], manifestLists }: Circumstances = {},
): Finding[] {
  const { value, report } = openDocument(policy, lifecycleFaults.syntax);
  if (value === undefined || value === null) return [];
  let rules: Rule[];
  try {
    rules = compileRules(value);
  } catch {
    return [];
  }
  const filler = unusedCharacter([...rules.flatMap(({ patterns }) => patterns), ...protect.map(starGlob)]);
  const paths = pathsOf(value);
  for (const [place, rule] of rules.entries()) {
    const path = paths.get(rule.priority) ?? [];
    const above = rules.slice(0, place).filter(({ storageClass }) => storageClass === rule.storageClass);
    reportSeparateTags(report, rule, path);
    if (filler === undefined) continue;
    if (reportDead(report, rule, above, path, filler)) continue;
    for (const text of protect) reportProtected(report, rule, above, path, text, filler);
    if (manifestLists && rule.tagStatus !== "tagged" && rule.storageClass === "standard") reportUntagged(report, path);
  }
  if (filler !== undefined) reportUnbounded(report, rules, filler);
  return report.findings();
}

function pathsOf(value: unknown): ReadonlyMap<number, Path> {
  const rules = isMap(value) && Array.isArray(value["rules"]) ? (value["rules"] as unknown[]) : [];
  return new Map(rules.map((rule, index) => [isMap(rule) ? Number(rule["rulePriority"]) : -1, ["rules", index]]));
}

function unusedCharacter(patterns: readonly Glob[]): string | undefined {
  const used = patterns.map(({ text }) => text).join("");
  return [..."zqjxkvwyfghbpucmdlonrstiaeZQJXKVWYFGHBPUCMDLONRSTIAE0123456789_"].find(
    (letter) => !used.includes(letter),
  );
}

/** A tag that matches the pattern, and no pattern that does not match all that this one matches. */
function tagOf({ head, middle, tail }: Glob, filler: string): string {
  return tail === undefined ? head : [head, ...middle, tail].join(filler);
}

/** Whether some tag matches both. */
export function overlap(left: Glob, right: Glob): boolean {
  if (left.tail === undefined) return matchesGlob(right, left.head);
  if (right.tail === undefined) return matchesGlob(left, right.head);
  const heads = left.head.startsWith(right.head) || right.head.startsWith(left.head);
  return heads && (left.tail.endsWith(right.tail) || right.tail.endsWith(left.tail));
}

function told({ text, kind }: Pattern): string {
  return `${printable(text, 80)}${kind === "prefix" ? "…" : ""}`;
}

function listPath(rule: Rule, path: Path): Path {
  return [...path, "selection", rule.patterns[0]?.kind === "prefix" ? "tagPrefixList" : "tagPatternList"];
}

function reportSeparateTags(report: Report, rule: Rule, path: Path): void {
  for (const [index, left] of rule.patterns.entries()) {
    const right = rule.patterns.slice(index + 1).find((other) => !overlap(left, other));
    if (!right) continue;
    report.add(
      lifecycleFaults.separateTags,
      listPath(rule, path),
      `identifies only images that have a tag ${told(left)} and another tag ${told(right)}, because every entry of the list must match; write one rule for each if either is meant`,
    );
    return;
  }
}

/** Images that a rule identifies and earlier rules as little as possible. */
function witnesses(rule: Rule, filler: string): (readonly string[])[] {
  if (rule.tagStatus === "untagged") return [[]];
  if (rule.tagStatus === "any") return [[], [filler]];
  return [rule.patterns.map((pattern) => tagOf(pattern, filler))];
}

function reportDead(report: Report, rule: Rule, above: readonly Rule[], path: Path, filler: string): boolean {
  const literal = rule.patterns.find(({ kind, text }) => kind === "prefix" && text.includes("*"));
  if (literal) {
    report.add(
      lifecycleFaults.dead,
      listPath(rule, path),
      `identifies no image: in a prefix * is an ordinary character, which no tag has; write ${printable(literal.text, 80)} into tagPatternList`,
    );
    return true;
  }
  const takers = witnesses(rule, filler).map((tags) => above.find((earlier) => identifies(earlier, { tags })));
  if (takers.includes(undefined)) return false;
  const names = [...new Set(takers.map((taker) => taker?.priority))].sort((a = 0, b = 0) => a - b);
  const who = names.length > 1 ? `rules ${names.join(" and ")} identify` : `rule ${names[0]} identifies`;
  report.add(
    lifecycleFaults.dead,
    path,
    `can act on no image: ${who} all of its images first; remove it, or give it a lower rulePriority`,
  );
  return true;
}

function reportProtected(
  report: Report,
  rule: Rule,
  above: readonly Rule[],
  path: Path,
  text: string,
  filler: string,
): void {
  if (rule.tagStatus === "untagged") return;
  const guarded = starGlob(text);
  const tag = tagOf(guarded, filler);
  // Beside it the tags that the rule asks for. What an earlier rule identifies of this image, it identifies of every one with
  // a protected tag that the rule takes, so no other need be tried.
  const missing = rule.patterns.filter((pattern) => !matchesGlob(pattern, tag));
  const taken = [tag, ...missing.map((pattern) => tagOf(pattern, filler))];
  if (above.some((earlier) => identifies(earlier, { tags: taken }))) return;
  const tags = taken.map((own) => printable(own, 60)).join(", ");
  report.add(
    lifecycleFaults.protectedTag,
    path,
    `can ${rule.action === "expire" ? "expire" : "archive"} images with the protected tag ${printable(text, 80)}, such as one with the ${taken.length === 1 ? "tag" : "tags"} ${tags}; a rule of lower rulePriority that identifies them and keeps them would spare them`,
  );
}

function reportUnbounded(report: Report, rules: readonly Rule[], filler: string): void {
  const standard = rules.filter(({ storageClass }) => storageClass === "standard");
  const unbounded = [
    ...(standard.some((rule) => identifies(rule, { tags: [] })) ? [] : ["untagged images"]),
    ...(standard.some((rule) => identifies(rule, { tags: [filler] })) ? [] : ["images whose tags no rule names"]),
  ];
  if (unbounded.length > 0)
    report.add(
      lifecycleFaults.unbounded,
      [],
      `the policy never takes ${unbounded.join(" and ")}, so their number grows without bound`,
    );
}

function reportUntagged(report: Report, path: Path): void {
  report.add(
    lifecycleFaults.untaggedParts,
    path,
    `identifies untagged images, and the parts of manifest lists are untagged; AWS keeps them as long as their list, though users report that this does not hold for pull-through caches`,
  );
}
