/** What is wrong with a lifecycle policy, after AWS's published grammar with its rules across fields (catalogue D1). */

import schema from "../../schema/lifecycle-policy.schema.json" with { type: "json" };
import { openDocument, type Report, reportProblems } from "../define/document.ts";
import type { Finding } from "../define/finding.ts";
import type { Path } from "../define/path.ts";
import { printable } from "../define/printable.ts";
import { compileSchema } from "../define/validator.ts";
import { containsUnknown, isMap, isUnknown, type Value, withoutNulls } from "../define/value.ts";
import { lifecyclePolicyText, rulesOf } from "./policy.ts";

const validate = compileSchema(schema);
const rule = "ECR-D1";
const [fewestCharacters, mostCharacters] = [100, 30_720];
const knownWords: Readonly<Record<string, readonly string[]>> = {
  countType: ["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"],
  storageClass: ["standard", "archive"],
  type: ["expire", "transition"],
  targetStorageClass: ["archive"],
};

type Members = Readonly<Record<string, unknown>>;

/** Everything at once, with line and column where the source is text. Never throws; unknown parts are passed over. */
export function validateLifecyclePolicy(source: unknown): Finding[] {
  if (isUnknown(source)) return [];
  const { value, report } = openDocument(source, "ECR-A1");
  if (value === undefined) return report.findings;
  if (Array.isArray(rulesOf(value)) && (rulesOf(value)?.length ?? 0) > 50) {
    report.add(rule, "error", ["rules"], `may have at most 50 rules, has ${rulesOf(value)?.length}`);
    return report.findings;
  }
  const clean = isMap(value) ? withoutNulls(value as Value) : value;
  reportProblems(report, rule, validate(clean));
  if (report.findings.some(({ level }) => level === "error")) return report.findings;
  checkSize(clean, report);
  const rules = rulesOf(clean) ?? [];
  for (const [index, entry] of rules.entries()) checkRule(entry, ["rules", index], report);
  checkTogether(rules, report);
  return report.findings;
}

function checkSize(value: unknown, report: Report): void {
  if (containsUnknown(value)) return;
  const size = lifecyclePolicyText(value).length;
  if (size < fewestCharacters || size > mostCharacters) {
    report.add(
      "ECR-A14",
      "error",
      [],
      `has ${size} characters without spacing, must have ${fewestCharacters} to ${mostCharacters}`,
    );
  }
}

function checkRule(entry: Members, path: Path, report: Report): void {
  const [selection, action] = [entry["selection"], entry["action"]];
  if (!isMap(selection) || !isMap(action)) return;
  for (const [members, at] of [
    [selection, "selection"],
    [action, "action"],
  ] as const) {
    for (const [name, words] of Object.entries(knownWords)) {
      const word = members[name];
      if (typeof word === "string" && !words.includes(word)) {
        report.add(
          rule,
          "warning",
          [...path, at, name],
          `"${printable(word, 60)}" is not among the values known to this version (${words.join(", ")}); it is passed on as it is`,
        );
      }
    }
  }
  const add = (at: Path, message: string) => report.add(rule, "error", [...path, ...at], message);
  checkTags(selection, add);
  checkCount(selection, action, add);
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

function checkCount(selection: Members, action: Members, add: Add): void {
  const { countType, countUnit, countNumber, storageClass } = selection;
  const { type, targetStorageClass } = action;
  if (countType === "imageCountMoreThan" && countUnit !== undefined)
    add(["selection", "countUnit"], "must be left out with imageCountMoreThan");
  if (typeof countType === "string" && countType.startsWith("since") && countUnit === undefined)
    add(["selection", "countUnit"], `is required with ${printable(countType, 60)}; it is days`);
  if (type === "transition" && targetStorageClass === undefined)
    add(["action", "targetStorageClass"], "is required with transition; it is archive");
  if (type === "expire" && targetStorageClass !== undefined)
    add(["action", "targetStorageClass"], "goes only with transition");
  if (type === "transition" && storageClass === "archive")
    add(
      ["selection", "storageClass"],
      "must be standard with transition: what is in the archive cannot be moved there",
    );
  if (countType === "sinceImagePulled" && type === "expire")
    add(["action", "type"], "must be transition with sinceImagePulled: AWS does not expire images by their last pull");
  if (countType === "sinceImageTransitioned") {
    if (storageClass !== "archive" && !isUnknown(storageClass))
      add(["selection", "storageClass"], "must be archive with sinceImageTransitioned");
    if (type === "transition") add(["action", "type"], "must be expire with sinceImageTransitioned");
    if (typeof countNumber === "number" && countNumber < 90)
      add(["selection", "countNumber"], `must be at least 90 with sinceImageTransitioned, is ${countNumber}`);
  } else if (
    storageClass === "archive" &&
    typeof countType === "string" &&
    knownWords["countType"]?.includes(countType)
  ) {
    add(["selection", "countType"], "must be sinceImageTransitioned with storageClass archive");
  }
}

/** Rules that concern several entries. `any` and untagged rules count per storage class, as AWS's own example has it. */
function checkTogether(rules: readonly Members[], report: Report): void {
  const seen = new Map<number, number>();
  const untagged = new Map<string, number>();
  const prefixes = new Map<string, number>();
  const highest = new Map<string, number>();
  const classOf = (entry: Members) =>
    String((entry["selection"] as Members | undefined)?.["storageClass"] ?? "standard");
  const priorityOf = (entry: Members) =>
    typeof entry["rulePriority"] === "number" ? entry["rulePriority"] : undefined;
  for (const entry of rules) {
    const priority = priorityOf(entry);
    if (priority !== undefined) highest.set(classOf(entry), Math.max(priority, highest.get(classOf(entry)) ?? 0));
  }
  for (const [index, entry] of rules.entries()) {
    const add = (at: Path, message: string) => report.add(rule, "error", ["rules", index, ...at], message);
    const priority = priorityOf(entry);
    const selection = (entry["selection"] ?? {}) as Members;
    if (priority === undefined || containsUnknown(selection as Value)) continue;
    const twin = seen.get(priority);
    if (twin !== undefined)
      add(["rulePriority"], `${priority} is used by rules[${twin}] already; each rule needs its own`);
    seen.set(priority, index);
    const storage = classOf(entry);
    if (selection["tagStatus"] === "any" && priority < (highest.get(storage) ?? 0)) {
      add(
        ["rulePriority"],
        `a rule for any images must have the highest number of its storage class, which is ${highest.get(storage)}`,
      );
    }
    const others = selection["tagStatus"] === "untagged" ? untagged : prefixes;
    const key =
      selection["tagStatus"] === "untagged"
        ? storage
        : Array.isArray(selection["tagPrefixList"])
          ? `${storage} ${JSON.stringify([...new Set(selection["tagPrefixList"])].sort())}`
          : undefined;
    const first = key === undefined ? undefined : others.get(key);
    if (first !== undefined) {
      add(
        ["selection"],
        selection["tagStatus"] === "untagged"
          ? `rules[${first}] is about untagged images already; one rule may be`
          : `rules[${first}] has the same prefixes already`,
      );
    }
    if (key !== undefined) others.set(key, index);
  }
}
