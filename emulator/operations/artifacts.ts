/** What refers to an image, and in which storage class it lies. */

import { type Operations, repositoryOf } from "../call/context.ts";
import { invalid, listOf, page, text } from "../call/input.ts";
import { artifactMediaTypeOf, readManifest } from "../documents/manifest.ts";
import { startRestore } from "../effects/restore.ts";
import { imageOf } from "../repositories/image-id.ts";
import { isReferencedImage, seenImages } from "../repositories/images.ts";
import { isDigest } from "../state/blobs.ts";
import type { Image } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";
import { filterOf, imageStatusFilters } from "./images.ts";

function referrer(image: Image): Json {
  const annotations = readManifest(image.manifest)?.annotations ?? {};
  return {
    digest: image.digest,
    mediaType: image.mediaType,
    artifactType: artifactMediaTypeOf(image),
    size: image.size,
    annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
    artifactStatus: image.status,
  };
}

export const artifacts: Operations = {
  ListImageReferrers(context, input) {
    const repository = repositoryOf(context, input);
    const { imageDigest } = (input["subjectId"] ?? {}) as Json;
    if (!isDigest(imageDigest)) throw invalid("subjectId", "must have an imageDigest as sha256:… with 64 digits");
    const status = filterOf(input, "artifactStatus", imageStatusFilters, "ACTIVE");
    const types = listOf((input["filter"] ?? {}) as Json, "artifactTypes", 0, 5) ?? [];
    const found = seenImages(repository).filter(
      (image) =>
        image.subject === imageDigest &&
        (status === "ANY" || image.status === status) &&
        (types.length === 0 || types.includes(artifactMediaTypeOf(image))),
    );
    const { items, nextToken } = page(input, found, 50, 20);
    return { referrers: items.map(referrer), nextToken };
  },

  UpdateImageStorageClass(context, input) {
    const repository = repositoryOf(context, input);
    const image = imageOf(context, repository, input);
    const target = text(input, "targetStorageClass");
    if (target !== "STANDARD" && target !== "ARCHIVE")
      throw invalid("targetStorageClass", "must be one of [STANDARD, ARCHIVE]");
    if (target === "ARCHIVE" && image.status !== "ARCHIVED") {
      if (image.status === "ACTIVATING") throw notSupported("it is being restored");
      if (isReferencedImage(repository, image)) throw notSupported("a manifest list refers to it");
      image.status = "ARCHIVED";
      image.archivedAt = context.clock.now().getTime();
    }
    if (target === "STANDARD" && image.status === "ARCHIVED") startRestore(context, repository, image);
    context.store.changed();
    return {
      registryId: context.registry.account,
      repositoryName: repository.name,
      imageId: { imageDigest: image.digest, imageTag: (input["imageId"] as { imageTag?: string }).imageTag },
      imageStatus: image.status,
    };
  },
};

function notSupported(why: string): AwsError {
  return new AwsError(
    "ImageStorageClassUpdateNotSupportedException",
    `The requested image storage class update is not supported: ${why}`,
  );
}
