/**
 * One run of a lifecycle policy over images, after AWS's published rules of evaluation: all rules are evaluated, then
 * applied by priority; the first rule whose tags an image satisfies is the only one that may act on it; rules go on
 * counting what others take. What AWS leaves open is decided here, and every outcome that hangs on it says so.
 */

import type { Family } from "./family.ts";
import type { Subject } from "./images.ts";
import { day } from "./moment.ts";
import { identifies, type Rule } from "./select.ts";

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

/** Why an outcome is what it is, for `inWords`. Numbers are places in the list of images. */
export type Why =
  | { readonly kind: "unidentified" }
  /** Place in the rule's order, from 1, and how many are in it. */
  | { readonly kind: "counted"; readonly place: number; readonly of: number; readonly tied: number }
  | { readonly kind: "aged"; readonly since: number | undefined }
  | { readonly kind: "child"; readonly lists: readonly number[]; readonly going: boolean }
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
  doubts: Doubt[];
}

interface Run {
  readonly images: readonly Subject[];
  readonly now: number;
  readonly outcomes: Outcome[];
  /** Images that are ranked: all but the children that the mode leaves out. */
  readonly ranked: readonly boolean[];
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
  const ranked = images.map(
    ({ storageClass }, index) =>
      mode === "count" || !family.parents.get(index)?.some((list) => images[list]?.storageClass === storageClass),
  );
  const outcomes = images.map(
    ({ restoring }): Outcome => ({
      action: "keep",
      rule: undefined,
      when: undefined,
      why: { kind: "unidentified" },
      shielded: undefined,
      doubts: restoring ? ["restoring"] : [],
    }),
  );
  const run: Run = { images, now, outcomes, ranked, family };
  const newestFirst = sorted(images, now);
  for (const rule of rules) {
    if ("newest" in rule.keeps) count(run, rule, rule.keeps.newest, newestFirst);
    else age(run, rule, rule.keeps.days, newestFirst);
  }
  holdBack(run);
  takeReferrers(run);
  explainChildren(run);
  return outcomes;
}

/** Youngest first. Of images pushed at the same moment the one with the greater digest counts as younger. */
function sorted(images: readonly Subject[], now: number): number[] {
  const times = images.map(({ restoring, pushed }) => (restoring ? now : pushed));
  return images
    .map((_, index) => index)
    .sort(
      (a, b) => (times[b] ?? 0) - (times[a] ?? 0) || ((images[a]?.digest ?? "") < (images[b]?.digest ?? "") ? 1 : -1),
    );
}

function count(
  { images, now, outcomes, ranked }: Run,
  rule: Rule,
  newest: number,
  newestFirst: readonly number[],
): void {
  const identified = newestFirst.filter((index) => {
    const image = images[index];
    return ranked[index] && image?.storageClass === rule.storageClass && identifies(rule, image);
  });
  const timeAt = (place: number) => {
    const image = images[identified[place] ?? -1];
    return image?.restoring ? now : image?.pushed;
  };
  const boundary = identified.length > newest && timeAt(newest - 1) === timeAt(newest) ? timeAt(newest) : undefined;
  const tied = boundary === undefined ? 0 : identified.filter((_, place) => timeAt(place) === boundary).length;
  for (const [place, index] of identified.entries()) {
    const outcome = outcomes[index];
    if (!outcome) continue;
    const marked = place >= newest;
    if (outcome.rule) {
      if (marked && outcome.action === "keep") outcome.shielded ??= rule;
      continue;
    }
    const inTie = boundary !== undefined && timeAt(place) === boundary;
    outcome.rule = rule;
    outcome.why = { kind: "counted", place: place + 1, of: identified.length, tied: inTie ? tied : 0 };
    if (inTie) outcome.doubts.push("tie");
    if (!marked) continue;
    outcome.action = rule.action;
    outcome.when = timeAt(place - newest);
  }
}

function age({ images, now, outcomes, ranked }: Run, rule: Rule, days: number, newestFirst: readonly number[]): void {
  for (const index of newestFirst) {
    const [image, outcome] = [images[index], outcomes[index]];
    if (!image || !outcome || !ranked[index] || image.storageClass !== rule.storageClass) continue;
    if (outcome.rule && (outcome.shielded || outcome.action !== "keep")) continue;
    const since = timeOf(image, rule, now);
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
    if (since === undefined) outcome.doubts.push("archive-time");
    if (marked) outcome.action = rule.action;
  }
}

function timeOf(image: Subject, { keeps }: Rule, now: number): number | undefined {
  if (image.restoring) return now;
  const since = "since" in keeps ? keeps.since : "pushed";
  return since === "archived" ? image.archived : since === "pulled" ? image.used : image.pushed;
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
    const lists = lastingLists(run, index, outcome.action);
    if (lists.length === 0) continue;
    outcome.action = "keep";
    outcome.when = undefined;
    outcome.why = { kind: "blocked", lists };
    waiting.push(...(run.family.children.get(index) ?? []));
  }
  for (const index of run.family.parents.keys()) {
    const outcome = run.outcomes[index];
    if (outcome && outcome.action !== "keep") outcome.doubts.push("same-run");
  }
}

const strength: Readonly<Record<Action, number>> = { keep: 0, transition: 1, expire: 2 };

/** Signatures, SBOMs and the like go where their subject goes, and so do theirs. */
function takeReferrers(run: Run): void {
  const waiting = [...run.family.referrers.keys()];
  for (let subject = waiting.pop(); subject !== undefined; subject = waiting.pop()) {
    const cause = run.outcomes[subject];
    if (!cause || cause.action === "keep") continue;
    for (const index of run.family.referrers.get(subject) ?? []) {
      const [outcome, image] = [run.outcomes[index], run.images[index]];
      if (!outcome || !image || strength[outcome.action] >= strength[cause.action]) continue;
      if (cause.action === "transition" && image.storageClass === "archive") continue;
      if (lastingLists(run, index, cause.action).length > 0) continue;
      outcome.action = cause.action;
      outcome.rule = cause.rule;
      outcome.when = cause.when;
      outcome.why = { kind: "referrer", subject };
      outcome.shielded = undefined;
      outcome.doubts = [...cause.doubts];
      waiting.push(index);
    }
  }
}

function explainChildren(run: Run): void {
  for (const [index, lists] of run.family.parents) {
    const outcome = run.outcomes[index];
    if (!outcome || run.ranked[index] || outcome.why.kind === "referrer") continue;
    const going = lists.every((list) => run.outcomes[list]?.action !== "keep");
    outcome.why = { kind: "child", lists, going };
    if (going) outcome.doubts.push("same-run");
  }
}
