/**
 * The review: resources before and after → what changes, what is found, and whether it may pass.
 *
 * Lives here: the review: changes, judgement, effects, verdict, and the report as plain data.
 * May not live here: markup, reading of files (`cli/`), calls to AWS.
 */

import { type Declared, resourceId } from "../declared/declared.ts";
import { openDocument } from "../define/document.ts";
import type { AccessChange, Relation } from "../policy/access/compare.ts";
import type { AccessContext } from "../policy/access/rules/context.ts";
import { policyFaults } from "../policy/faults.ts";
import { newBudget } from "../policy/language/budget.ts";
import type { PolicyKind } from "../policy/language/document.ts";
import type { Finding, Location } from "../text/finding.ts";
import { isOver } from "../text/moment.ts";
import { formatPath } from "../text/path.ts";
import { printable } from "../text/printable.ts";
import { describeChange } from "./change.ts";
import { covers, type ReviewConfig } from "./config.ts";
import { imageChanges } from "./effects.ts";
import { type Judged, judge, judgePolicy } from "./judge.ts";
import { fixOf, type Judgement } from "./judgement.ts";
import type { LedgerEntry } from "./ledger.ts";
import {
  byWeight,
  fingerprintOf,
  type NotRead,
  type ReviewAccess,
  type ReviewFinding,
  type ReviewReport,
  type Revisions,
  type Suppressed,
  schemaVersion,
} from "./report.ts";
import type { Surroundings } from "./rule/rule.ts";
import type { Change } from "./rule/subject.ts";
import { ruleOf } from "./rules/index.ts";
import { acceptedParts, blockingFindings, verdictOf } from "./verdict.ts";

/** What goes into a review. */
export interface ReviewInput {
  readonly changes: readonly Change[];
  /** False for documents that are judged alone, as what comes after nothing. */
  readonly isChange: boolean;
  readonly surroundings: Surroundings;
  readonly config: ReviewConfig;
  /** Name of the file that the configuration comes from. */
  readonly configFile?: string;
  readonly failOn: readonly string[];
  readonly notRead: readonly NotRead[];
  /** Of two revisions: every changed path. */
  readonly ledger?: readonly LedgerEntry[];
  readonly notes: readonly string[];
  readonly revisions?: Revisions;
  readonly stack?: string;
}

/** Never throws; what cannot be judged is undecided and says why. */
export function review(given: ReviewInput): ReviewReport {
  const access = { budget: newBudget(), ...given.surroundings.access };
  return reviewed({ ...given, surroundings: { ...given.surroundings, access } });
}

function reviewed(input: ReviewInput): ReviewReport {
  const { changes, isChange, surroundings, revisions, stack } = input;
  const parts = changes.map((change) => {
    const judged = judge(change, surroundings, isChange);
    const isOfState = ({ ruleId }: Judgement) => ruleOf(ruleId)?.policyChange === undefined;
    const existing = judged.judgements.some(isOfState) ? existingIn(change, input) : new Set<string>();
    return { change, judged, existing };
  });
  const notRead = [...input.notRead, ...parts.flatMap(notSimulated)];
  const findings = parts.flatMap((part) => findingsOf(part, input)).sort(byWeight);
  const all = accessOf(parts);
  const access = { ...all, undecided: acceptedParts(all.undecided, findings, input.config) };
  const told = parts.map(({ change, judged }) => describeChange(change, judged, isChange));
  const blocking = blockingFindings(findings, input.failOn);
  const verdict = verdictOf(blocking, access, findings, { ...input, notRead });
  const count = (level: string) => findings.filter((finding) => !finding.suppressed && finding.level === level).length;
  return {
    schemaVersion,
    verdict,
    summary: {
      error: count("error"),
      warning: count("warning"),
      note: count("note"),
      suppressed: findings.filter(({ suppressed }) => suppressed).length,
      blocking: blocking.filter((finding) => finding.blocking).length,
      undecided:
        access.undecided.filter(({ accepted }) => !accepted).length +
        notRead.filter(({ incomplete }) => incomplete).length,
      resources: changes.length,
      equalInMeaning: told.filter(({ equalInMeaning }) => equalInMeaning).length,
    },
    ...(revisions ? { revisions } : {}),
    ...(stack === undefined ? {} : { stack }),
    access,
    changes: told,
    images: parts.flatMap(({ change, judged }) => imageChanges(change, judged.effects)),
    findings: blocking,
    notRead,
    ...(input.ledger ? { ledger: input.ledger.map(printableEntry) } : {}),
    notes: [...input.notes, ...expired(input)],
  };
}

function printableEntry(entry: LedgerEntry): LedgerEntry {
  return { ...entry, path: printable(entry.path, 500), why: printable(entry.why, 500) };
}

/** Findings of one access policy alone, with positions where it is text. */
export function reviewPolicy(kind: PolicyKind, source: unknown, context: AccessContext = {}): Finding[] {
  const { report } = openDocument(source, policyFaults.syntax);
  for (const { ruleId, level, path, message } of judgePolicy(kind, source, context))
    if (ruleId !== policyFaults.syntax.ruleId) report.add({ ruleId, level }, path, message);
  return report.findings();
}

interface Part {
  readonly change: Change;
  readonly judged: Judged;
  /** What the state before has as well, by rule and meaning. */
  readonly existing: ReadonlySet<string>;
}

