/** Images that come into a repository without a push: by replication, and from an upstream. */

import { isImmutable } from "../documents/match.ts";
import type { Image, Repository } from "../state/store.ts";
import { findImage } from "./images.ts";

/**
 * Stores an image of another repository under the tags that are given, which move as mutability allows. Returns what is
 * stored now, or the tag that may not move; then nothing was changed.
 */
export function copyImage(
  image: Image,
  tags: readonly string[],
  layers: Readonly<Record<string, number>>,
  target: Repository,
  now: number,
): Image | { refused: string } {
  const holders = tags.map((tag) => ({ tag, holder: findImage(target, { imageTag: tag }) }));
  const refused = holders.find(
    ({ tag, holder }) => holder && holder.digest !== image.digest && isImmutable(target, tag),
  );
  if (refused) return { refused: refused.tag };
  let copy = findImage(target, { imageDigest: image.digest });
  if (!copy) {
    const { digest, manifest, mediaType, size, subject, artifactType, children } = image;
    copy = { digest, manifest, mediaType, size, pushedAt: now, tags: [], status: "ACTIVE" };
    if (subject !== undefined) copy.subject = subject;
    if (artifactType !== undefined) copy.artifactType = artifactType;
    if (children !== undefined) copy.children = children;
    target.images.push(copy);
  }
  for (const { tag, holder } of holders) {
    if (holder === copy) continue;
    if (holder) holder.tags = holder.tags.filter((name) => name !== tag);
    copy.tags.push(tag);
  }
  for (const [digest, size] of Object.entries(layers))
    if (image.manifest.includes(digest)) target.layers[digest] = size;
  return copy;
}
