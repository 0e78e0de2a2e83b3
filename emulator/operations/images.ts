/** Images by manifest: put, list, describe, fetch and delete. */

import { type Context, type Operations, ownRegistry, repositoryOf } from "../call/context.ts";
import { invalid, listOf, optionalText, page, text } from "../call/input.ts";
import { artifactMediaTypeOf } from "../documents/manifest.ts";
import { afterPull, afterPush, pullThrough, repositoryForPush } from "../effects/index.ts";
import { imageNotFound } from "../repositories/image-id.ts";
import { dropImage, findImage, type ImageId, isImageTag, pushImage, seenImages } from "../repositories/images.ts";
import { isDigest } from "../state/blobs.ts";
import type { Image, Repository } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";

function shownIds(image: Image): ImageId[] {
  return image.tags.length === 0
    ? [{ imageDigest: image.digest }]
    : image.tags.map((imageTag) => ({ imageDigest: image.digest, imageTag }));
}

/** A member of the input's filter, which must be one of `values`. */
export function filterOf(input: Json, name: string, values: readonly string[], usual: string): string {
  const filter = input["filter"] ?? {};
  if (typeof filter !== "object" || Array.isArray(filter)) throw invalid("filter", "must be an object");
  const value = (filter as Json)[name] ?? usual;
  if (typeof value !== "string" || !values.includes(value))
    throw invalid(name, `must be one of [${values.join(", ")}]`);
  return value;
}

export const imageStatusFilters = ["ACTIVE", "ARCHIVED", "ACTIVATING", "ANY"];

/** Images of the status and tag status that a filter asks for; without one only those that are active. */
function filtered(repository: Repository, input: Json): Image[] {
  const tagStatus = filterOf(input, "tagStatus", ["TAGGED", "UNTAGGED", "ANY"], "ANY");
  const imageStatus = filterOf(input, "imageStatus", imageStatusFilters, "ACTIVE");
  return seenImages(repository).filter(
    ({ tags, status }) =>
      (imageStatus === "ANY" || status === imageStatus) &&
      (tagStatus === "ANY" || (tagStatus === "TAGGED") === tags.length > 0),
  );
}

/** Epoch seconds, as the protocol has times. */
function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1_000;
}

/** What DescribeImages shows. Scan summaries are not in it: today's basic scanner leaves them out. */
function detail({ registry }: Context, repository: Repository, image: Image): Json {
  return {
    registryId: registry.account,
    repositoryName: repository.name,
    imageDigest: image.digest,
    imageTags: image.tags.length > 0 ? image.tags : undefined,
    imageSizeInBytes: image.size,
    imagePushedAt: seconds(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: artifactMediaTypeOf(image),
    lastRecordedPullTime: seconds(image.pulledAt),
    subjectManifestDigest: image.subject,
    imageStatus: image.status,
    lastArchivedAt: seconds(image.archivedAt),
    lastActivatedAt: seconds(image.activatedAt),
  };
}

type Failure = { imageId: ImageId; failureCode: string; failureReason: string };

function failure(imageId: ImageId, failureCode: string, failureReason: string): Failure {
  return { imageId, failureCode, failureReason };
}

function upstreamFailure(id: ImageId, code: string): Failure {
  return failure(id, code, "The upstream registry did not let the image go");
}

/** The image that an id of a batch names, or why there is none. */
function lookUp(images: readonly Image[], id: ImageId): Image | Failure {
  const { imageDigest, imageTag } = id;
  if (imageDigest === undefined && imageTag === undefined)
    return failure(id, "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null");
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    return failure(
      id,
      "InvalidImageDigest",
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  }
  if (imageTag !== undefined && !isImageTag(imageTag))
    return failure(id, "InvalidImageTag", "Invalid request parameters: the image tag is not one");
  const image = findImage({ images }, id);
  if (image) return image;
  if (imageDigest !== undefined && imageTag !== undefined && findImage({ images }, { imageTag }))
    return failure(id, "ImageTagDoesNotMatchDigest", "The tag is that of an image with another digest");
  return failure(id, "ImageNotFound", "Requested image not found");
}

/** The ids of a batch, without members that are not theirs. */
function batchOf(input: Json): ImageId[] {
  const ids = listOf(input, "imageIds", 1, 100);
  if (!ids) throw invalid("imageIds", "is required");
  return ids.map((id) => {
    const { imageDigest, imageTag } = (id ?? {}) as Json;
    for (const [name, value] of Object.entries({ imageDigest, imageTag }))
      if (value !== undefined && value !== null && typeof value !== "string") throw invalid(name, "must be a string");
    return {
      ...(typeof imageDigest === "string" ? { imageDigest } : {}),
      ...(typeof imageTag === "string" ? { imageTag } : {}),
    };
  });
}

function shownImage({ registry }: Context, repository: Repository, image: Image, imageTag: string | undefined): Json {
  return {
    registryId: registry.account,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag },
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
  };
}

