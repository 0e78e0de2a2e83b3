/**
 * Images in a repository, whoever asks: the operations, `/v2/`, and what ECR does by itself. Storing one with all that AWS
 * refuses, removing them with the layers that nothing needs any more, and what readers see of them.
 */

import type { Context } from "../call/context.ts";
import { invalid } from "../call/input.ts";
import { imageFrom, kindOf, layersOf, type Manifest, readManifest } from "../documents/manifest.ts";
import { isImmutable } from "../documents/match.ts";
import type { Hidden, Image, Repository, Store } from "../state/store.ts";
import { AwsError } from "../wire/protocol.ts";

const largestManifest = 4 * 1024 * 1024;
const mostTags = 1_000;

/** How callers name an image. */
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

export interface Push {
  manifest: string;
  /** Needed for a manifest that does not say it itself. */
  mediaType?: string | undefined;
  /** What the digest must be. */
  digest?: string | undefined;
  tag?: string | undefined;
}

/**
 * Stores an image or gives it a tag, as PutImage does; an archived one becomes active. `changed` is false when it was all
 * there; otherwise its callers go on with `afterPush`. Throws AWS's errors.
 */
export function pushImage(context: Context, repository: Repository, push: Push): { image: Image; changed: boolean } {
  const { manifest: text, tag } = push;
  if (text.length < 1 || Buffer.byteLength(text) > largestManifest)
    throw invalid("imageManifest", `Member must have length between 1 and ${largestManifest}`);
  if (tag !== undefined && !isImageTag(tag)) throw invalid("imageTag", "Invalid image tag provided");
  const manifest = checkedManifest(push);
  const now = context.clock.now().getTime();
  const made = imageFrom(text, manifest.mediaType ?? push.mediaType, now);
  if (!made) throw invalid("imageManifest", "Invalid image manifest provided");
  const { digest } = made;
  if (push.digest !== undefined && push.digest !== digest) {
    throw new AwsError(
      "ImageDigestDoesNotMatchException",
      "The specified image digest does not match the digest that Amazon ECR calculated for the image",
    );
  }
  const holder = tag === undefined ? undefined : findImage(repository, { imageTag: tag });
  const known = findImage(repository, { imageDigest: digest });
  const archived = known !== undefined && known.status !== "ACTIVE";
  if (known && !archived && (tag === undefined || holder === known)) return { image: known, changed: false };
  if (tag !== undefined && holder && holder !== known && isImmutable(repository, tag)) {
    throw new AwsError(
      "ImageTagAlreadyExistsException",
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  }
  if (tag !== undefined && holder !== known && (known?.tags.length ?? 0) >= mostTags)
    throw new AwsError("LimitExceededException", `An image can have at most ${mostTags} tags`);
  checkReferences(context, repository, manifest, made.children ?? []);
  const image = known ?? sized(repository, made);
  const until = Date.now() + context.settings.imageVisibilityDelay;
  if (!known) hide(repository, { digest, until });
  if (archived) {
    image.status = "ACTIVE";
    image.activatedAt = now;
  }
  if (!known) repository.images.push(image);
  if (tag !== undefined && holder !== image) {
    if (holder) holder.tags = holder.tags.filter((name) => name !== tag);
    image.tags = [...image.tags, tag];
    hide(repository, { digest, tag, ...(holder ? { from: holder.digest } : {}), until });
  }
  context.store.changed();
  return { image, changed: true };
}

/** Letters, digits, `_`, `.` and `-`, neither `.` nor `-` first. ECR allows 300 characters where OCI has 128. */
export function isImageTag(text: unknown): text is string {
  return typeof text === "string" && /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}$/.test(text);
}

function checkedManifest(push: Push): Manifest {
  const manifest = readManifest(push.manifest);
  if (!manifest) throw invalid("imageManifest", "Invalid image manifest provided");
  const mediaType = manifest.mediaType ?? push.mediaType;
  if (mediaType === undefined)
    throw invalid("imageManifestMediaType", "is required for a manifest without a mediaType");
  if (push.mediaType !== undefined && push.mediaType !== mediaType)
    throw invalid("imageManifestMediaType", `does not match the manifest's own mediaType '${mediaType}'`);
  const kind = kindOf(mediaType);
  if (!kind) throw invalid("imageManifestMediaType", `Unsupported manifest media type '${mediaType}'`);
  const named = [...(manifest.config ? [manifest.config] : []), ...manifest.layers, ...(manifest.manifests ?? [])];
  const needsConfig = kind === "image" && !mediaType.startsWith("application/vnd.docker.distribution.manifest.v1+");
  if (needsConfig && !manifest.config) throw invalid("imageManifest", "Invalid image manifest provided");
  if ((kind === "list") !== (manifest.manifests !== undefined) || named.some(({ digest }) => digest === undefined))
    throw invalid("imageManifest", "Invalid image manifest provided");
  return manifest;
}

