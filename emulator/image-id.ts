/** How callers name images, and AWS's answers when there is none of that name. */

import { AwsError, type Json } from "./http/wire.ts";
import { seenImages } from "./images.ts";
import { type Context, invalid } from "./operation.ts";
import type { Image, Repository } from "./state/store.ts";

export interface ImageId {
  imageDigest?: string;
  imageTag?: string;
}

/** The image that has the digest and the tag, as far as they are given. */
export function findImage(
  { images }: { readonly images: readonly Image[] },
  { imageDigest, imageTag }: ImageId,
): Image | undefined {
  return images.find(
    ({ digest, tags }) =>
      (imageDigest === undefined || digest === imageDigest) && (imageTag === undefined || tags.includes(imageTag)),
  );
}

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
