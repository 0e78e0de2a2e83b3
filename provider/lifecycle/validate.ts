/** What is wrong with a lifecycle policy, after AWS's published grammar with its rules across fields (catalog D1). */

import schema from "../../schema/lifecycle-policy.schema.json" with { type: "json" };
import { openDocument, type Report, reportProblems, reportSize } from "../define/document.ts";
import { compileSchema } from "../define/validator.ts";
import type { Fault, Finding } from "../text/finding.ts";
import { unknownWord } from "../text/nearest.ts";
import type { Path } from "../text/path.ts";
import { containsUnknown, isMap, isUnknown } from "../text/value.ts";
import { lifecycleFaults } from "./faults.ts";
import { lifecyclePolicyText, type Members, withoutNullMembers } from "./policy.ts";
import { checkTogether } from "./together.ts";

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

interface Sending {
  /** Whoever sends the document leaves out members that are null, as the provider of this package does. */
  readonly leavesOutNulls?: boolean;
}

/** Everything at once, with line and column where the source is text. Never throws; unknown parts are passed over. */
export function validateLifecyclePolicy(source: unknown, { leavesOutNulls = false }: Sending = {}): Finding[] {
  if (isUnknown(source)) return [];
  const { value, report } = openDocument(source, lifecycleFaults.syntax);
  if (value === undefined) return report.findings();
  if (!leavesOutNulls) reportNulls(value, [], report);
  const clean = withoutNullMembers(value);
  reportProblems(report, () => lifecycleFaults.shape, validate(clean));
  checkSize(clean, report);
  const list = isMap(clean) && Array.isArray(clean["rules"]) ? (clean["rules"] as unknown[]) : [];
  const rules = list.flatMap((entry, index) => (isMap(entry) ? [{ entry, index }] : []));
  for (const { entry, index } of rules) checkRule(entry, ["rules", index], report);
  checkTogether(rules, report);
  return report.findings();
}

function reportNulls(value: unknown, path: Path, report: Report): void {
  if (typeof value !== "object" || value === null || isUnknown(value)) return;
  for (const [name, member] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    if (member !== null) reportNulls(member, [...path, name], report);
    else if (!Array.isArray(value))
      report.add(lifecycleFaults.nullMember, [...path, name], "is null, which ECR rejects; leave the member out");
  }
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
      const { level, message } = unknownWord(word, known);
      const fault = level === "error" ? lifecycleFaults.misspelled : lifecycleFaults.newerValue;
      report.add(fault, [...path, part, name], message);
    }
  }
  const adding =
    (fault: Fault): Add =>
    (at, message) =>
      report.add(fault, [...path, ...at], message);
  const [selection, action] = [entry["selection"], entry["action"]].map((part) => (isMap(part) ? part : undefined));
  if (selection) checkTags(selection, adding(lifecycleFaults.tagLists), adding(lifecycleFaults.emptyTag));
  if (action) checkTarget(selection ?? {}, action, adding(lifecycleFaults.combination));
  if (selection) checkCount(selection, action ?? {}, adding(lifecycleFaults.combination));
}

type Add = (at: Path, message: string) => void;

function checkTags(selection: Members, add: Add, warn: Add): void {
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
  const prefixes = selection["tagPrefixList"];
  for (const [index, prefix] of Array.isArray(prefixes) ? prefixes.entries() : []) {
    const message = "is empty, so every tag matches it; ECR has been reported to reject it";
    if (prefix === "") warn(["selection", "tagPrefixList", index], message);
  }
  const patterns = selection["tagPatternList"];
  for (const [index, pattern] of Array.isArray(patterns) ? patterns.entries() : []) {
    const stars = typeof pattern === "string" ? pattern.split("*").length - 1 : 0;
    if (pattern === "") warn(["selection", "tagPatternList", index], "is empty, so no tag matches it");
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