function findingsOf({ change, judged, existing }: Part, input: ReviewInput): Omit<ReviewFinding, "blocking">[] {
  const declared = change.after ?? change.before;
  if (!declared) return [];
  const resource = printable(resourceId(declared), 500);
  const seen = new Map<string, number>();
  return judged.judgements.flatMap((judgement) => {
    const { ruleId, path, message, witness } = judgement;
    const level = levelOf(judgement, input.config);
    if (level === "off") return [];
    // Two of the same kind about the same thing are told apart by their order.
    const name = `${ruleId} ${judgement.key}`;
    const earlier = seen.get(name) ?? 0;
    seen.set(name, earlier + 1);
    const suppressed = suppressionOf(ruleId, declared, resource, input);
    return [
      {
        ...locationOf(declared, judgement),
        ruleId,
        level,
        resource,
        path: printable(formatPath(path), 300),
        message,
        fix: fixOf(ruleId),
        fingerprint: fingerprintOf(ruleId, resource, earlier === 0 ? judgement.key : `${judgement.key} ${earlier}`),
        existing: existing.has(name),
        ...(witness ? { witness } : {}),
        ...(suppressed ? { suppressed } : {}),
        ...(judgement.invalid ? { invalid: true } : {}),
      },
    ];
  });
}

function notSimulated({ change, judged }: Part): NotRead[] {
  const declared = change.after ?? change.before;
  return judged.notes.map((reason) => ({
    file: printable(declared ? resourceId(declared) : "", 500),
    reason,
    incomplete: true,
  }));
}

/** What the state before has as well, by rule and meaning. */
function existingIn({ before, after }: Change, { isChange, surroundings }: ReviewInput): ReadonlySet<string> {
  if (!isChange || !before || !after) return new Set();
  const { judgements } = judge({ after: before }, { ...surroundings, after: surroundings.before }, false);
  return new Set(judgements.map(({ ruleId, key }) => `${ruleId} ${key}`));
}

/** What AWS would refuse stays an error. */
function levelOf({ ruleId, level, invalid }: Judgement, { levels }: ReviewConfig): ReviewFinding["level"] | "off" {
  const wanted = Object.hasOwn(levels, ruleId) ? levels[ruleId] : undefined;
  return invalid ? level : (wanted ?? level);
}

function locationOf({ file, locate }: Declared, { place, position, inText }: Judgement): Location {
  if (file === undefined) return {};
  const at = position ?? locate?.(place, inText);
  return {
    file: printable(file, 500),
    ...(at?.line === undefined ? {} : { line: at.line }),
    ...(at?.column === undefined ? {} : { column: at.column }),
  };
}

function suppressionOf(
  ruleId: string,
  { name, urn }: Declared,
  resource: string,
  { config, configFile = "review.yaml", surroundings }: ReviewInput,
): Suppressed | undefined {
  const names = [resource, ...(name === undefined ? [] : [name]), ...(urn === undefined ? [] : [urn])];
  const found = config.suppressions.find(
    (suppression) => !isOver(suppression.until, surroundings.at) && covers(suppression, ruleId, names),
  );
  return found && { by: configFile, reason: printable(found.reason, 500), until: found.until };
}

function expired({ config, surroundings }: ReviewInput): string[] {
  return config.suppressions
    .filter(({ until }) => isOver(until, surroundings.at))
    .map(({ rule, resource, until }) => {
      const about = [rule, resource].filter((part) => part !== undefined).map((part) => printable(part, 100));
      return `the suppression of ${about.join(" for ")} ended on ${until} and has no effect`;
    });
}

/** All rows, and the relation that holds for all of the policies. */
function accessOf(parts: readonly Part[]): ReviewAccess {
  const all = parts.flatMap(({ change, judged }) => {
    const declared = change.after ?? change.before;
    const subject = declared ? printable(resourceId(declared), 500) : "";
    const file = declared?.file === undefined ? {} : { file: printable(declared.file, 500) };
    const unnamed = declared && declared.name === undefined ? { unnamed: true as const } : {};
    return judged.access.map((access) => ({ access, mark: { subject, ...file, ...unnamed }, subject }));
  });
  const rows = (way: "gains" | "losses" | "denied") =>
    all.flatMap(({ access, mark }) => (access[way] ?? []).map((row) => ({ ...mark, ...row })));
  const denied = rows("denied");
  const open = (way: "undecided" | "narrowed") =>
    all.flatMap(({ access, subject }) => (access[way] ?? []).map((entry) => ({ subject, ...entry })));
  const narrowed = open("narrowed");
  return {
    relation: relationOf(all.map(({ access }) => access)),
    gains: rows("gains").sort((a, b) => Number(b.outside) - Number(a.outside)),
    losses: rows("losses"),
    ...(denied.length > 0 ? { denied } : {}),
    undecided: open("undecided"),
    ...(narrowed.length > 0 ? { narrowed } : {}),
  };
}

function relationOf(parts: readonly AccessChange[]): Relation {
  const relations = new Set(parts.map(({ relation }) => relation).filter((relation) => relation !== "equal"));
  const [first = "equal"] = relations;
  if (relations.has("undecided")) return "undecided";
  return relations.size > 1 ? "incomparable" : first;
}
