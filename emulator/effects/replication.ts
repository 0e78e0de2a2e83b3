/** Replication between the registries of this emulator: a push is repeated at each destination of the rules that match. */

import type { Context } from "../call/context.ts";
import { admits } from "../documents/admission.ts";
import { copyImage } from "../repositories/copy-image.ts";
import type { Job, Replication } from "../state/records.ts";
import type { Image, Registry, Repository } from "../state/store.ts";
import { AwsError } from "../wire/protocol.ts";
import { createByItself, presentRepository, templateFor } from "./creation.ts";
import { imageOfJob, startJob } from "./jobs.ts";
import { scanOnPush } from "./scan.ts";

export interface Destination {
  region: string;
  registryId: string;
}

/** Where the rules send a repository, each place once. A filter is a plain prefix of the name; none means every name. */
export function destinationsOf({ replicationRules }: Registry, name: string): Destination[] {
  const places = new Map<string, Destination>();
  for (const { destinations, repositoryFilters } of replicationRules) {
    if (repositoryFilters && !repositoryFilters.some(({ filter }) => name.startsWith(filter))) continue;
    for (const destination of destinations) places.set(placeOf(destination), destination);
  }
  return [...places.values()];
}

export function placeOf({ registryId, region }: Destination): string {
  return `${registryId}/${region}`;
}

export function replicateOnPush(context: Context, repository: Repository, image: Image): void {
  const destinations = destinationsOf(context.registry, repository.name);
  if (destinations.length === 0) return;
  const places = destinations.map(placeOf);
  image.replications = [
    ...(image.replications ?? []).filter((replication) => !places.includes(placeOf(replication))),
    ...destinations.map(({ region, registryId }): Replication => ({ region, registryId, status: "IN_PROGRESS" })),
  ];
  for (const target of places)
    startJob(context, { kind: "replication", repository: repository.name, digest: image.digest, target });
}

export function stepReplication(context: Context, job: Job): boolean {
  const { repository, image } = imageOfJob(context, job) ?? {};
  const replication = image?.replications?.find((candidate) => placeOf(candidate) === job.target);
  if (!repository || !image || !replication) return true;
  if (job.steps < 2) return false;
  const failureCode = replicate(context, repository, image, replication);
  replication.status = failureCode === undefined ? "COMPLETE" : "FAILED";
  if (failureCode === undefined) delete replication.failureCode;
  else replication.failureCode = failureCode;
  return true;
}

/**
 * Copies an image to a destination, whose repository is made when it is missing. Returns a failure code when that fails;
 * the codes are ours, AWS publishes none.
 */
export function replicate(
  context: Context,
  repository: Repository,
  image: Image,
  destination: Destination,
  tags: readonly string[] = image.tags,
): string | undefined {
  const { failures } = context.settings;
  const place = placeOf(destination);
  if (Object.hasOwn(failures, place)) return failures[place];
  const registry = context.store.registry(destination.registryId, destination.region);
  if (
    registry.account !== context.registry.account &&
    !admits(registry.policy, context.registry.account, "ecr:ReplicateImage")
  )
    return "AccessDenied";
  const there: Context = { ...context, registry };
  try {
    const target =
      presentRepository(there, repository.name) ??
      createByItself(there, repository.name, templateFor(there, repository.name, "REPLICATION"));
    const copy = copyImage(image, tags, repository.layers, target, context.clock.now().getTime());
    if ("refused" in copy) return "ImageTagAlreadyExists";
    scanOnPush(there, target, copy);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.fault.replace("Exception", "");
    throw error;
  }
}
