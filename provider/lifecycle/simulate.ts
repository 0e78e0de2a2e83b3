/** What a lifecycle policy does to the images of a repository, and what a change of it changes. */

import { isoText, type Moment, millisecondsOf } from "../text/moment.ts";
import { type Action, type ChildMode, type Doubt, doubt, evaluate, type Outcome } from "./evaluate.ts";
import { familyOf } from "./family.ts";
import { type LifecycleImage, readImages, type Subject } from "./images.ts";
import { happensTo, whyInWords } from "./reason.ts";
import { compileRules } from "./select.ts";

/** What happens to one image. */
export interface Verdict {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  readonly action: Action;
  /** The rule that takes it; of a kept image the rule that identified it first; null when none did. */
  readonly rulePriority: number | null;
  /**
   * When the criterion of the rule is met, which may be in the past, and AWS acts within 24 hours of it; null when it
   * cannot be said: an image that is kept by its place among the newest has none.
   */
  readonly when: string | null;
  /** One sentence: what happens, and why. */
  readonly reason: string;
  /** What the outcome hangs on and AWS does not define; absent when nothing. */
  readonly hangsOn?: readonly Doubt[];
}

export interface Summary {
  readonly images: number;
  readonly keep: number;
  readonly expire: number;
  readonly transition: number;
  /** Sum of the sizes; layers that images share count for each of them. */
  readonly expireBytes: number;
  readonly transitionBytes: number;
  /** Verdicts that hang on something that AWS does not define. */
  readonly uncertain: number;
}

export interface Simulation {
  readonly at: string;
  /** In the order of the images. */
  readonly images: readonly Verdict[];
  /** The reason of each verdict alone, for whom `action` says already what happens. */
  readonly why: readonly string[];
  readonly summary: Summary;
  /** What the input did not say and the verdicts would need. */
  readonly notes: readonly string[];
}

export interface SimulateOptions {
  /** Whether images of manifest lists take part in counting: `exclude` (the default) or `count`. */
  readonly children?: ChildMode;
}

/**
 * One run of `policy` (text or object; undefined for none) over `images` at the moment `at`. Never depends on the order of
 * the images. Throws InvalidInput for a policy that AWS would refuse or that this version does not know, and for images
 * that are none.
 *
 * @example simulate(policy, (await ecr.send(new DescribeImagesCommand({ repositoryName }))).imageDetails, new Date())
 */
export function simulate(
  policy: unknown,
  images: readonly LifecycleImage[],
  at: Moment,
  { children = "exclude" }: SimulateOptions = {},
): Simulation {
  const [rules, subjects, now] = [compileRules(policy), readImages(images), millisecondsOf(at, "reading the time")];
  const family = familyOf(subjects);
  const outcomes = evaluate(rules, subjects, now, children, family);
  const mode = children === "exclude" ? "count" : "exclude";
  const others = family.parents.size === 0 ? undefined : evaluate(rules, subjects, now, mode, family);
  const why: string[] = [];
  const verdicts = outcomes.map((outcome, index) => {
    const other = others?.[index];
    const differs =
      other && (other.action !== outcome.action || (other.action !== "keep" && other.rule !== outcome.rule));
    if (differs) doubt(outcome, "children");
    const reason = whyInWords(outcome, subjects, index, differs ? { outcome: other, mode } : undefined);
    why.push(reason);
    return verdict(outcome, subjects[index] as Subject, reason);
  });
  return {
    at: isoText(now) ?? String(now),
    images: verdicts,
    why,
    summary: summarize(verdicts, subjects),
    notes: notesOn(subjects),
  };
}

function verdict(outcome: Outcome, { digest, tags }: Subject, why: string): Verdict {
  return {
    imageDigest: digest,
    imageTags: tags,
    action: outcome.action,
    rulePriority: outcome.rule?.priority ?? null,
    when: outcome.when === undefined ? null : (isoText(outcome.when) ?? null),
    reason: `${happensTo(outcome.action)}: ${why}`,
    ...(outcome.doubts.length > 0 ? { hangsOn: outcome.doubts } : {}),
  };
}

function summarize(verdicts: readonly Verdict[], subjects: readonly Subject[]): Summary {
  const number = { keep: 0, expire: 0, transition: 0 };
  const bytes = { keep: 0, expire: 0, transition: 0 };
  let uncertain = 0;
  for (const [index, { action, hangsOn }] of verdicts.entries()) {
    number[action]++;
    bytes[action] += subjects[index]?.bytes ?? 0;
    if (hangsOn) uncertain++;
  }
  return {
    images: verdicts.length,
    ...number,
    expireBytes: bytes.expire,
    transitionBytes: bytes.transition,
    uncertain,
  };
}

function notesOn(subjects: readonly Subject[]): string[] {
  const silent = subjects.filter(({ isList, children }) => isList && children === undefined).length;
  return silent === 0
    ? []
    : [
        `${silent === 1 ? "1 manifest list does" : `${silent} manifest lists do`} not say which images belong to ${silent === 1 ? "it" : "them"} (children), so those are judged like any other; AWS keeps them as long as their list`,
      ];
}

/** What changes for the images when a policy takes the place of another. Digests, in the order of the images. */
export interface LifecycleDifference {
  readonly at: string;
  /** Expire under the new policy only. */
  readonly newlyExpired: readonly string[];
  /** Move to the archive under the new policy only; those that would have expired are spared, and not here. */
  readonly newlyArchived: readonly string[];
  /** Fare better under the new policy: kept or archived instead of expired, or kept instead of archived. */
  readonly spared: readonly string[];
  readonly before: Simulation;
  readonly after: Simulation;
}

/** Compares what two policies (undefined for none) do to the same images at the same moment. Throws as `simulate` does. */
export function compareLifecycle(
  before: unknown,
  after: unknown,
  images: readonly LifecycleImage[],
  at: Moment,
  options: SimulateOptions = {},
): LifecycleDifference {
  const [old, now] = [simulate(before, images, at, options), simulate(after, images, at, options)];
  const harm = { keep: 0, transition: 1, expire: 2 };
  const where = (test: (was: Action, is: Action) => boolean) =>
    now.images
      .filter(({ action }, index) => test(old.images[index]?.action ?? "keep", action))
      .map(({ imageDigest }) => imageDigest);
  return {
    at: now.at,
    newlyExpired: where((was, is) => is === "expire" && was !== "expire"),
    newlyArchived: where((was, is) => is === "transition" && was === "keep"),
    spared: where((was, is) => harm[is] < harm[was]),
    before: old,
    after: now,
  };
}
