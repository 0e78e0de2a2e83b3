/** What happens to a resource, told for people: sentences, and both sides in canonical form. */

import { type Declared, resourceId } from "../declared/declared.ts";
import { documentValue } from "../define/document.ts";
import { describeLifecycleChange, lifecycleEquivalent, normalizeLifecyclePolicy } from "../lifecycle/policy.ts";
import { describePolicyChange } from "../policy/change/diff.ts";
import { type CanonicalPolicy, normalizePolicy } from "../policy/change/normalize.ts";
import { toldPair } from "../policy/change/told.ts";
import { patchBetween } from "../text/json-patch.ts";
import { printable } from "../text/printable.ts";
import { sortedKeys } from "../text/sorted-json.ts";
import { isMap, isUnknown, sameValue } from "../text/value.ts";
import type { Judged } from "./judge.ts";
import type { ChangeKind, ReviewChange } from "./report.ts";
import { changedProperties } from "./rule/difference.ts";
import { type Change, type DocumentChange, documentsOf, soleDocument } from "./rule/subject.ts";

/** No document of ECR is longer; longer text is not shown side by side. */
const mostCharacters = 100_000;

export function describeChange(change: Change, { access }: Judged, isChange: boolean): ReviewChange {
  const { before, after } = change;
  const declared = (after ?? before) as Declared;
  const documents = documentsOf(change);
  const kind = isChange ? kindOf(change) : "unchanged";
  const isSame = kind === "unchanged";
  const settings = !isSame && before && after ? settingsOf(before, after, documents) : [];
  const isEqual =
    kind === "changed" &&
    settings.length === 0 &&
    access.every(({ relation }) => relation === "equal") &&
    documents.every(({ language, before: was, after: is }) => language !== "lifecycle" || lifecycleEquivalent(was, is));
  const texts = isSame ? [] : documents.flatMap(sentencesOf);
  const position = after?.locate?.([]);
  const [beforeText, afterText] = textsOf(change);
  return {
    ...(declared.file === undefined ? {} : { file: printable(declared.file, 500) }),
    ...(position ? { line: position.line, column: position.column } : {}),
    resource: printable(resourceId(declared), 500),
    kind: declared.kind,
    name: printable(declared.name ?? declared.label ?? "(not known yet)", 300),
    ...(declared.name === undefined && declared.label === undefined ? { unnamed: true as const } : {}),
    change: kind,
    equalInMeaning: isEqual,
    sentences: [...texts, ...settings],
    before: isSame && before ? afterText : beforeText,
    after: afterText,
    ...patchOf(change, kind, beforeText, afterText),
  };
}

/** The patch between the two texts; none where a side is too long to be shown. */
function patchOf({ before, after }: Change, kind: ChangeKind, was: string | null, is: string | null) {
  if (kind === "unchanged" || (before && was === null) || (after && is === null)) return {};
  return { patch: patchBetween(JSON.parse(was ?? "null"), JSON.parse(is ?? "null")) };
}

function kindOf({ before, after, replaced }: Change): ChangeKind {
  if (!before) return "added";
  if (!after) return "removed";
  if (replaced) return "replaced";
  return sameValue(before.properties, after.properties) ? "unchanged" : "changed";
}

function sentencesOf({ language, property, before, after, isTemplate }: DocumentChange): string[] {
  if (before === undefined || after === undefined) return [];
  const describe = language === "lifecycle" ? describeLifecycleChange : describePolicyChange;
  return describe(before, after).map((sentence) => (isTemplate ? `${property}: ${sentence}` : sentence));
}

/** Properties that mean something else than before and are not documents. */
function settingsOf(before: Declared, after: Declared, documents: readonly DocumentChange[]): string[] {
  return changedProperties(before, after)
    .filter((name) => !documents.some(({ property }) => property === name))
    .map((name) => {
      const [old, now] = [before.properties[name], after.properties[name]];
      return `${printable(name, 80)} is ${shown(now)}, was ${shown(old)}`;
    });
}

function shown(value: unknown): string {
  return value === undefined ? "not set" : printable(text(value) ?? "not set", 200);
}

const unknownText = "(not known yet)";

function text(value: unknown, indent?: number): string | undefined {
  return JSON.stringify(value, (_, member: unknown) => (isUnknown(member) ? unknownText : member), indent);
}

/** Both sides as text for a diff. The sides of a document that means the same are the same text. */
function textsOf({ before, after }: Change): [string | null, string | null] {
  const property = soleDocument((after ?? before) as Declared);
  if (property === undefined)
    return [writtenText(sortedKeys(before?.properties)), writtenText(sortedKeys(after?.properties))];
  const sides = [before, after].map((side) => side && documentValue(side.properties[property])) as [unknown, unknown];
  const canonical = sides.map((side) => normalizePolicy(side) ?? normalizeLifecyclePolicy(side) ?? side);
  if (sameValue(canonical[0], canonical[1])) return [writtenText(canonical[0]), writtenText(canonical[1])];
  const [old, now] = withoutIdleVersion(toldPair(...sides), canonical);
  return [writtenText(old ?? canonical[0]), writtenText(now ?? canonical[1])];
}

type Pair = readonly [CanonicalPolicy | undefined, CanonicalPolicy | undefined];

/** Versions are shown where they matter or differ. */
function withoutIdleVersion([old, now]: Pair, canonical: readonly unknown[]): Pair {
  const matters = canonical.some((side) => isMap(side) && side["Version"] !== undefined);
  if (matters || (old && now && !sameValue(old["Version"], now["Version"]))) return [old, now];
  const without = (side: CanonicalPolicy | undefined) => {
    const { Version: _, ...rest } = side ?? {};
    return side && rest;
  };
  return [without(old), without(now)];
}

function writtenText(value: unknown): string | null {
  const written = text(value, 2) ?? "";
  return written === "" || written.length > mostCharacters ? null : written;
}