function checkReferences(
  { registry }: Context,
  repository: Repository,
  manifest: Manifest,
  listed: readonly string[],
): void {
  const missing = layersOf(manifest).filter((digest) => repository.layers[digest] === undefined);
  const where = `required for pushing image into repository with name '${repository.name}' in the registry with id '${registry.account}' do not exist`;
  if (missing.length > 0)
    throw new AwsError("LayersNotFoundException", `Layers with digests '[${missing.join(", ")}]' ${where}`);
  const children = listed.filter((imageDigest) => !findImage(repository, { imageDigest }));
  if (children.length > 0)
    throw new AwsError("ReferencedImagesNotFoundException", `Images with digests '[${children.join(", ")}]' ${where}`);
}

/** A list counts as much as the largest of its images. */
function sized(repository: Repository, image: Image): Image {
  if (!image.children) return image;
  const sizes = image.children.map((imageDigest) => findImage(repository, { imageDigest })?.size ?? 0);
  return { ...image, size: Math.max(0, ...sizes) };
}

/** Whether a manifest list of the repository names the image, which must then stay. */
export function isReferencedImage({ images }: Repository, { digest }: Image): boolean {
  return images.some(({ children }) => children?.includes(digest));
}

/**
 * Takes a tag from an image, or the image when no tag is named. The last tag takes the image with it, unless a manifest list
 * needs it. False, and nothing is done, for an image that such a list refers to.
 */
export function dropImage(store: Store, repository: Repository, image: Image, tag: string | undefined): boolean {
  const referenced = isReferencedImage(repository, image);
  if (tag === undefined && referenced) return false;
  image.tags = tag === undefined ? [] : image.tags.filter((name) => name !== tag);
  if (image.tags.length === 0 && !referenced) removeImages(store, repository, new Set([image]));
  store.changed();
  return true;
}

/** Takes images away, and the layers that no other image of the repository has. */
export function removeImages(store: Store, repository: Repository, gone: ReadonlySet<Image>): void {
  repository.images = repository.images.filter((image) => !gone.has(image));
  const digests = new Set([...gone].map(({ digest }) => digest));
  for (const image of repository.images) if (digests.has(image.subject ?? "")) image.lostSubject = true;
  const unused = new Set<string>();
  for (const { manifest } of gone) {
    const read = readManifest(manifest);
    for (const digest of read ? layersOf(read) : []) unused.add(digest);
  }
  for (const { manifest } of repository.images)
    for (const digest of unused) if (manifest.includes(digest)) unused.delete(digest);
  removeLayers(store, repository, unused);
  store.changed();
}

/** Takes layers out of a repository, and their bytes where no other repository has them. */
export function removeLayers(store: Store, repository: Repository, digests: Iterable<string>): void {
  for (const digest of digests) {
    delete repository.layers[digest];
    store.release(digest);
  }
}

function hide(repository: Repository, hidden: Hidden): void {
  if (hidden.until > Date.now()) repository.hidden = [...(repository.hidden ?? []), hidden];
}

/** The images as readers see them: with `imageVisibilityDelay`, as they were that long ago. */
export function seenImages(repository: Repository): Image[] {
  const hidden = repository.hidden?.filter(({ until }) => until > Date.now()) ?? [];
  if (hidden.length === 0) {
    delete repository.hidden;
    return repository.images;
  }
  return repository.images
    .filter(({ digest }) => !hidden.some((entry) => entry.digest === digest && entry.tag === undefined))
    .map((image) => {
      const late = hidden.filter(({ digest, tag }) => digest === image.digest && tag !== undefined);
      const moved = hidden.flatMap(({ from, tag }) => (from === image.digest && tag !== undefined ? [tag] : []));
      if (late.length === 0 && moved.length === 0) return image;
      return { ...image, tags: [...image.tags.filter((tag) => !late.some((entry) => entry.tag === tag)), ...moved] };
    });
}
