/** Work in steps: who starts it says its kind and object, `effects.ts` knows what one step of each kind does. */

import type { Context } from "../operation.ts";
import type { Job } from "../records.ts";

/** What one step of each kind of work does; true at its end. The job's registry is the context's. */
export type Steps = Readonly<Record<Job["kind"], (context: Context, job: Job) => boolean>>;

export function startJob({ registry, clock, store }: Context, job: Omit<Job, "steps" | "steppedAt">): void {
  registry.jobs = [...(registry.jobs ?? []), { ...job, steps: 0, steppedAt: clock.now().getTime() }];
  store.changed();
}

function stepJob(context: Context, steps: Steps, job: Job): void {
  job.steps++;
  const { registry, store } = context;
  if (steps[job.kind](context, job)) registry.jobs = (registry.jobs ?? []).filter((other) => other !== job);
  store.changed();
}

/** One step of each job of this registry that is concerned. */
export function stepJobs(context: Context, steps: Steps, concerns: (job: Job) => boolean): void {
  for (const job of (context.registry.jobs ?? []).filter(concerns)) {
    job.steppedAt = context.clock.now().getTime();
    stepJob(context, steps, job);
  }
}

/** Every step that the clock says is due, in every registry. */
export function stepByClock(context: Context, steps: Steps): void {
  const now = context.clock.now().getTime();
  const span = context.settings.stepSeconds * 1_000;
  for (const registry of context.store.working()) {
    for (const job of registry.jobs ?? []) {
      while (job.steppedAt + span <= now && registry.jobs?.includes(job)) {
        job.steppedAt += span;
        stepJob({ ...context, registry }, steps, job);
      }
    }
  }
}

/** Everything to its end, in every registry, with the work that the end of other work begins. */
export function finishJobs(context: Context, steps: Steps): void {
  for (let working = context.store.working(); working.length > 0; working = context.store.working()) {
    for (const registry of working) stepJobs({ ...context, registry }, steps, () => true);
  }
}
