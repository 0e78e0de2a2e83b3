/** How far replication and signing of an image are, and backfills of what was pushed before. */

import { randomUUID } from "node:crypto";
import { type Context, type Operations, ownRegistry, repositoryOf } from "../call/context.ts";
import { invalid, optionalText, page, text } from "../call/input.ts";
import { end, isRunning } from "../effects/backfill.ts";
import { proceed } from "../effects/index.ts";
import { startJob } from "../effects/jobs.ts";
import { placeOf } from "../effects/replication.ts";
import { imageOf } from "../repositories/image-id.ts";
import type { ImageId } from "../repositories/images.ts";
import type { Backfill, Job } from "../state/records.ts";
import type { Image, Repository } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";

const mostRunning = 10;
const keptFor = 90 * 24 * 60 * 60 * 1_000;

export const replication: Operations = {
  DescribeImageReplicationStatus(context, input) {
    const { repository, image, imageId } = asked(context, input, "replication");
    return { repositoryName: repository.name, imageId, replicationStatuses: image.replications ?? [] };
  },

  DescribeImageSigningStatus(context, input) {
    const { repository, image, imageId } = asked(context, input, "signing");
    const registryId = context.registry.account;
    return { repositoryName: repository.name, imageId, registryId, signingStatuses: image.signings ?? [] };
  },

  StartReplicationBackfill(context, input) {
    ownRegistry(context, input);
    const { registry, clock } = context;
    const destination = configuredDestination(context, input);
    const running = (registry.backfills ?? []).filter(isRunning);
    if (running.some((backfill) => backfill.destination.region === destination.region))
      throw new AwsError(
        "ReplicationBackfillInProgressException",
        `A replication backfill to the Region '${destination.region}' is already in progress`,
      );
    if (running.length >= mostRunning)
      throw new AwsError(
        "LimitExceededException",
        `A registry can have at most ${mostRunning} replication backfills in progress`,
      );
    const backfill: Backfill = {
      id: randomUUID(),
      destination,
      status: "PREPARING",
      startedAt: clock.now().getTime(),
      results: [],
    };
    registry.backfills = [...(registry.backfills ?? []), backfill];
    startJob(context, { kind: "backfill", target: backfill.id });
    return started(context, backfill);
  },

  StopReplicationBackfill(context, input) {
    const backfill = backfillOf(context, input);
    if (backfill.status !== "PREPARING" && backfill.status !== "IN_PROGRESS")
      throw new AwsError(
        "ReplicationBackfillInvalidStatusException",
        `The replication backfill '${backfill.id}' has the status ${backfill.status} and cannot be stopped`,
      );
    if (backfill.status === "PREPARING") end(context, backfill, "STOPPED");
    else backfill.status = "STOPPING";
    context.store.changed();
    return started(context, backfill);
  },

  ListReplicationBackfills(context, input) {
    ownRegistry(context, input);
    const { registry, clock } = context;
    const since = clock.now().getTime() - keptFor;
    const kept = (registry.backfills ?? []).filter(({ startedAt }) => startedAt >= since).reverse();
    const { items, nextToken } = page(input, kept, 50, 25);
    return { registryId: registry.account, backfills: items.map(shown), nextToken };
  },

  DescribeReplicationBackfillResults(context, input) {
    const backfill = backfillOf(context, input);
    proceed(context, ({ kind, target }) => kind === "backfill" && target === backfill.id);
    const wanted = optionalText(input, "resultStatusFilter");
    if (wanted !== undefined && wanted !== "COMPLETE" && wanted !== "FAILED")
      throw invalid("resultStatusFilter", "must be one of [COMPLETE, FAILED]");
    const results = isRunning(backfill) ? [] : backfill.results.filter(({ status }) => (wanted ?? status) === status);
    const { items, nextToken } = page(input, results);
    return { registryId: context.registry.account, ...shown(backfill), results: items, nextToken };
  },
};

/** The image that a status is asked of, after its work went on by one step. */
function asked(
  context: Context,
  input: Json,
  kind: Job["kind"],
): { repository: Repository; image: Image; imageId: ImageId } {
  const repository = repositoryOf(context, input);
  const image = imageOf(context, repository, input);
  proceed(context, (job) => job.kind === kind && job.repository === repository.name && job.digest === image.digest);
  const { imageTag } = input["imageId"] as ImageId;
  return { repository, image, imageId: { imageDigest: image.digest, ...(imageTag ? { imageTag } : {}) } };
}

function configuredDestination({ registry }: Context, input: Json): Backfill["destination"] {
  const asked = input["destination"] as Json | undefined;
  if (typeof asked !== "object" || asked === null) throw invalid("destination", "is required");
  const destination = { region: text(asked, "region"), registryId: text(asked, "registryId") };
  const configured = registry.replicationRules
    .flatMap(({ destinations }) => destinations)
    .some((candidate) => placeOf(candidate) === placeOf(destination));
  if (!configured)
    throw new AwsError(
      "ValidationException",
      `The destination ${placeOf(destination)} is not one of the registry's replication configuration`,
    );
  return destination;
}

function backfillOf(context: Context, input: Json): Backfill {
  ownRegistry(context, input);
  const id = text(input, "replicationBackfillId");
  const backfill = context.registry.backfills?.find((candidate) => candidate.id === id);
  if (backfill) return backfill;
  throw new AwsError(
    "ReplicationBackfillNotFoundException",
    `The replication backfill with id '${id}' does not exist in the registry with id '${context.registry.account}'`,
  );
}

function started({ registry }: Context, { id, destination, status, startedAt }: Backfill): Json {
  return {
    registryId: registry.account,
    replicationBackfillId: id,
    destination,
    status,
    startedAt: startedAt / 1_000,
  };
}

function shown({ id, destination, status, startedAt, endedAt, waiting, results }: Backfill): Json {
  const failed = results.filter((result) => result.status === "FAILED");
  return {
    replicationBackfillId: id,
    destination,
    status,
    progress: waiting && {
      totalReplicationCount: waiting.length + results.length,
      completedReplicationCount: results.length - failed.length,
      failedReplicationCount: failed.length,
      failureCodes: [...new Set(failed.flatMap(({ failureCode }) => failureCode ?? []))],
    },
    startedAt: startedAt / 1_000,
    endedAt: endedAt === undefined ? undefined : endedAt / 1_000,
  };
}
