/** Images by manifest: put, list, describe, fetch and delete. */

import { createHash } from "node:crypto";
import { findImage, type ImageId, imageNotFound } from "../image-id.ts";
import { isImmutable } from "../match.ts";
import { type Context, invalid, listOf, type Operations, page, repositoryOf, text } from "../operation.ts";
import type { Image, Repository } from "../store.ts";
import { AwsError, type Json } from "../wire.ts";

function sizeOf(manifest: string): { size: number; mediaType: string | undefined } {
  try {
    const {
      config,
      layers = [],
      manifests = [],
      mediaType,
    } = JSON.parse(manifest) as {
      config?: { size?: number };
      layers?: { size?: number }[];
      manifests?: { size?: number }[];
      mediaType?: string;
    };
    const parts = [config ?? {}, ...layers, ...manifests];
    return { size: parts.reduce((sum, { size = 0 }) => sum + size, manifest.length), mediaType };
  } catch {
    throw invalid("imageManifest", "Invalid image manifest provided");
  }
}

function shownIds(image: Image): ImageId[] {
  return image.tags.length === 0
    ? [{ imageDigest: image.digest }]
    : image.tags.map((imageTag) => ({ imageDigest: image.digest, imageTag }));
}

/** Images of the status and tag status that a filter asks for; archived ones only when asked. */
function filtered(repository: Repository, input: Json): Image[] {
  const { tagStatus = "ANY", imageStatus = "ACTIVE" } = (input["filter"] ?? {}) as {
    tagStatus?: string;
    imageStatus?: string;
  };
  return repository.images.filter(
    ({ tags, status }) =>
      (imageStatus === "ANY" || status === imageStatus) &&
      (tagStatus === "ANY" || (tagStatus === "TAGGED") === tags.length > 0),
  );
}

function detail({ registry }: Context, repository: Repository, image: Image): Json {
  return {
    registryId: registry.account,
    repositoryName: repository.name,
    imageDigest: image.digest,
    imageTags: image.tags.length > 0 ? image.tags : undefined,
    imageSizeInBytes: image.size,
    imagePushedAt: image.pushedAt / 1_000,
    imageManifestMediaType: image.mediaType,
    imageStatus: image.status,
  };
}

function failure(imageId: ImageId): Json {
  return { imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" };
}

export const images: Operations = {
  PutImage(context, input) {
    const repository = repositoryOf(context, input);
    const manifest = text(input, "imageManifest");
    const { size, mediaType } = sizeOf(manifest);
    const digest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
    if (input["imageDigest"] !== undefined && input["imageDigest"] !== digest) {
      throw new AwsError(
        "ImageDigestDoesNotMatchException",
        "The specified image digest does not match the digest that Amazon ECR calculated for the image",
      );
    }
    const tag = input["imageTag"] as string | undefined;
    const holder = tag === undefined ? undefined : findImage(repository, { imageTag: tag });
    let image = findImage(repository, { imageDigest: digest });
    if (image && (tag === undefined || holder === image)) {
      throw new AwsError(
        "ImageAlreadyExistsException",
        `Image with digest '${digest}'${tag ? ` and tag '${tag}'` : ""} already exists in the repository with name '${repository.name}' in registry with id '${context.registry.account}'`,
      );
    }
    if (tag !== undefined && holder && isImmutable(repository, tag)) {
      throw new AwsError(
        "ImageTagAlreadyExistsException",
        `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
      );
    }
    if (!image) {
      image = {
        digest,
        manifest,
        mediaType: String(
          input["imageManifestMediaType"] ?? mediaType ?? "application/vnd.docker.distribution.manifest.v2+json",
        ),
        size,
        pushedAt: context.clock.now().getTime(),
        tags: [],
        status: "ACTIVE",
      };
      repository.images.push(image);
    }
    if (tag !== undefined) {
      if (holder) holder.tags = holder.tags.filter((name) => name !== tag);
      image.tags.push(tag);
    }
    context.store.changed();
    return {
      image: {
        registryId: context.registry.account,
        repositoryName: repository.name,
        imageId: { imageDigest: digest, imageTag: tag },
        imageManifest: manifest,
        imageManifestMediaType: image.mediaType,
      },
    };
  },

  ListImages(context, input) {
    const repository = repositoryOf(context, input);
    const { items, nextToken } = page(input, filtered(repository, input).flatMap(shownIds));
    return { imageIds: items, nextToken };
  },

  DescribeImages(context, input) {
    const repository = repositoryOf(context, input);
    const ids = listOf(input, "imageIds", 1, 100) as ImageId[] | undefined;
    if (ids) {
      if (input["maxResults"] !== undefined || input["nextToken"] !== undefined)
        throw invalid("imageIds", "cannot be used together with maxResults or nextToken");
      const found = ids.map((id) => {
        const image = findImage(repository, id);
        if (!image) throw imageNotFound(context, repository, id);
        return image;
      });
      return { imageDetails: [...new Set(found)].map((image) => detail(context, repository, image)) };
    }
    const { items, nextToken } = page(input, filtered(repository, input));
    return { imageDetails: items.map((image) => detail(context, repository, image)), nextToken };
  },

  BatchGetImage(context, input) {
    const repository = repositoryOf(context, input);
    const ids = (listOf(input, "imageIds", 1, 100) ?? []) as ImageId[];
    const found: Json[] = [];
    const failures: Json[] = [];
    for (const id of ids) {
      const image = findImage(repository, id);
      if (!image) failures.push(failure(id));
      else {
        found.push({
          registryId: context.registry.account,
          repositoryName: repository.name,
          imageId: { imageDigest: image.digest, imageTag: id.imageTag },
          imageManifest: image.manifest,
          imageManifestMediaType: image.mediaType,
        });
      }
    }
    return { images: found, failures };
  },

  BatchDeleteImage(context, input) {
    const repository = repositoryOf(context, input);
    const deleted: ImageId[] = [];
    const failures: Json[] = [];
    for (const id of (listOf(input, "imageIds", 1, 100) ?? []) as ImageId[]) {
      const image = findImage(repository, id);
      if (!image) {
        failures.push(failure(id));
        continue;
      }
      if (id.imageTag !== undefined) {
        image.tags = image.tags.filter((tag) => tag !== id.imageTag);
        deleted.push({ imageDigest: image.digest, imageTag: id.imageTag });
      } else deleted.push(...shownIds(image));
      if (id.imageTag === undefined || image.tags.length === 0)
        repository.images = repository.images.filter((other) => other !== image);
    }
    context.store.changed();
    return { imageIds: deleted, failures };
  },
};
