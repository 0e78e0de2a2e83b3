/**
 * What an image resource does: find out which digest its source has, see to it that the image and its tags are in the
 * repository, and remove what it has put there. Formats, layers and tags are in the files beside.
 */

import { hasFault, ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { type Artifact, openArtifact } from "./artifact.ts";
import { openImage, type Place } from "./copy.ts";
import { openLayout } from "./layout.ts";
import { type Found, lookUp, pushParts, putManifest, vanished } from "./push.ts";
import type { Source } from "./source.ts";
import { deleteImages, deleteTags, removeTags } from "./tags.ts";
import type { Target } from "./upload.ts";

/** Where an image comes from: one of the three, told apart by the member that names it. */
export interface ImageSource extends Optional<Artifact>, Optional<Place> {
  /** Folder or tar archive. */
  readonly layout?: string | undefined;
  readonly ref?: string | undefined;
}
type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** The digest of what a source holds; undefined when it is in a registry and not there (yet). */
export async function digestAt(target: Target, source: ImageSource): Promise<string | undefined> {
  if (source.repositoryName !== undefined && source.imageDigest !== undefined) return source.imageDigest;
  try {
    return await rootDigest(target, source);
  } catch (error) {
    if (error instanceof ProviderError && error.code === "NotFound") return undefined;
    throw error;
  }
}

/** The digest of what a source holds. Throws NotFound when it is not there. */
async function rootDigest(target: Target, source: ImageSource = {}): Promise<string> {
  const opened = await openSource(target, source, undefined);
  await opened.close();
  return opened.root.digest;
}

function openSource(target: Target, source: ImageSource, digest: string | undefined): Promise<Source> {
  const { layout, ref, file, mediaType = "", repositoryName } = source;
  if (layout !== undefined) return openLayout(layout, { ref, digest });
  if (file !== undefined) return openArtifact(target, { ...source, file, mediaType });
  return openImage(target.gateway, {
    ...source,
    repositoryName: repositoryName ?? target.repositoryName,
    imageDigest: digest ?? source.imageDigest,
  });
}

/** What a resource wants to be there. */
export interface Wanted {
  readonly imageDigest?: string | undefined;
  readonly imageTags: readonly string[];
  readonly source?: ImageSource | undefined;
}

/** What was put into the repository and had not been there, and what was taken off. */
export interface Made {
  readonly digests: readonly string[];
  readonly tags: readonly string[];
  readonly removedTags: readonly string[];
}

/**
 * Sees to it that the image is there and has the tags. Nothing is opened or sent that is there already. `former` is what
 * the resource had before: tags that are wanted no more are taken off the image; another image keeps the tags it had,
 * because whoever still runs it pulls it by them.
 */
export async function place(
  target: Target,
  wanted: Wanted,
  former: { imageDigest?: string | undefined; imageTags?: readonly string[] | undefined },
): Promise<{ imageDigest: string; made: Made }> {
  const { imageTags, source } = wanted;
  const digest = wanted.imageDigest ?? (await rootDigest(target, source));
  const live = await lookUp(target, [{ imageDigest: digest }, ...imageTags.map((imageTag) => ({ imageTag }))]);
  const [firstTag] = imageTags;
  const present = live.get(digest);
  const { image, digests } = present
    ? { image: present, digests: [] }
    : await pushFrom(target, source, digest, firstTag);
  const tags = imageTags.filter((tag) => live.get(tag)?.digest !== digest);
  for (const tag of tags) if (present || tag !== firstTag) await putManifest(target, image, tag);
  const dropped = former.imageDigest === digest ? (former.imageTags ?? []) : [];
  const removedTags = dropped.filter((tag) => !imageTags.includes(tag));
  if (removedTags.length > 0) await removeTags(target, digest, removedTags);
  return { imageDigest: digest, made: { digests, tags, removedTags } };
}

/** Pushes the image of a source, with a tag; answers it and the digests that were not there. */
async function pushFrom(
  target: Target,
  source: ImageSource | undefined,
  digest: string,
  tag: string | undefined,
): Promise<{ image: Found; digests: readonly string[] }> {
  const { repositoryName } = target;
  if (!source) {
    throw new ProviderError(
      "NotFound",
      `there is no image ${digest} in repository "${repositoryName}"; give a source to push it from`,
      { path: ["imageDigest"] },
    );
  }
  const opened = await openSource(target, source, digest);
  try {
    if (opened.root.digest !== digest) {
      throw new ProviderError(
        "Conflict",
        `the source holds ${opened.root.digest}, which is not the image ${digest} that is to be pushed; it was changed meanwhile, or imageDigest is that of another image, so run again or correct it`,
        { path: ["source"] },
      );
    }
    const digests = await pushParts(target, opened);
    await putManifest(target, opened.root, tag).catch((error: unknown) => {
      throw vanished(error, target);
    });
    return { image: opened.root, digests };
  } finally {
    await opened.close();
  }
}

/** What ECR says of an image; undefined when it is not there. */
export async function describe({ gateway, repositoryName }: Target, imageDigest: string) {
  const [repository, { imageDetails = [] }] = await Promise.all([
    gateway.repository(repositoryName),
    gateway.call("DescribeImages", {
      repositoryName,
      imageIds: [{ imageDigest }],
      filter: { imageStatus: "ANY" },
    }),
  ]);
  const [detail] = imageDetails;
  if (!detail) return undefined;
  return {
    imageDigest,
    imageTags: [...(detail.imageTags ?? [])].sort(),
    imageUri: repository?.repositoryUri && `${repository.repositoryUri}@${imageDigest}`,
    imageManifestMediaType: detail.imageManifestMediaType,
    imageSizeInBytes: detail.imageSizeInBytes,
    storageClass: detail.imageStatus === "ARCHIVED" ? "ARCHIVE" : "STANDARD",
  };
}

/** Seconds: AWS says up to 20 minutes for a restore. */
const longestRestore = 30 * 60;

/** Archives or restores an image, and waits until it is there: an image that is being restored cannot be pulled. */
export async function moveTo(target: Target, imageDigest: string, targetStorageClass: string): Promise<void> {
  const { gateway, repositoryName } = target;
  const imageId = { imageDigest };
  const { imageStatus } = await gateway.call("UpdateImageStorageClass", {
    repositoryName,
    imageId,
    targetStorageClass,
  });
  if (imageStatus !== "ACTIVATING") return;
  await gateway.until("the image to be restored from the archive", longestRestore, async () => {
    const request = { repositoryName, imageIds: [imageId], filter: { imageStatus: "ANY" } };
    const { imageDetails = [] } = await gateway.call("DescribeImages", request);
    return imageDetails[0]?.imageStatus === "ACTIVE";
  });
}

/**
 * Removes what a resource has made: its manifests, indexes before what they list, together with its tags; where others
 * have tags on them too, only its own tags. What something else refers to stays, and the answer says why, in sentences.
 */
export async function removeMade(
  target: Target,
  imageDigest: string,
  digests: readonly string[],
  tags: readonly string[],
): Promise<string[]> {
  const stays: string[] = [];
  for (const digest of new Set([imageDigest, ...digests.toReversed()])) {
    const live = await describe(target, digest).catch((error: unknown) => {
      if (hasFault(error, ["ImageNotFoundException"])) return undefined;
      throw error;
    });
    if (!live) continue;
    const own = live.imageTags.filter((tag) => tags.includes(tag));
    const isWhole = own.length === live.imageTags.length;
    if (!isWhole) await deleteTags(target, own);
    else if (!digests.includes(digest)) {
      if (own.length > 0)
        stays.push(`${digest} stays with its tags: it was there before, and ECR would delete it with its last tag`);
    } else if (await hasReferrers(target, digest)) stays.push(`${digest} stays, because artifacts refer to it`);
    else if ((await deleteImages(target, [{ imageDigest: digest }])).listed)
      stays.push(`${digest} stays, because an index lists it`);
  }
  return stays;
}

async function hasReferrers({ gateway, repositoryName }: Target, imageDigest: string): Promise<boolean> {
  const { referrers = [] } = await gateway.call("ListImageReferrers", {
    repositoryName,
    subjectId: { imageDigest },
    maxResults: 1,
  });
  return referrers.length > 0;
}

/** In words, for messages: `the OCI layout build/app`. */
export function describeSource({ layout, file, repositoryName, imageTag, imageDigest }: ImageSource): string {
  if (layout !== undefined) return `the OCI layout ${printable(layout)}`;
  if (file !== undefined) return `the file ${printable(file)}`;
  return `${printable(repositoryName ?? "")}${imageDigest ? `@${imageDigest}` : `:${printable(imageTag ?? "")}`}`;
}
