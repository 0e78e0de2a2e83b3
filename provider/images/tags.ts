/** Image tags: which may move, and taking them off an image without losing it. */

import { ProviderError } from "../text/errors.ts";
import { matchesGlob, starGlob } from "../text/glob.ts";
import { lookUp } from "./push.ts";
import type { Target } from "./upload.ts";

/** Why ECR would refuse to put these tags on `digest`, in sentences; empty when the repository is not there yet. */
export async function refusedMoves(target: Target, digest: string, tags: readonly string[]): Promise<string[]> {
  const repository = await target.gateway.repository(target.repositoryName);
  const fixed = repository ? tags.filter((tag) => isImmutable(repository, tag)) : [];
  if (!repository || fixed.length === 0) return [];
  const holders = await lookUp(
    target,
    fixed.map((imageTag) => ({ imageTag })),
  );
  return fixed.flatMap((tag) => {
    const holder = holders.get(tag);
    return holder === undefined || holder.digest === digest
      ? []
      : `the tag "${tag}" is on ${holder.digest} and cannot be moved to ${digest}, because repository "${target.repositoryName}" has imageTagMutability ${repository.imageTagMutability}; choose another tag, or except it with a filter`;
  });
}

/** Tags that a filter excepts have the other mutability. */
export function isImmutable(
  repository: {
    readonly imageTagMutability?: string | undefined;
    readonly imageTagMutabilityExclusionFilters?: readonly { readonly filter?: string | undefined }[] | undefined;
  },
  tag: string,
): boolean {
  const { imageTagMutability = "MUTABLE", imageTagMutabilityExclusionFilters: filters } = repository;
  const excepted = filters?.some(({ filter = "" }) => matchesGlob(starGlob(filter), tag)) ?? false;
  return imageTagMutability.startsWith("IMMUTABLE") !== excepted;
}

/** Takes tags off an image, as far as they still are on it. Throws Conflict when it has no others: ECR would delete it. */
export async function removeTags(target: Target, imageDigest: string, tags: readonly string[]): Promise<void> {
  const { gateway, repositoryName } = target;
  const { imageDetails = [] } = await gateway.call("DescribeImages", { repositoryName, imageIds: [{ imageDigest }] });
  const live = imageDetails[0]?.imageTags ?? [];
  const own = live.filter((tag) => tags.includes(tag));
  if (own.length > 0 && own.length === live.length) {
    throw new ProviderError(
      "Conflict",
      `the image would lose its last tag, ${own.join(", ")}, and ECR deletes an image with its last tag; keep one in imageTags, or remove the resource`,
      { path: ["imageTags"] },
    );
  }
  await deleteTags(target, own);
}

const idsPerCall = 100;
/** Why ECR does not delete an image that a manifest list names. */
const inIndex = "ImageReferencedByManifestList";

/**
 * Takes tags off, whatever image they are on. The digest is not named beside the tag, although ECR would compare them: what
 * it removes when both are named is not documented.
 */
export async function deleteTags(target: Target, tags: readonly string[]): Promise<void> {
  for (let at = 0; at < tags.length; at += idsPerCall) {
    const some = tags.slice(at, at + idsPerCall);
    await deleteImages(
      target,
      some.map((imageTag) => ({ imageTag })),
    );
  }
}

/** Deletes images or tags. What is gone already is passed over; answers whether an index keeps one of them. */
export async function deleteImages(
  { gateway, repositoryName }: Target,
  imageIds: readonly ({ imageDigest: string } | { imageTag: string })[],
): Promise<{ listed: boolean }> {
  const { failures = [] } = await gateway.call("BatchDeleteImage", { repositoryName, imageIds });
  const listed = failures.some(({ failureCode }) => failureCode === inIndex);
  const [failure] = failures.filter(({ failureCode }) => failureCode !== "ImageNotFound" && failureCode !== inIndex);
  if (failure) {
    const { imageTag, imageDigest } = failure.imageId ?? {};
    throw new ProviderError(
      "Conflict",
      `removing ${imageTag ?? imageDigest} from repository "${repositoryName}": ${failure.failureCode}: ${failure.failureReason}; run again`,
    );
  }
  return { listed };
}