export const images: Operations = {
  PutImage(context, input) {
    ownRegistry(context, input);
    const repository = repositoryForPush(context, text(input, "repositoryName"));
    const tag = optionalText(input, "imageTag");
    const { image, changed } = pushImage(context, repository, {
      manifest: text(input, "imageManifest"),
      mediaType: optionalText(input, "imageManifestMediaType"),
      digest: optionalText(input, "imageDigest"),
      tag,
    });
    if (!changed) {
      throw new AwsError(
        "ImageAlreadyExistsException",
        `Image with digest '${image.digest}' and tag '${tag ?? "null"}' already exists in the repository with name '${repository.name}' in registry with id '${context.registry.account}'`,
      );
    }
    afterPush(context, repository, image);
    return { image: shownImage(context, repository, image, tag) };
  },

  ListImages(context, input) {
    const repository = repositoryOf(context, input);
    const { items, nextToken } = page(input, filtered(repository, input).flatMap(shownIds));
    return { imageIds: items, nextToken };
  },

  DescribeImages(context, input) {
    const repository = repositoryOf(context, input);
    if (input["imageIds"] !== undefined && input["imageIds"] !== null) {
      if (input["maxResults"] !== undefined || input["nextToken"] !== undefined)
        throw invalid("imageIds", "cannot be used together with maxResults or nextToken");
      const seen = seenImages(repository);
      const found = batchOf(input).map((id) => {
        if (id.imageDigest === undefined && id.imageTag === undefined)
          throw invalid("imageIds", "each must have an imageDigest or an imageTag");
        const image = findImage({ images: seen }, id);
        if (!image) throw imageNotFound(context, repository, id);
        return image;
      });
      return { imageDetails: [...new Set(found)].map((image) => detail(context, repository, image)) };
    }
    const { items, nextToken } = page(input, filtered(repository, input));
    return { imageDetails: items.map((image) => detail(context, repository, image)), nextToken };
  },

  BatchGetImage(context, input) {
    ownRegistry(context, input);
    const ids = batchOf(input);
    const name = text(input, "repositoryName");
    const refused = pullThrough(context, name, ids);
    // The first pull through a rule makes the repository; one that fails leaves none.
    if (refused.size > 0 && !context.registry.repositories[name])
      return { images: [], failures: ids.map((id) => upstreamFailure(id, refused.get(id) ?? "ImageNotFound")) };
    const repository = repositoryOf(context, input);
    const accepted = listOf(input, "acceptedMediaTypes", 1, 100);
    const seen = seenImages(repository);
    const images: Json[] = [];
    const failures: Failure[] = [];
    for (const id of ids) {
      const upstream = refused.get(id);
      const image = lookUp(seen, id);
      if (upstream) failures.push(upstreamFailure(id, upstream));
      else if ("failureCode" in image) failures.push(image);
      // AWS documents that archived images cannot be pulled, not which code says so.
      else if (image.status !== "ACTIVE") failures.push(failure(id, "ImageInaccessible", "The image is archived"));
      else if (accepted && !accepted.includes(image.mediaType))
        failures.push(failure(id, "ImageNotFound", "The image has none of the accepted media types"));
      else {
        images.push(shownImage(context, repository, image, id.imageTag));
        const stored = findImage(repository, { imageDigest: image.digest });
        if (stored) afterPull(context, repository, stored);
      }
    }
    return { images, failures };
  },

  BatchDeleteImage(context, input) {
    const repository = repositoryOf(context, input);
    const imageIds: ImageId[] = [];
    const failures: Failure[] = [];
    for (const id of batchOf(input)) {
      const image = lookUp(repository.images, id);
      if ("failureCode" in image) {
        failures.push(image);
        continue;
      }
      const named = id.imageTag === undefined ? shownIds(image) : [{ ...id, imageDigest: image.digest }];
      if (dropImage(context.store, repository, image, id.imageTag)) imageIds.push(...named);
      else {
        const reason = "Requested image referenced by manifest list: remove that first";
        failures.push(failure(id, "ImageReferencedByManifestList", reason));
      }
    }
    return { imageIds, failures };
  },
};
