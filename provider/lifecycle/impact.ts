/** What a change of a lifecycle policy means for the images that are there, in one sentence. */

import type { Moment } from "../text/moment.ts";
import { printable } from "../text/printable.ts";
import type { LifecycleImage } from "./images.ts";
import { shortDigest } from "./reason.ts";
import { compareLifecycle } from "./simulate.ts";

export interface Impact {
  readonly newlyExpired: number;
  readonly newlyArchived: number;
  /** Undefined when no image newly goes. */
  readonly sentence: string | undefined;
}

const shownImages = 5;

/**
 * Compares what two policies (undefined for none) do at the moment `at`. Throws InvalidInput for a policy whose effect
 * cannot be said.
 */
export function lifecycleImpact(
  before: unknown,
  after: unknown,
  images: readonly LifecycleImage[],
  at: Moment,
  /** What the sentence calls the policy. */
  subject = "the new policy",
): Impact {
  const { newlyExpired, newlyArchived, after: result } = compareLifecycle(before, after, images, at);
  const verdicts = new Map(result.images.map((verdict) => [verdict.imageDigest, verdict]));
  const named = (digests: readonly string[]) => {
    const some = digests
      .slice(0, shownImages)
      .map((digest) => printable(verdicts.get(digest)?.imageTags[0] ?? shortDigest(digest), 60));
    const left = digests.length - some.length;
    return `${some.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  };
  const uncertain = [...newlyExpired, ...newlyArchived].filter((digest) => verdicts.get(digest)?.hangsOn).length;
  const parts = [
    ...(newlyExpired.length > 0 ? [`newly expires ${newlyExpired.length} (${named(newlyExpired)})`] : []),
    ...(newlyArchived.length > 0 ? [`newly archives ${newlyArchived.length} (${named(newlyArchived)})`] : []),
  ];
  const doubts = [...(uncertain > 0 ? [`${uncertain} of them hang on what AWS does not define`] : []), ...result.notes];
  return {
    newlyExpired: newlyExpired.length,
    newlyArchived: newlyArchived.length,
    sentence:
      parts.length === 0
        ? undefined
        : [
            `of ${images.length} ${images.length === 1 ? "image" : "images"}, ${subject} ${parts.join(" and ")}`,
            ...doubts,
          ].join("; "),
  };
}
