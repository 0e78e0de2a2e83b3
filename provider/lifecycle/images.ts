/** Images as DescribeImages answers them, read into what lifecycle rules look at. */

import { ProviderError } from "../text/errors.ts";
import { type Moment, millisecondsOf, readMoment } from "../text/moment.ts";
import { printable } from "../text/printable.ts";
import { isMap } from "../text/value.ts";

/**
 * One member of `imageDetails`, with what else is known of it. DescribeImages does not say which images a manifest list
 * refers to; without `children` they are judged like any other image.
 */
export interface LifecycleImage {
  /** The account of its registry, and the name of its repository. */
  readonly registryId?: string | undefined;
  readonly repositoryName?: string | undefined;
  readonly imageDigest?: string | undefined;
  readonly imageTags?: readonly string[] | undefined;
  readonly imagePushedAt?: Moment | undefined;
  readonly imageSizeInBytes?: number | undefined;
  readonly imageManifestMediaType?: string | undefined;
  readonly artifactMediaType?: string | undefined;
  /** `ACTIVE` when absent. */
  readonly imageStatus?: string | undefined;
  readonly lastRecordedPullTime?: Moment | undefined;
  readonly lastArchivedAt?: Moment | undefined;
  readonly lastActivatedAt?: Moment | undefined;
  /** Digest of the image that this one is a signature, SBOM or other attachment of. */
  readonly subjectManifestDigest?: string | undefined;
  /** Another name for `subjectManifestDigest`. */
  readonly subject?: string | undefined;
  /** Digests that a manifest list (image index) refers to. */
  readonly children?: readonly string[] | undefined;
}

/** An image with its times in milliseconds. */
export interface Subject {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly storageClass: "standard" | "archive";
  /** It is on its way back from the archive. */
  readonly restoring: boolean;
  /** When it was pushed; for one that was restored from the archive, when that was. */
  readonly pushed: number;
  readonly restored: boolean;
  /** Its last use: pull, else push or restoring. */
  readonly used: number;
  readonly pulled: boolean;
  readonly archived: number | undefined;
  readonly bytes: number;
  readonly isList: boolean;
  readonly children: readonly string[] | undefined;
  readonly subject: string | undefined;
}

/** Media types of manifest lists (image indexes). */
export const manifestListTypes: readonly string[] = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** Whether a media type is that of a manifest list. */
export function isManifestList(mediaType: string | undefined): boolean {
  return mediaType !== undefined && manifestListTypes.includes(mediaType);
}

/**
 * Reads the images of a file: `{"imageDetails": […]}`, or the list alone; `place` names it in messages. Throws InvalidInput
 * for anything else.
 */
export function imagesOf(value: unknown, place = "the images"): readonly LifecycleImage[] {
  const list = isMap(value) ? value["imageDetails"] : value;
  if (Array.isArray(list)) return list as readonly LifecycleImage[];
  throw new ProviderError(
    "InvalidInput",
    `reading ${place}: it has no list; give what \`aws ecr describe-images\` prints, {"imageDetails": […]}`,
  );
}

/** Throws InvalidInput for the first image that is none, lacks its digest or push time, or repeats another's digest. */
export function readImages(images: readonly LifecycleImage[]): Subject[] {
  const seen = new Map<string, number>();
  return images.map((image, index) => {
    const subject = readImage(image, index);
    const before = seen.get(subject.digest);
    if (before !== undefined)
      refuse(index, `${printable(subject.digest, 80)} is image ${before} already; list each digest once`);
    seen.set(subject.digest, index);
    return subject;
  });
}

function readImage(image: unknown, index: number): Subject {
  if (!isMap(image)) return refuse(index, "it is no object of DescribeImages");
  const at = (name: string) => {
    const moment = image[name];
    if (moment === undefined || moment === null) return undefined;
    return readMoment(moment) ?? millisecondsOf(moment, `reading image ${index}: ${name}`);
  };
  const digest = text(image, "imageDigest", index) ?? refuse(index, "it has no imageDigest");
  const pushedAt = at("imagePushedAt") ?? refuse(index, `${printable(digest, 80)} has no imagePushedAt`);
  const status = text(image, "imageStatus", index) ?? "ACTIVE";
  if (!["ACTIVE", "ARCHIVED", "ACTIVATING"].includes(status))
    refuse(index, `imageStatus "${printable(status, 40)}" is not known; it is ACTIVE, ARCHIVED or ACTIVATING`);
  const activatedAt = at("lastActivatedAt");
  const pulledAt = at("lastRecordedPullTime");
  const restored = activatedAt !== undefined && status !== "ARCHIVED";
  const pushed = restored ? activatedAt : pushedAt;
  const pulled = pulledAt !== undefined && !(restored && pulledAt < activatedAt);
  const size = image["imageSizeInBytes"];
  return {
    digest,
    tags: texts(image, "imageTags", index) ?? [],
    storageClass: status === "ARCHIVED" ? "archive" : "standard",
    restoring: status === "ACTIVATING",
    pushed,
    restored,
    used: pulled ? pulledAt : pushed,
    pulled,
    archived: at("lastArchivedAt"),
    bytes: typeof size === "number" && size > 0 ? size : 0,
    isList: isManifestList(text(image, "imageManifestMediaType", index)),
    children: texts(image, "children", index),
    subject: text(image, "subjectManifestDigest", index) ?? text(image, "subject", index),
  };
}

type Described = Readonly<Record<string, unknown>>;

function text(image: Described, name: string, index: number): string | undefined {
  const value = image[name];
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? value : refuse(index, `${name} must be text`);
}

function texts(image: Described, name: string, index: number): readonly string[] | undefined {
  const value = image[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value as readonly string[];
  return refuse(index, `${name} must be a list of text`);
}

function refuse(index: number, why: string): never {
  throw new ProviderError("InvalidInput", `reading image ${index}: ${why}`);
}
