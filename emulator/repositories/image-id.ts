/** How callers name images, and AWS's answers when there is none of that name. */

import type { Context } from "../call/context.ts";
import { invalid } from "../call/input.ts";
import type { Image, Repository } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";
import { findImage, type ImageId, seenImages } from "./images.ts";

/** The image that the input's `imageId` names. Throws AWS's errors for a name of nothing and for none of that name. */
export function imageOf(context: Context, repository: Repository, input: Json): Image {
  const id = (input["imageId"] ?? {}) as { imageDigest?: unknown; imageTag?: unknown };
  const imageDigest = optionalName(id.imageDigest, "imageDigest");
  const imageTag = optionalName(id.imageTag, "imageTag");
  if (!imageDigest && !imageTag) throw invalid("imageId", "must have an imageDigest or an imageTag");
  const known = { ...(imageDigest ? { imageDigest } : {}), ...(imageTag ? { imageTag } : {}) };
  const seen = findImage({ images: seenImages(repository) }, known);
  const image = seen && findImage(repository, { imageDigest: seen.digest });
  if (!image) throw imageNotFound(context, repository, known);
  return image;
}

function optionalName(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalid(name, "must be a string");
  return value;
}

export function imageNotFound({ registry }: Context, repository: Repository, id: ImageId): AwsError {
  return new AwsError(
    "ImageNotFoundException",
    `The image with imageId {imageDigest:'${id.imageDigest ?? "null"}', imageTag:'${id.imageTag ?? "null"}'} does not exist within the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
  );
}
