/**
 * One run of a lifecycle policy over images, after AWS's published rules of evaluation: all rules are evaluated, then
 * applied by priority; the first rule whose tags an image satisfies is the only one that may act on it; rules go on
 * counting what others take. What AWS leaves open is decided here, and every outcome that hangs on it says so.
 */

import { day } from "../text/moment.ts";
import type { Family } from "./family.ts";
import type { Subject } from "./images.ts";
import { type AgeOf, identifies, type Rule, type StorageClass } from "./select.ts";

export type Action = "keep" | "expire" | "transition";

/**
 * Whether the images that a manifest list refers to take part in counting. AWS documents only that they stay as long as
 * their list; in a recorded preview they were not counted.
 */
export type ChildMode = "exclude" | "count";

/** What AWS does not define and an outcome hangs on. */
export type Doubt =
  /** Images pushed at the same moment, of which a rule keeps some. */
  | "tie"
  /** Counting the images of manifest lists would give another outcome. */
  | "children"
  /** Whether the images of a manifest list can go in the same run as the list. */
  | "same-run"
  /** The image is on its way back from the archive. */
  | "restoring"
  /** It is in the archive, and since when is not said. */
  | "archive-time";

/** Why an outcome is what it is, for `whyInWords`. Numbers are places in the list of images. */
export type Why =
  | { readonly kind: "unidentified" }
  /** Place in the rule's order, from 1, and how many are in it. */
  | { readonly kind: "counted"; readonly place: number; readonly of: number; readonly tied: number }
  | { readonly kind: "aged"; readonly since: number | undefined }
  /** It belongs to manifest lists, and was left out. */
  | { readonly kind: "part"; readonly lists: readonly number[] }
  | { readonly kind: "blocked"; readonly lists: readonly number[] }
  | { readonly kind: "referrer"; readonly subject: number };

export interface Outcome {
  action: Action;
  /** The rule that takes it; of a kept image the one that identified it first. */
  rule: Rule | undefined;
  /** When the rule's criterion is met, in milliseconds; undefined when that is never or cannot be said. */
  when: number | undefined;
  why: Why;
  /** A later rule that would take it, and may not. */
  shielded: Rule | undefined;
  doubts: readonly Doubt[];
}

/** Most outcomes have none, and share this. */
const noDoubts: readonly Doubt[] = [];

/** Adds a doubt to an outcome. */
export function doubt(outcome: Outcome, what: Doubt): void {
  if (!outcome.doubts.includes(what)) outcome.doubts = [...outcome.doubts, what];
}

interface Run {
  readonly images: readonly Subject[];
  readonly now: number;
  readonly outcomes: Outcome[];
  /** Images that take part in counting, youngest first. */
  readonly ranked: Readonly<Record<StorageClass, readonly number[]>>;
  readonly family: Family;
}

/** The outcome of every image, in the order of the images. Rules come in the order in which they are applied. */
export function evaluate(
  rules: readonly Rule[],
  images: readonly Subject[],
  now: number,
  mode: ChildMode,
  family: Family,
): Outcome[] {
  const outcomes = images.map(
    ({ restoring }): Outcome => ({
      action: "keep",
      rule: undefined,
      when: undefined,
      why: { kind: "unidentified" },
      shielded: undefined,
      doubts: restoring ? ["restoring"] : noDoubts,
    }),
  );
  const ranked: Record<StorageClass, number[]> = { standard: [], archive: [] };
  for (const index of youngestFirst(images, now)) {
    const { storageClass } = images[index] as Subject;
    const isPart = family.parents.get(index)?.some((list) => images[list]?.storageClass === storageClass);
    if (isPart && mode === "exclude") (outcomes[index] as Outcome).why = { kind: "part", lists: [] };
    else ranked[storageClass].push(index);
  }
  const run: Run = { images, now, outcomes, ranked, family };
  for (const rule of rules) {
    const { keeps } = rule;
    if ("newest" in keeps) count(run, rule, keeps.newest);
    else age(run, rule, keeps.days, keeps.since);
  }
  holdBack(run);
  // All that is removed first: what follows a removed image is not archived on the way.
  takeReferrers(run, "expire");
  takeReferrers(run, "transition");
  for (const [index, lists] of family.parents) explainTogether(run, index, lists);
  return outcomes;
}

/** Of images pushed at the same moment the one with the greater digest counts as younger. */
function youngestFirst(images: readonly Subject[], now: number): number[] {
  const times = Float64Array.from(images, (image) => rankTime(image, now));
  return images
    .map((_, index) => index)
    .sort(
      (a, b) =>
        (times[b] as number) - (times[a] as number) || ((images[a]?.digest ?? "") < (images[b]?.digest ?? "") ? 1 : -1),
    );
}

function rankTime({ restoring, pushed }: Subject, now: number): number {
  return restoring ? now : pushed;
}

