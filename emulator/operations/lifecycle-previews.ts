/** Previews of lifecycle policies, in AWS's sense: what a run would do, worked out in the background. */

import { type Context, type Operations, repositoryOf } from "../call/context.ts";
import { invalid, listOf, optionalText, page } from "../call/input.ts";
import { checkLifecyclePolicy } from "../documents/lifecycle-grammar.ts";
import { storedLifecyclePolicy } from "../documents/rewrite.ts";
import { proceed } from "../effects/index.ts";
import { startJob } from "../effects/jobs.ts";
import { startLifecyclePreview } from "../effects/lifecycle.ts";
import type { ImageId } from "../repositories/images.ts";
import type { LifecyclePreview } from "../state/records.ts";
import type { Repository } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";
import { lifecyclePolicyNotFound } from "./policies.ts";

const expiresAfter = 24 * 60 * 60 * 1_000;

export const lifecyclePreviews: Operations = {
  StartLifecyclePolicyPreview(context, input) {
    const repository = repositoryOf(context, input);
    const supplied = optionalText(input, "lifecyclePolicyText");
    const text =
      supplied === undefined ? repository.lifecyclePolicy : storedLifecyclePolicy(checkLifecyclePolicy(supplied));
    if (text === undefined) throw lifecyclePolicyNotFound(context, repository.name);
    if (repository.lifecyclePreview?.status === "IN_PROGRESS")
      throw new AwsError(
        "LifecyclePolicyPreviewInProgressException",
        `The previous lifecycle policy preview request for the repository with name '${repository.name}' has not completed`,
      );
    const preview = startLifecyclePreview(context, repository, text);
    startJob(context, { kind: "lifecyclePreview", repository: repository.name });
    return { ...names(context, repository, preview), status: preview.status };
  },

  GetLifecyclePolicyPreview(context, input) {
    const repository = repositoryOf(context, input);
    const preview = repository.lifecyclePreview;
    if (!preview)
      throw new AwsError(
        "LifecyclePolicyPreviewNotFoundException",
        `There is no lifecycle policy preview for the repository with name '${repository.name}' in the registry with id '${context.registry.account}'`,
      );
    proceed(context, ({ kind, repository: name }) => kind === "lifecyclePreview" && name === repository.name);
    if (preview.status === "COMPLETE" && context.clock.now().getTime() - preview.startedAt >= expiresAfter)
      Object.assign(preview, { status: "EXPIRED", results: [] });
    const chosen = chosenResults(preview, input);
    const { items, nextToken } = page(input, chosen, 100);
    return {
      ...names(context, repository, preview),
      status: preview.status,
      previewResults: items.map(shown),
      summary: preview.status === "COMPLETE" ? summaryOf(preview) : undefined,
      nextToken,
    };
  },
};

function names({ registry }: Context, { name }: Repository, { text }: LifecyclePreview): Json {
  return { registryId: registry.account, repositoryName: name, lifecyclePolicyText: text };
}

/** The results that the caller asks for: by image, or by tag status. */
function chosenResults({ results }: LifecyclePreview, input: Json): LifecyclePreview["results"] {
  const ids = listOf(input, "imageIds", 1, 100) as ImageId[] | undefined;
  if (ids && (input["maxResults"] !== undefined || input["nextToken"] !== undefined))
    throw invalid("imageIds", "cannot be used together with maxResults or nextToken");
  const { tagStatus = "ANY" } = (input["filter"] ?? {}) as { tagStatus?: string };
  if (!["ANY", "TAGGED", "UNTAGGED"].includes(tagStatus))
    throw invalid("tagStatus", "must be one of [TAGGED, UNTAGGED, ANY]");
  return results.filter(
    ({ imageDigest, imageTags }) =>
      (tagStatus === "ANY" || (tagStatus === "TAGGED") === imageTags.length > 0) &&
      (!ids ||
        ids.some(
          (id) =>
            (id.imageDigest ?? imageDigest) === imageDigest &&
            (id.imageTag === undefined || imageTags.includes(id.imageTag)),
        )),
  );
}

function shown({ action, imagePushedAt, ...result }: LifecyclePreview["results"][number]): Json {
  return {
    ...result,
    imagePushedAt: imagePushedAt / 1_000,
    action: { type: action, ...(action === "TRANSITION" ? { targetStorageClass: "ARCHIVE" } : {}) },
  };
}

/** Counts over the whole preview, whatever was asked for. */
function summaryOf({ results }: LifecyclePreview): Json {
  const transitioning = results.filter(({ action }) => action === "TRANSITION").length;
  return {
    expiringImageTotalCount: results.length - transitioning,
    transitioningImageTotalCounts:
      transitioning === 0 ? [] : [{ targetStorageClass: "ARCHIVE", imageTotalCount: transitioning }],
  };
}
