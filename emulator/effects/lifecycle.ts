/**
 * Lifecycle policies: what a run would do, as AWS's preview shows it, and a run. The evaluator is the project's own
 * (`provider/lifecycle`): it is proven by cases of its own, and a second one would only repeat its mistakes or make others.
 */

import { type Simulation, simulate } from "../../provider/lifecycle/simulate.ts";
import type { Context } from "../call/context.ts";
import { removeImages } from "../repositories/images.ts";
import type { Job, LifecyclePreview } from "../state/records.ts";
import type { Image, Repository } from "../state/store.ts";

function judge({ clock }: Context, { images }: Repository, policy: string): Simulation["images"] {
  const moment = (time: number | undefined) => (time === undefined ? undefined : new Date(time));
  const subjects = images.map((image) => ({
    imageDigest: image.digest,
    imageTags: image.tags,
    imagePushedAt: new Date(image.pushedAt),
    imageSizeInBytes: image.size,
    imageManifestMediaType: image.mediaType,
    imageStatus: image.status,
    lastRecordedPullTime: moment(image.pulledAt),
    lastArchivedAt: moment(image.archivedAt),
    lastActivatedAt: moment(image.activatedAt),
    subjectManifestDigest: image.subject,
    children: image.children,
  }));
  return simulate(policy, subjects, clock.now()).images;
}

export function startLifecyclePreview({ clock }: Context, repository: Repository, text: string): LifecyclePreview {
  repository.lifecyclePreview = { text, status: "IN_PROGRESS", startedAt: clock.now().getTime(), results: [] };
  return repository.lifecyclePreview;
}

export function stepLifecyclePreview(context: Context, { repository: name = "", steps }: Job): boolean {
  const repository = context.registry.repositories[name];
  const preview = repository?.lifecyclePreview;
  if (!repository || !preview) return true;
  if (steps < 2) return false;
  if (Object.hasOwn(context.settings.failures, name)) {
    preview.status = "FAILED";
    return true;
  }
  const verdicts = judge(context, repository, preview.text);
  preview.results = repository.images
    .flatMap((image, index) => {
      const { action = "keep", rulePriority = null } = verdicts[index] ?? {};
      return action === "keep" || rulePriority === null ? [] : [previewed(image, action, rulePriority)];
    })
    .sort((a, b) => a.imagePushedAt - b.imagePushedAt);
  preview.status = "COMPLETE";
  return true;
}

function previewed(
  { digest, tags, pushedAt, status }: Image,
  action: "expire" | "transition",
  appliedRulePriority: number,
): LifecyclePreview["results"][number] {
  return {
    imageDigest: digest,
    imageTags: [...tags],
    imagePushedAt: pushedAt,
    action: action === "expire" ? "EXPIRE" : "TRANSITION",
    appliedRulePriority,
    storageClass: status === "ARCHIVED" ? "ARCHIVE" : "STANDARD",
  };
}

/** How many images a run took. */
export interface Taken {
  expired: number;
  archived: number;
}

/** One run of the repository's own policy; attachments go with their subjects. */
export function runLifecyclePolicy(context: Context, repository: Repository): Taken {
  if (repository.lifecyclePolicy === undefined) return { expired: 0, archived: 0 };
  const verdicts = judge(context, repository, repository.lifecyclePolicy);
  const taken = (action: string) => repository.images.filter((_, index) => verdicts[index]?.action === action);
  const [expired, archived] = [taken("expire"), taken("transition")];
  repository.lastEvaluatedAt = context.clock.now().getTime();
  return take(context, repository, expired, archived);
}

/** Attachments whose subject was deleted or archived go the same way, as ECR sees to within a day. */
export function followSubjects(context: Context, repository: Repository): Taken {
  const sum = { expired: 0, archived: 0 };
  for (;;) {
    const present = new Map(repository.images.map((image) => [image.digest, image]));
    const subjectOf = ({ subject = "" }: Image) => present.get(subject);
    const expired = repository.images.filter((image) => image.lostSubject && !subjectOf(image));
    const archived = repository.images.filter(
      (image) => image.status === "ACTIVE" && subjectOf(image)?.status === "ARCHIVED",
    );
    if (expired.length + archived.length === 0) return sum;
    take(context, repository, expired, archived);
    sum.expired += expired.length;
    sum.archived += archived.length;
  }
}

function take(
  { clock, store }: Context,
  repository: Repository,
  expired: readonly Image[],
  archived: readonly Image[],
): Taken {
  const now = clock.now().getTime();
  for (const image of archived) Object.assign(image, { status: "ARCHIVED", archivedAt: now });
  removeImages(store, repository, new Set(expired));
  return { expired: expired.length, archived: archived.length };
}
