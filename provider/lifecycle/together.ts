/** What is wrong between several rules of one lifecycle policy: priorities, selections and prefixes that clash. */

import type { Report } from "../define/document.ts";
import type { Fault } from "../text/finding.ts";
import type { Path } from "../text/path.ts";
import { printable } from "../text/printable.ts";
import { containsUnknown, isMap } from "../text/value.ts";
import { lifecycleFaults } from "./faults.ts";
import type { Members } from "./policy.ts";

/** A rule and its place in the list. */
export interface Placed {
  readonly entry: Members;
  readonly index: number;
}

/**
 * Rules that concern several entries. Those about `any`, untagged images and prefixes count per storage class, as AWS's
 * own example has it. A rule of which the deciding part is unknown is left out.
 */
export function checkTogether(rules: readonly Placed[], report: Report): void {
  const add = (fault: Fault, index: number, at: Path, message: string) =>
    report.add(fault, ["rules", index, ...at], message);
  const twice = <K>(key: (entry: Members) => K | undefined, told: (entry: Placed, first: number) => void) => {
    const seen = new Map<K, number>();
    for (const placed of rules) {
      const found = key(placed.entry);
      const first = found === undefined ? undefined : seen.get(found);
      if (first !== undefined) told(placed, first);
      else if (found !== undefined) seen.set(found, placed.index);
    }
  };
  twice(priorityOf, ({ entry, index }, first) =>
    add(
      lifecycleFaults.priority,
      index,
      ["rulePriority"],
      `${priorityOf(entry)} is used by rules[${first}] already; each rule needs its own`,
    ),
  );
  twice(
    (entry) => (selectionOf(entry)["tagStatus"] === "untagged" ? classOf(entry) : undefined),
    ({ index }, first) =>
      add(
        lifecycleFaults.repeatedSelection,
        index,
        ["selection"],
        `rules[${first}] is about untagged images already; one rule may be`,
      ),
  );
  twice(
    (entry) => tagListOf(entry, "tagPrefixList")?.key,
    ({ index }, first) =>
      add(lifecycleFaults.repeatedSelection, index, ["selection"], `rules[${first}] has the same prefixes already`),
  );
  twice(
    (entry) => tagListOf(entry, "tagPatternList")?.key,
    ({ index }, first) =>
      report.add(
        lifecycleFaults.sharedPrefix,
        ["rules", index, "selection", "tagPatternList"],
        `rules[${first}] has the same patterns already; AWS refuses that of prefixes, and does not say whether of patterns too`,
      ),
  );
  warnOfSharedPrefixes(rules, report);
  const highest = new Map<string | undefined, number>();
  for (const { entry } of rules)
    highest.set(classOf(entry), Math.max(priorityOf(entry) ?? 0, highest.get(classOf(entry)) ?? 0));
  for (const { entry, index } of rules) {
    const [priority, most] = [priorityOf(entry), highest.get(classOf(entry)) ?? 0];
    if (selectionOf(entry)["tagStatus"] !== "any" || classOf(entry) === undefined) continue;
    if (priority !== undefined && priority < most)
      add(
        lifecycleFaults.priority,
        index,
        ["rulePriority"],
        `a rule for any images must have the highest number of its storage class, which is ${most}`,
      );
  }
}

/** The sorted entries of a tag list that can be compared, and a key of them with their storage class. */
function tagListOf(entry: Members, name: "tagPrefixList" | "tagPatternList") {
  const { tagStatus, [name]: list } = selectionOf(entry);
  const storage = classOf(entry);
  if (tagStatus !== "tagged" || storage === undefined || !Array.isArray(list)) return undefined;
  if (list.length === 0 || containsUnknown(list)) return undefined;
  const entries = [...new Set(list as unknown[])].sort();
  return { entries, storage, key: `${storage} ${JSON.stringify(entries)}` };
}

/** "A unique set of prefixes" may mean that no two rules share one, or that no two have the same ones. */
function warnOfSharedPrefixes(rules: readonly Placed[], report: Report): void {
  const seen = new Map<string, { index: number; key: string }>();
  for (const { entry, index } of rules) {
    const list = tagListOf(entry, "tagPrefixList");
    for (const prefix of list?.entries ?? []) {
      const name = `${list?.storage} ${JSON.stringify(prefix)}`;
      const before = seen.get(name);
      if (before && before.key !== list?.key) {
        const message = `"${printable(String(prefix), 60)}" is a prefix of rules[${before.index}] too; AWS wants the prefixes of rules to be unique, and does not say whether they may share one`;
        report.add(lifecycleFaults.sharedPrefix, ["rules", index, "selection", "tagPrefixList"], message);
      }
      if (!before) seen.set(name, { index, key: list?.key ?? "" });
    }
  }
}

function priorityOf({ rulePriority }: Members): number | undefined {
  return typeof rulePriority === "number" ? rulePriority : undefined;
}

function selectionOf({ selection }: Members): Members {
  return isMap(selection) ? selection : {};
}

/** Undefined when it is not known yet. */
function classOf(entry: Members): string | undefined {
  const { storageClass = "standard" } = selectionOf(entry);
  return typeof storageClass === "string" ? storageClass : undefined;
}
