/** What changed lifecycle policies do to images, for the report. */

import { type Declared, resourceId } from "../declared/declared.ts";
import { readImages } from "../lifecycle/images.ts";
import { isoText } from "../text/moment.ts";
import { printable } from "../text/printable.ts";
import type { Effect } from "./judge.ts";
import type { ImageChange, ImageFate } from "./report.ts";
import type { Change } from "./rule/subject.ts";

export function imageChanges({ before, after }: Change, effects: readonly Effect[]): ImageChange[] {
  const declared = after ?? before;
  return declared ? effects.map((effect) => imageChange(declared, effect)) : [];
}

function imageChange(declared: Declared, { difference: effect, images }: Effect): ImageChange {
  const { after } = effect;
  const verdicts = new Map(after.images.map((verdict) => [verdict.imageDigest, verdict]));
  const subjects = new Map(readImages(images).map((image) => [image.digest, image]));
  const fates = (digests: readonly string[]): ImageFate[] =>
    digests
      .map((digest) => ({ digest, verdict: verdicts.get(digest), pushed: subjects.get(digest)?.pushed ?? 0 }))
      .sort((a, b) => b.pushed - a.pushed || (a.digest < b.digest ? -1 : 1))
      .map(({ digest, verdict, pushed }) => ({
        imageDigest: printable(digest, 100),
        imageTags: (verdict?.imageTags ?? []).map((tag) => printable(tag, 300)),
        pushedAt: isoText(pushed) ?? "",
        reason: verdict?.reason ?? "",
      }));
  const changed = [...effect.newlyExpired, ...effect.newlyArchived, ...effect.spared];
  return {
    resource: printable(resourceId(declared), 500),
    repository: printable(declared.name ?? "(not known yet)", 300),
    at: effect.at,
    images: after.images.length,
    newlyExpired: fates(effect.newlyExpired),
    newlyArchived: fates(effect.newlyArchived),
    spared: fates(effect.spared),
    newlyExpiredBytes: effect.newlyExpired.reduce((sum, digest) => sum + (subjects.get(digest)?.bytes ?? 0), 0),
    uncertain: changed.filter((digest) => verdicts.get(digest)?.hangsOn).length,
  };
}
