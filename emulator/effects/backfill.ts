/** Backfills: replication of what was pushed before a destination was configured, a batch of images at each step. */

import type { Context } from "../call/context.ts";
import type { Backfill, BackfillItem, Job } from "../state/records.ts";
import { destinationsOf, placeOf, replicate } from "./replication.ts";

const batch = 100;

export function isRunning({ status }: Backfill): boolean {
  return status === "PREPARING" || status === "IN_PROGRESS" || status === "STOPPING";
}

export function stepBackfill(context: Context, { target }: Job): boolean {
  const backfill = context.registry.backfills?.find(({ id }) => id === target);
  if (!backfill || !isRunning(backfill)) return true;
  if (backfill.status === "STOPPING") return end(context, backfill, "STOPPED");
  if (!backfill.waiting) {
    backfill.waiting = itemsFor(context, backfill);
    backfill.status = "IN_PROGRESS";
    return false;
  }
  for (const item of backfill.waiting.splice(0, batch)) backfill.results.push(...resultOf(context, backfill, item));
  return backfill.waiting.length === 0 && end(context, backfill, "COMPLETE");
}

/** Ends it; true, as a step that was the last. */
export function end({ clock }: Context, backfill: Backfill, status: "COMPLETE" | "STOPPED"): true {
  backfill.status = status;
  backfill.endedAt = clock.now().getTime();
  return true;
}

/** Every image and tag that the rules send to the destination; children before the lists that name them. */
function itemsFor({ registry }: Context, { destination }: Backfill): BackfillItem[] {
  const place = placeOf(destination);
  return Object.values(registry.repositories)
    .filter(({ name }) => destinationsOf(registry, name).some((candidate) => placeOf(candidate) === place))
    .flatMap(({ name: repositoryName, images }) =>
      [...images.filter(({ children }) => !children), ...images.filter(({ children }) => children)]
        .filter(({ status }) => status === "ACTIVE")
        .flatMap(({ digest: imageDigest, tags }): BackfillItem[] =>
          tags.length === 0
            ? [{ repositoryName, imageId: { imageDigest } }]
            : tags.map((imageTag) => ({ repositoryName, imageId: { imageDigest, imageTag } })),
        ),
    );
}

/** Nothing for an image that is gone by now. */
function resultOf(context: Context, { destination }: Backfill, item: BackfillItem): Backfill["results"] {
  const repository = context.registry.repositories[item.repositoryName];
  const image = repository?.images.find(({ digest }) => digest === item.imageId.imageDigest);
  if (!repository || !image) return [];
  const tags = item.imageId.imageTag === undefined ? [] : [item.imageId.imageTag];
  const failureCode = replicate(context, repository, image, destination, tags);
  return [{ ...item, ...(failureCode === undefined ? { status: "COMPLETE" } : { status: "FAILED", failureCode }) }];
}
