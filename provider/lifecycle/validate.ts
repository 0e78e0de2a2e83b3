/** What is wrong with a lifecycle policy, after AWS's published grammar with its rules across fields (catalogue D1). */

import schema from "../../schema/lifecycle-policy.schema.json" with { type: "json" };
import { openDocument, type Report, reportProblems, reportSize } from "../define/document.ts";
import { compileSchema } from "../define/validator.ts";
import type { Fault, Finding } from "../text/finding.ts";
import type { Path } from "../text/path.ts";
import { printable } from "../text/printable.ts";
import { containsUnknown, isMap, isUnknown } from "../text/value.ts";
import { lifecycleFaults } from "./faults.ts";
import { lifecyclePolicyText, type Members, withoutNullMembers } from "./policy.ts";

const validate = compileSchema(schema);
const [fewestCharacters, mostCharacters] = [100, 30_720];
const { selection: selectionSchema, action: actionSchema } = schema.$defs;
/** Values that AWS documents today, which the schema gives as examples: another one may be of tomorrow. */
const knownWords: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  selection: {
    countType: selectionSchema.properties.countType.examples,
    storageClass: selectionSchema.properties.storageClass.examples,
  },
  action: {
    type: actionSchema.properties.type.examples,
    targetStorageClass: actionSchema.properties.targetStorageClass.examples,
  },
};

/** Everything at once, with line and column where the source is text. Never throws; unknown parts are passed over. */
export function validateLifecyclePolicy(source: unknown): Finding[] {
  if (isUnknown(source)) return [];
  const { value, report } = openDocument(source, lifecycleFaults.syntax);
  if (value === undefined) return report.findings();
  const clean = withoutNullMembers(value);
  reportProblems(report, () => lifecycleFaults.shape, validate(clean));
  checkSize(clean, report);
  const list = isMap(clean) && Array.isArray(clean["rules"]) ? (clean["rules"] as unknown[]) : [];
  const rules = list.flatMap((entry, index) => (isMap(entry) ? [{ entry, index }] : []));
  for (const { entry, index } of rules) checkRule(entry, ["rules", index], report);
  checkTogether(rules, report);
  return report.findings();
}

function checkSize(value: unknown, report: Report): void {
  if (!isMap(value) || containsUnknown(value)) return;
  const size = lifecyclePolicyText(value).length;
  // Below that it has no rule, or one that lacks something, and that is said already.
  if (size < fewestCharacters && report.findings().length === 0) {
    const message = `has ${size} characters without spacing, must have ${fewestCharacters} to ${mostCharacters}`;
    report.add(lifecycleFaults.size, [], message);
  }
  reportSize(size, mostCharacters, report, lifecycleFaults);
}

function checkRule(entry: Members, path: Path, report: Report): void {
  for (const [part, words] of Object.entries(knownWords)) {
    const members = entry[part];
    for (const [name, known] of Object.entries(words)) {
      const word = isMap(members) ? members[name] : undefined;
      if (typeof word !== "string" || known.includes(word)) continue;
      const message = `"${printable(word, 60)}" is not among the values known to this version (${known.join(", ")}); it is passed on as it is`;
      report.add(lifecycleFaults.newerValue, [...path, part, name], message);
    }
  }
  const adding =
    (fault: Fault): Add =>
    (at, message) =>
      report.add(fault, [...path, ...at], message);
  const [selection, action] = [entry["selection"], entry["action"]].map((part) => (isMap(part) ? part : undefined));
  if (selection) checkTags(selection, adding(lifecycleFaults.tagLists));
  if (action) checkTarget(selection ?? {}, action, adding(lifecycleFaults.combination));
  if (selection) checkCount(selection, action ?? {}, adding(lifecycleFaults.combination));
}

type Add = (at: Path, message: string) => void;

function checkTags(selection: Members, add: Add): void {
  const { tagStatus } = selection;
  if (typeof tagStatus !== "string") return;
  const names = ["tagPatternList", "tagPrefixList"].filter(
    (name) => isUnknown(selection[name]) || (Array.isArray(selection[name]) && selection[name].length > 0),
  );
  if (tagStatus === "tagged" && names.length !== 1) {
    add(
      ["selection"],
      `${names.length === 0 ? "needs" : "has both of"} tagPatternList ${names.length === 0 ? "or" : "and"} tagPrefixList; tagStatus tagged takes exactly one of them`,
    );
  }
  if (tagStatus !== "tagged")
    for (const name of names) add(["selection", name], `goes only with tagStatus tagged, not with ${tagStatus}`);
  const patterns = selection["tagPatternList"];
  for (const [index, pattern] of Array.isArray(patterns) ? patterns.entries() : []) {
    const stars = typeof pattern === "string" ? pattern.split("*").length - 1 : 0;
    if (stars > 4) add(["selection", "tagPatternList", index], `may have at most four *, has ${stars}`);
  }
}

function checkTarget({ storageClass }: Members, { type, targetStorageClass }: Members, add: Add): void {
  if (type === "transition" && targetStorageClass === undefined)
    add(["action", "targetStorageClass"], "is required with transition; it is archive");
  if (type === "expire" && targetStorageClass !== undefined)
    add(["action", "targetStorageClass"], "goes only with transition");
  if (type === "transition" && storageClass === "archive")
    add(
      ["selection", "storageClass"],
      "must be standard with transition: what is in the archive cannot be moved there",
    );
}

function checkCount(selection: Members, { type }: Members, add: Add): void {
  const { countType, countUnit, countNumber, storageClass } = selection;
  if (typeof countType !== "string") return;
  const unknownType = !selectionSchema.properties.countType.examples.includes(countType);
  if (countType === "imageCountMoreThan" && countUnit !== undefined)
    add(["selection", "countUnit"], "must be left out with imageCountMoreThan");
  if (!unknownType && countType !== "imageCountMoreThan" && countUnit === undefined)
    add(["selection", "countUnit"], `is required with ${countType}; it is days`);
  if (countType === "sinceImagePulled" && type === "expire")
    add(["action", "type"], "must be transition with sinceImagePulled: AWS does not expire images by their last pull");
  if (countType === "sinceImageTransitioned") {
    if (storageClass !== "archive" && !isUnknown(storageClass))
      add(["selection", "storageClass"], "must be archive with sinceImageTransitioned");
    if (type === "transition") add(["action", "type"], "must be expire with sinceImageTransitioned");
    if (typeof countNumber === "number" && countNumber < 90)
      add(["selection", "countNumber"], `must be at least 90 with sinceImageTransitioned, is ${countNumber}`);
  } else if (storageClass === "archive" && !unknownType) {
    add(["selection", "countType"], "must be sinceImageTransitioned with storageClass archive");
  }
}

interface Placed {
  readonly entry: Members;
  readonly index: number;
}

/**
 * Rules that concern several entries. Those about `any`, untagged images and prefixes count per storage class, as AWS's
 * own example has it. A rule of which the deciding part is unknown is left out.
 */
function checkTogether(rules: readonly Placed[], report: Report): void {
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
