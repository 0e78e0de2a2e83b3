/** Manifests, tags and referrers as OCI clients see them. */

import { type Context, repositoryOf } from "../call/context.ts";
import { artifactMediaTypeOf, readManifest } from "../documents/manifest.ts";
import { afterPull, afterPush, pullThrough, repositoryForPush } from "../effects/index.ts";
import { imageNotFound } from "../repositories/image-id.ts";
import { dropImage, findImage, type ImageId, pushImage, seenImages } from "../repositories/images.ts";
import type { Image } from "../state/store.ts";
import { AwsError } from "../wire/protocol.ts";
import type { Reply } from "./reply.ts";

function idOf(reference: string): ImageId {
  return reference.includes(":") ? { imageDigest: reference } : { imageTag: reference };
}

/** A manifest by tag or digest, from upstream where a pull-through rule says so. Archived images are not found. */
export function getManifest(context: Context, name: string, reference: string, isHead: boolean): Reply {
  const id = idOf(reference);
  const [refused] = pullThrough(context, name, [id]).values();
  if (refused) throw new AwsError("UnableToGetUpstreamImageException", `The upstream registry answers ${refused}`);
  const repository = repositoryOf(context, { repositoryName: name });
  const seen = findImage({ images: seenImages(repository) }, id);
  const image = seen && findImage(repository, { imageDigest: seen.digest });
  if (image?.status !== "ACTIVE") throw imageNotFound(context, repository, id);
  if (!isHead) afterPull(context, repository, image);
  return {
    status: 200,
    headers: { "Content-Type": image.mediaType, "Docker-Content-Digest": image.digest },
    body: image.manifest,
  };
}

export function putManifest(
  context: Context,
  name: string,
  reference: string,
  manifest: string,
  contentType: string | undefined,
): Reply {
  const repository = repositoryForPush(context, name);
  const { imageDigest, imageTag } = idOf(reference);
  const { image, changed } = pushImage(context, repository, {
    manifest,
    mediaType: contentType?.split(";")[0]?.trim(),
    digest: imageDigest,
    tag: imageTag,
  });
  if (changed) afterPush(context, repository, image);
  return {
    status: 201,
    headers: {
      Location: `/v2/${name}/manifests/${image.digest}`,
      "Docker-Content-Digest": image.digest,
      ...(image.subject === undefined ? {} : { "OCI-Subject": image.subject }),
    },
  };
}

export function deleteManifest(context: Context, name: string, reference: string): Reply {
  const repository = repositoryOf(context, { repositoryName: name });
  const id = idOf(reference);
  const image = findImage(repository, id);
  if (!image) throw imageNotFound(context, repository, id);
  if (!dropImage(context.store, repository, image, id.imageTag))
    throw new AwsError("AccessDeniedException", "The image is referenced by a manifest list: remove that first");
  return { status: 202 };
}

/** Tags in order, `n` of them after `last`, with a link to the rest. */
export function listTags(context: Context, name: string, query: URLSearchParams): Reply {
  const repository = repositoryOf(context, { repositoryName: name });
  const last = query.get("last");
  const all = seenImages(repository)
    .flatMap(({ tags }) => tags)
    .sort()
    .filter((tag) => last === null || tag > last);
  const asked = Number(query.get("n") ?? Number.NaN);
  const tags = Number.isInteger(asked) && asked >= 0 ? all.slice(0, asked) : all;
  const next = `/v2/${name}/tags/list?n=${asked}&last=${encodeURIComponent(tags.at(-1) ?? "")}`;
  return {
    status: 200,
    headers: {
      "Content-Type": "application/json",
      ...(tags.length > 0 && tags.length < all.length ? { Link: `<${next}>; rel="next"` } : {}),
    },
    body: JSON.stringify({ name, tags }),
  };
}

const indexType = "application/vnd.oci.image.index.v1+json";

/** The active artifacts of a subject, as an index; of one artifact type where that is asked for. */
export function listReferrers(context: Context, name: string, digest: string, query: URLSearchParams): Reply {
  const repository = repositoryOf(context, { repositoryName: name });
  const wanted = query.get("artifactType");
  const manifests = seenImages(repository)
    .filter(({ subject, status }) => subject === digest && status === "ACTIVE")
    .filter((image) => wanted === null || artifactMediaTypeOf(image) === wanted)
    .map(descriptorOf);
  return {
    status: 200,
    headers: { "Content-Type": indexType, ...(wanted === null ? {} : { "OCI-Filters-Applied": "artifactType" }) },
    body: JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }),
  };
}

function descriptorOf(image: Image): object {
  const annotations = readManifest(image.manifest)?.annotations ?? {};
  return {
    mediaType: image.mediaType,
    digest: image.digest,
    size: Buffer.byteLength(image.manifest),
    artifactType: artifactMediaTypeOf(image),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}
