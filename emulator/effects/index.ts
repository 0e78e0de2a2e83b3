/**
 * What ECR does by itself: repositories made from creation templates and pull-through rules, scans on push, replication,
 * signatures; and the work that goes on in steps. Called by the operations and by `/v2/`. What each does is in its file.
 *
 * Lives here: what ECR does without a call, one file per effect, and the steps of work that takes time.
 * May not live here: an operation of the API (`operations/`), the shape of an answer.
 */

import { type Context, principalOf, repositoryOf } from "../call/context.ts";
import type { Job } from "../state/records.ts";
import type { Image, Repository } from "../state/store.ts";
import { stepBackfill } from "./backfill.ts";
import { createByItself, presentRepository, templateFor } from "./creation.ts";
import { finishJobs, type Steps, stepByClock, stepJobs } from "./jobs.ts";
import { followSubjects, runLifecyclePolicy, stepLifecyclePreview, type Taken } from "./lifecycle.ts";
import { replicateOnPush, stepReplication } from "./replication.ts";
import { stepRestore } from "./restore.ts";
import { scanOnPush, stepScan } from "./scan.ts";
import { signOnPush, stepSigning } from "./signing.ts";

export { pullThrough, ruleFor } from "./pull-through.ts";

const steps: Steps = {
  scan: stepScan,
  replication: stepReplication,
  signing: stepSigning,
  backfill: stepBackfill,
  restore: stepRestore,
  lifecyclePreview: stepLifecyclePreview,
};

/** The repository that a push goes to, made from a template where one says so; AWS's error when there is none. */
export function repositoryForPush(context: Context, name: string): Repository {
  if (!presentRepository(context, name)) {
    const template = templateFor(context, name, "CREATE_ON_PUSH");
    if (template) return createByItself(context, name, template);
  }
  return repositoryOf(context, { repositoryName: name });
}

/** After an image was stored or got a tag. */
export function afterPush(context: Context, repository: Repository, image: Image): void {
  scanOnPush(context, repository, image);
  replicateOnPush(context, repository, image);
  signOnPush(context, repository, image);
}

/** After somebody fetched a manifest. */
export function afterPull(context: Context, _repository: Repository, image: Image): void {
  if (context.registry.pullTimeExclusions?.includes(principalOf(context))) return;
  image.pulledAt = context.clock.now().getTime();
}

/** Makes the steps that the clock says are due; before every operation. */
export function catchUp(context: Context): void {
  stepByClock(context, steps);
}

/** One step of the work that a read is about. */
export function proceed(context: Context, concerns: (job: Job) => boolean): void {
  stepJobs(context, steps, concerns);
}

/**
 * What happens in a day, at once: all work of all registries comes to its end, every lifecycle policy runs, and attachments
 * follow their subjects. Returns how many images went.
 */
export function tick(context: Context): Taken {
  finishJobs(context, steps);
  const sum = { expired: 0, archived: 0 };
  for (const registry of context.store.all()) {
    for (const repository of Object.values(registry.repositories)) {
      for (const happen of [runLifecyclePolicy, followSubjects]) {
        const { expired, archived } = happen({ ...context, registry }, repository);
        sum.expired += expired;
        sum.archived += archived;
      }
    }
  }
  return sum;
}
