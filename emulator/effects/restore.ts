/** Archived images that come back: AWS documents up to 20 minutes, here it is a step. */

import type { Context } from "../call/context.ts";
import type { Job } from "../state/records.ts";
import type { Image, Repository } from "../state/store.ts";
import { imageOfJob, startJob } from "./jobs.ts";
import { replicateOnPush } from "./replication.ts";
import { scanOnPush } from "./scan.ts";

export function startRestore(context: Context, repository: Repository, image: Image): void {
  image.status = "ACTIVATING";
  startJob(context, { kind: "restore", repository: repository.name, digest: image.digest });
}

/** Restored images are scanned and replicated like pushed ones. */
export function stepRestore(context: Context, job: Job): boolean {
  const { repository, image } = imageOfJob(context, job) ?? {};
  if (!repository || image?.status !== "ACTIVATING") return true;
  image.status = "ACTIVE";
  image.activatedAt = context.clock.now().getTime();
  scanOnPush(context, repository, image);
  replicateOnPush(context, repository, image);
  return true;
}