function count({ images, now, outcomes, ranked }: Run, rule: Rule, newest: number): void {
  const identified = ranked[rule.storageClass].filter((index) => identifies(rule, images[index] as Subject));
  const timeAt = (place: number) => rankTime(images[identified[place] as number] as Subject, now);
  const line = identified.length > newest && timeAt(newest - 1) === timeAt(newest) ? timeAt(newest) : undefined;
  const tied = line === undefined ? 0 : identified.filter((_, place) => timeAt(place) === line).length;
  for (let place = 0; place < identified.length; place++) {
    const outcome = outcomes[identified[place] as number] as Outcome;
    const marked = place >= newest;
    if (outcome.rule) {
      if (marked && outcome.action === "keep") outcome.shielded ??= rule;
      continue;
    }
    const inTie = timeAt(place) === line;
    outcome.rule = rule;
    outcome.why = { kind: "counted", place: place + 1, of: identified.length, tied: inTie ? tied : 0 };
    if (inTie) doubt(outcome, "tie");
    if (!marked) continue;
    outcome.action = rule.action;
    outcome.when = timeAt(place - newest);
  }
}

function age({ images, now, outcomes, ranked }: Run, rule: Rule, days: number, of: AgeOf): void {
  for (const index of ranked[rule.storageClass]) {
    const outcome = outcomes[index] as Outcome;
    if (outcome.rule && (outcome.shielded || outcome.action !== "keep")) continue;
    const image = images[index] as Subject;
    const since = image.restoring
      ? now
      : of === "archived"
        ? image.archived
        : of === "pulled"
          ? image.used
          : image.pushed;
    const due = since === undefined ? undefined : since + days * day;
    const marked = due !== undefined && due < now;
    if ((outcome.rule && !marked) || !identifies(rule, image)) continue;
    if (outcome.rule) {
      outcome.shielded = rule;
      continue;
    }
    outcome.rule = rule;
    outcome.why = { kind: "aged", since };
    outcome.when = due;
    if (since === undefined) doubt(outcome, "archive-time");
    if (marked) outcome.action = rule.action;
  }
}

/** Lists that keep an image from its action: an image goes only after them, and is archived only after them. */
function lastingLists({ images, outcomes, family }: Run, index: number, action: Action): number[] {
  return (family.parents.get(index) ?? []).filter((list) => {
    const fate = outcomes[list]?.action;
    return !(
      fate === "expire" ||
      (action === "transition" && (fate === "transition" || images[list]?.storageClass === "archive"))
    );
  });
}

/** Images of lists that stay, stay: until nothing changes, since lists may be in lists. */
function holdBack(run: Run): void {
  const waiting = [...run.family.parents.keys()];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const outcome = run.outcomes[index];
    if (!outcome || outcome.action === "keep") continue;
    if (lastingLists(run, index, outcome.action).length === 0) continue;
    outcome.action = "keep";
    outcome.when = undefined;
    outcome.why = { kind: "blocked", lists: [] };
    for (const part of run.family.children.get(index) ?? []) waiting.push(part);
  }
}

/** Says which lists an image hangs on, now that the fate of all is known, and whether it goes with them in one run. */
function explainTogether(run: Run, index: number, lists: readonly number[]): void {
  const outcome = run.outcomes[index] as Outcome;
  const { kind } = outcome.why;
  const staying = lists.filter((list) => run.outcomes[list]?.action === "keep");
  if (staying.length === 0 && (outcome.action !== "keep" || kind === "part")) doubt(outcome, "same-run");
  if (kind === "part") outcome.why = { kind, lists: staying.length > 0 ? staying : lists };
  if (kind !== "blocked") return;
  const lasting = lastingLists(run, index, outcome.rule?.action ?? "expire");
  outcome.why = { kind, lists: lasting.length > 0 ? lasting : lists };
}

const strength: Readonly<Record<Action, number>> = { keep: 0, transition: 1, expire: 2 };

/** Signatures, SBOMs and the like go where their subject goes, and so do theirs. */
function takeReferrers(run: Run, action: Rule["action"]): void {
  const { images, outcomes, family } = run;
  const waiting = [...family.referrers.keys()];
  for (let subject = waiting.pop(); subject !== undefined; subject = waiting.pop()) {
    const cause = outcomes[subject] as Outcome;
    for (const index of cause.action === action ? (family.referrers.get(subject) ?? []) : []) {
      const outcome = outcomes[index] as Outcome;
      if (strength[outcome.action] >= strength[action]) continue;
      if (action === "transition" && images[index]?.storageClass === "archive") continue;
      if (lastingLists(run, index, action).length > 0) continue;
      const { rule, when } = cause;
      Object.assign(outcome, { action, rule, when, why: { kind: "referrer", subject }, shielded: undefined });
      outcome.doubts = cause.doubts;
      waiting.push(index);
      // Where it was a list, what it held back may follow now.
      for (const part of family.children.get(index) ?? [])
        for (const place of family.subjects.get(part) ?? []) waiting.push(place);
    }
  }
}
