/**
 * Pull-through cache: an image that a pull asks for is fetched from the upstream of the rule with the longest prefix, into a
 * repository that is made when it is missing. ECR upstreams are the other registries of this emulator; images of all others
 * are seeded.
 */

import type { Context } from "../call/context.ts";
import { imageFrom } from "../documents/manifest.ts";
import { byLongestPrefix } from "../documents/match.ts";
import { copyImage } from "../repositories/copy-image.ts";
import { findImage, type ImageId } from "../repositories/images.ts";
import type { UpstreamImage } from "../state/records.ts";
import type { Image, PullThroughRule, Repository } from "../state/store.ts";
import { AwsError, isAccount } from "../wire/protocol.ts";
import { createByItself, presentRepository, templateFor } from "./creation.ts";

/** The rule that repositories of this name are filled by. */
export function ruleFor({ registry }: Context, name: string): PullThroughRule | undefined {
  return byLongestPrefix(registry.pullThroughRules, name);
}

/** An image that an upstream has, with what is known of its layers; or why it cannot be had. */
type Found = { image: Image; layers: Readonly<Record<string, number>>; pulled?: () => void } | { failureCode: string };

/**
 * Fetches what the repository does not have yet; a tag that moved upstream moves here after a day. Returns the failure codes
 * of images that the upstream did not let go, and nothing for those that it does not have. Throws for one that was seeded
 * with the failure code `UnableToGetUpstreamImage`.
 */
export function pullThrough(context: Context, name: string, ids: readonly ImageId[]): ReadonlyMap<ImageId, string> {
  const failures = new Map<ImageId, string>();
  const rule = ruleFor(context, name);
  if (!rule) return failures;
  const { clock, store } = context;
  const now = clock.now().getTime();
  for (const id of ids) {
    const isNamed = id.imageDigest !== undefined || id.imageTag !== undefined;
    if (!isNamed || isFresh(presentRepository(context, name), id, now)) continue;
    const found = upstreamImage(context, rule, upstreamName(rule, name), id, now);
    if (!found) continue;
    if ("failureCode" in found) {
      if (found.failureCode === "UnableToGetUpstreamImage")
        throw new AwsError(
          "UnableToGetUpstreamImageException",
          `The image could not be pulled with the pull through cache rule for prefix '${rule.ecrRepositoryPrefix}'`,
        );
      failures.set(id, found.failureCode);
      continue;
    }
    const target =
      presentRepository(context, name) ??
      createByItself(context, name, templateFor(context, name, "PULL_THROUGH_CACHE"));
    const tags = id.imageTag === undefined ? [] : [id.imageTag];
    const copy = copyImage(found.image, tags, found.layers, target, now);
    if (!("refused" in copy)) copy.checkedAt = now;
    found.pulled?.();
    store.changed();
  }
  return failures;
}

const day = 24 * 60 * 60 * 1_000;

/** Whether the cache answers by itself: digests never change, tags are looked up once a day. */
function isFresh(repository: Repository | undefined, id: ImageId, now: number): boolean {
  const image = repository && findImage(repository, id);
  return image !== undefined && (id.imageTag === undefined || now - (image.checkedAt ?? 0) < day);
}

/** The repository's name upstream: what follows the rule's prefix, behind the prefix that the upstream has. */
export function upstreamName(
  { ecrRepositoryPrefix, upstreamRepositoryPrefix = "ROOT" }: PullThroughRule,
  name: string,
) {
  const rest = ecrRepositoryPrefix === "ROOT" ? name : name.slice(ecrRepositoryPrefix.length + 1);
  return upstreamRepositoryPrefix === "ROOT" ? rest : `${upstreamRepositoryPrefix}/${rest}`;
}

function upstreamImage(
  context: Context,
  rule: PullThroughRule,
  name: string,
  id: ImageId,
  now: number,
): Found | undefined {
  const [account = "", dkr, ecr, region = ""] = rule.upstreamRegistryUrl.split(".");
  if (isAccount(account) && dkr === "dkr" && ecr === "ecr") {
    const repository = context.store.registry(account, region).repositories[name];
    const image = repository && findImage(repository, id);
    if (!repository || !image) return undefined;
    return image.status === "ARCHIVED"
      ? { failureCode: "ImageInaccessible" }
      : { image, layers: repository.layers, pulled: () => Object.assign(image, { pulledAt: now }) };
  }
  const seeded = context.registry.upstreamImages?.filter(
    ({ registryUrl, repository }) => registryUrl === rule.upstreamRegistryUrl && repository === name,
  );
  return seededImage(context, seeded ?? [], id, now);
}

function seededImage(
  context: Context,
  seeded: readonly UpstreamImage[],
  { imageDigest, imageTag }: ImageId,
  now: number,
): Found | undefined {
  for (const { manifest, mediaType, tags, layers = {}, failureCode } of seeded) {
    const image = imageFrom(manifest, mediaType, now);
    if (!image || (imageDigest ?? image.digest) !== image.digest) continue;
    if (imageTag !== undefined && !tags.includes(imageTag)) continue;
    if (failureCode !== undefined) return { failureCode };
    const stored = Object.values(layers).map((content) => {
      const bytes = Buffer.from(content, "base64");
      return [context.store.blobs.put(bytes), bytes.length] as const;
    });
    return { image, layers: Object.fromEntries(stored) };
  }
  return undefined;
}
