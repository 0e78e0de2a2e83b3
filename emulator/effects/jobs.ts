/** Work in steps: who starts it says its kind and object, `index.ts` knows what one step of each kind does. */

import type { Context } from "../call/context.ts";
import type { Job } from "../state/records.ts";
import type { Image, Repository } from "../state/store.ts";

/** What one step of each kind of work does; true at its end. The job's registry is the context's. */
export type Steps = Readonly<Record<Job["kind"], (context: Context, job: Job) => boolean>>;

/** The image that a job is about; undefined when it is gone. */
export function imageOfJob(
  { registry }: Context,
  { repository: name = "", digest }: Job,
): { repository: Repository; image: Image } | undefined {
  const repository = registry.repositories[name];
  const image = repository?.images.find((candidate) => candidate.digest === digest);
  return repository && image ? { repository, image } : undefined;
}

export function startJob({ registry, clock, store }: Context, job: Omit<Job, "steps" | "steppedAt">): void {
  registry.jobs ??= [];
  registry.jobs.push({ ...job, steps: 0, steppedAt: clock.now().getTime() });
  store.changed();
}

/** One step of each job of this registry that is concerned. */
export function stepJobs(context: Context, steps: Steps, concerns: (job: Job) => boolean): void {
  const now = context.clock.now().getTime();
  const ended = new Set<Job>();
  for (const job of (context.registry.jobs ?? []).filter(concerns)) {
    job.steps++;
    job.steppedAt = now;
    if (steps[job.kind](context, job)) ended.add(job);
    context.store.changed();
  }
  drop(context, ended);
}

/** Every step that the clock says is due, in every registry. */
export function stepByClock(context: Context, steps: Steps): void {
  const now = context.clock.now().getTime();
  const span = context.settings.stepSeconds * 1_000;
  for (const registry of context.store.working()) {
    const there = { ...context, registry };
    const ended = new Set<Job>();
    for (const job of [...(registry.jobs ?? [])]) {
      while (job.steppedAt + span <= now && !ended.has(job)) {
        job.steps++;
        job.steppedAt += span;
        if (steps[job.kind](there, job)) ended.add(job);
        context.store.changed();
      }
    }
    drop(there, ended);
  }
}

function drop({ registry }: Context, ended: ReadonlySet<Job>): void {
  if (ended.size > 0) registry.jobs = (registry.jobs ?? []).filter((job) => !ended.has(job));
}

/** Everything to its end, in every registry, with the work that the end of other work begins. */
export function finishJobs(context: Context, steps: Steps): void {
  for (let working = context.store.working(); working.length > 0; working = context.store.working()) {
    for (const registry of working) stepJobs({ ...context, registry }, steps, () => true);
  }
}
