/**
 * What a review found, as plain data: the access, image and other changes, the findings, and what could not be read or
 * decided. Every format is written from it alone, also from the file that `--format json` wrote, and
 * `schema/review-report.schema.json` is its shape for other programs. Sentences and names are made fit to print but are still plain
 * text, and what `because`, `who` and `witness` name is as it was written: whoever writes a format escapes all of it.
 */

import { createHash } from "node:crypto";
import type { Relation } from "../policy/access/compare.ts";
import type { AccessRow, Witness } from "../policy/access/rows.ts";
import type { Undecided } from "../policy/access/undecided.ts";
import type { Finding, Location } from "../text/finding.ts";
import type { PatchOperation } from "../text/json-patch.ts";
import type { LedgerEntry } from "./ledger.ts";

export const schemaVersion = 1;

/** `blocked`: a finding or a gain of the kinds in `--fail-on`; `undecided`: nothing worse, and a part is undecided or unread. */
export const verdicts = ["clean", "blocked", "undecided"] as const;
export type Verdict = (typeof verdicts)[number];

/** Exit code of the command for each verdict. `--undecided fail` makes the last one 2. */
export const exitCodes: Readonly<Record<Verdict, number>> = { clean: 0, blocked: 2, undecided: 3 };

/** Somebody silenced a finding in the configuration; it is shown, counted apart, and blocks nothing. */
export interface Suppressed {
  /** The file that says so. */
  readonly by: string;
  readonly reason: string;
  /** Last day, as `2026-12-31`. */
  readonly until: string;
}

/** A finding with what the configuration and the state before say of it. `rules/index.ts` has the title, fix and source of its rule. */
export interface ReviewFinding extends Finding<string> {
  /** A URN, or kind and name such as `RepositoryPolicy team/api`; the same in every run. */
  readonly resource: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;
  /** Of rule, resource and what the finding is about in meaning, never of a line: the same in every run. 32 hexadecimal digits. */
  readonly fingerprint: string;
  /** Whether the state before has it as well, so that the change did not bring it. */
  readonly existing: boolean;
  readonly blocking: boolean;
  /** A request that shows it. */
  readonly witness?: Witness;
  readonly suppressed?: Suppressed;
}

/** A row of who can do what, and the resource whose policy it is about. */
export interface ReviewAccessRow extends AccessRow {
  /** The `resource` of its change and findings. `resource` of the row is the repository in plain words. */
  readonly subject: string;
  readonly file?: string;
  /** The repository's name is not known, and `resource` stands for it. */
  readonly unnamed?: true;
}

export interface ReviewUndecided extends Undecided {
  readonly subject: string;
  /** The configuration accepts it, by a suppression of ECR-C3 or by its level `off`; it no longer counts. */
  readonly accepted?: true;
}

export interface ReviewAccess {
  /** Of all policies together. */
  readonly relation: Relation;
  /** Those that reach outside first, then by subject. */
  readonly gains: readonly ReviewAccessRow[];
  readonly losses: readonly ReviewAccessRow[];
  /** Of policies that are not a change: what they deny, whatever other policies allow. */
  readonly denied?: readonly ReviewAccessRow[];
  readonly undecided: readonly ReviewUndecided[];
  /** What can at most be lost, or may be denied, and why it is not known how much of it is. */
  readonly narrowed?: readonly ReviewUndecided[];
}

export const changeKinds = ["added", "changed", "removed", "replaced", "unchanged"] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What happens to one resource. */
export interface ReviewChange extends Location {
  readonly resource: string;
  /** A type of this package without prefix, such as `RepositoryPolicy`, whatever provider declares it. */
  readonly kind: string;
  /** Of the repository, or `registry`; what a preview does not know yet is `(not known yet)`. */
  readonly name: string;
  /** The name is not known. */
  readonly unnamed?: true;
  /** `unchanged` for documents that are judged alone. */
  readonly change: ChangeKind;
  /** Only the form changes, nothing in meaning. */
  readonly equalInMeaning: boolean;
  /** What the change says, in sentences; empty when it says nothing. */
  readonly sentences: readonly string[];
  /** The canonical form of the document or the properties on each side as indented JSON, for a diff; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
  /** RFC 6902, from the JSON of `before` to that of `after` (null where there is none); absent where a side is too long. */
  readonly patch?: readonly PatchOperation[];
}

/** An image that fares otherwise after the change. */
export interface ImageFate {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  readonly pushedAt: string;
  readonly reason: string;
}

/** What a changed lifecycle policy does to the images of a repository. */
export interface ImageChange {
  readonly resource: string;
  readonly repository: string;
  /** As of when it was simulated. */
  readonly at: string;
  readonly images: number;
  /** Youngest first. */
  readonly newlyExpired: readonly ImageFate[];
  readonly newlyArchived: readonly ImageFate[];
  readonly spared: readonly ImageFate[];
  readonly newlyExpiredBytes: number;
  /** Of the verdicts above, how many hang on what AWS does not define. */
  readonly uncertain: number;
}

/** What was not read, and why. */
export interface NotRead {
  readonly file: string;
  readonly reason: string;
  /** Whether the review is incomplete without it, so that it cannot pass. */
  readonly incomplete: boolean;
}

export interface Revisions {
  /** Full ids of commits. What is before and the configuration come from `base`, what is after from the merge of `head` into it. */
  readonly base: string;
  readonly mergeBase: string;
  readonly head: string;
}

export interface ReviewSummary {
  /** Findings that are not suppressed, by level. */
  readonly error: number;
  readonly warning: number;
  readonly note: number;
  readonly suppressed: number;
  readonly blocking: number;
  /** Undecided parts of access that are not accepted, and what an incomplete review did not read. */
  readonly undecided: number;
  /** Resources that were judged. */
  readonly resources: number;
  /** Of these, changes of form only. */
  readonly equalInMeaning: number;
}

export interface ReviewReport {
  readonly schemaVersion: typeof schemaVersion;
  readonly verdict: Verdict;
  readonly summary: ReviewSummary;
  /** Of a review in a git repository. */
  readonly revisions?: Revisions;
  /** The stack that was expected or that the input names. */
  readonly stack?: string;
  readonly access: ReviewAccess;
  readonly changes: readonly ReviewChange[];
  readonly images: readonly ImageChange[];
  /** Errors first, then by resource, rule and place. */
  readonly findings: readonly ReviewFinding[];
  readonly notRead: readonly NotRead[];
  /** Of a review in a git repository: every changed path with what became of it, by path. */
  readonly ledger?: readonly LedgerEntry[];
  readonly notes: readonly string[];
}

/** 32 hexadecimal digits, the same for the same finding in every run. `key` is what it is about in meaning. */
export function fingerprintOf(ruleId: string, resource: string, key: string): string {
  const text = JSON.stringify([ruleId, resource, key]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

const weights: Readonly<Record<string, number>> = { error: 0, warning: 1, note: 2 };

/** The order of findings in every report. */
export function byWeight(a: Omit<ReviewFinding, "blocking">, b: Omit<ReviewFinding, "blocking">): number {
  const keys = [a, b].map(({ resource, line = 0, column = 0, ruleId }) => ({ resource, line, column, ruleId }));
  const [x, y] = keys as [(typeof keys)[0], (typeof keys)[0]];
  if (a.level !== b.level) return (weights[a.level] ?? 0) - (weights[b.level] ?? 0);
  if (x.resource !== y.resource) return x.resource < y.resource ? -1 : 1;
  return x.line - y.line || x.column - y.column || (x.ruleId < y.ruleId ? -1 : x.ruleId > y.ruleId ? 1 : 0);
}
