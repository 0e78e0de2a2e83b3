/**
 * Manifests of images, indexes and artifacts: bytes → what they name. Everything here comes from outside and is
 * refused when it is not plainly what OCI and Docker write. Where the bytes come from is not known here.
 */

import { createHash } from "node:crypto";
import { flawOf } from "../text/bounds.ts";
import { ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { isMap } from "../text/value.ts";

/** What a manifest says of something that it names. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

export interface Manifest extends Descriptor {
  /** Exactly the bytes that the digest is of. */
  readonly text: string;
  /** Configuration and layers, which are blobs alike to a registry. */
  readonly blobs: readonly Descriptor[];
  /** Manifests that an index lists. */
  readonly children: readonly Descriptor[];
  /** The manifest that this one is about. */
  readonly subject?: Descriptor;
}

export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  empty: "application/vnd.oci.empty.v1+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
  docker: "application/vnd.docker.distribution.manifest.v2+json",
} as const;

/** ECR's limit, in bytes (service quotas, "manifest size"). */
export const largestManifest = 4 * 1024 * 1024;
const mostParts = 10_000;
/** What a property that names an image by its digest has to look like: columns of a row of text. */
export const digestForm = {
  pattern: "^sha256:[0-9a-f]{64}$",
  patternMessage: "must be sha256: and 64 hexadecimal digits in lower case",
};
const digestPattern = new RegExp(digestForm.pattern);

export function isDigest(text: unknown): text is string {
  return typeof text === "string" && digestPattern.test(text);
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/**
 * Reads a manifest. `place` is where it stands, for messages. Throws InvalidInput for what is too large, no JSON, not of
 * `digest`, or no manifest that ECR stores.
 */
export function parseManifest(
  bytes: Uint8Array,
  place: string,
  digest = digestOf(bytes),
  mediaType?: string,
): Manifest {
  if (bytes.length > largestManifest)
    refuse(place, `has ${bytes.length} bytes; ECR stores manifests of at most ${largestManifest}`);
  const actual = digestOf(bytes);
  if (actual !== digest)
    refuse(place, `does not have the digest ${digest} by which it is named but ${actual}; build or fetch it again`);
  const content = parseObject(bytes, place);
  const kind = kindOf(content, mediaType, place);
  const isIndex = kind === mediaTypes.index || kind === mediaTypes.dockerList;
  const { layers = [], manifests = [], config, subject } = content;
  const list = isIndex ? manifests : layers;
  if (!Array.isArray(list)) refuse(place, `has no list of ${isIndex ? "manifests" : "layers"}`);
  if (list.length > mostParts) refuse(place, `names ${list.length} parts, which is more than any image has`);
  const parts = list.map((part, index) =>
    descriptorOf(part, `${place}, ${isIndex ? "manifests" : "layers"}[${index}],`),
  );
  return {
    mediaType: kind,
    digest,
    size: bytes.length,
    text: Buffer.from(bytes).toString("utf8"),
    blobs: isIndex ? [] : [descriptorOf(config, `${place}, config,`), ...parts.filter(isDistributed)],
    children: isIndex ? parts : [],
    ...(subject === undefined || subject === null ? {} : { subject: descriptorOf(subject, `${place}, subject,`) }),
  };
}

/** A JSON object that is not hostile. Throws InvalidInput for anything else. */
export function parseObject(bytes: Uint8Array, place: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof Error ? printable(error.message, 120) : String(error);
    refuse(place, `is not JSON: ${why}`);
  }
  const flaw = flawOf(content);
  if (flaw !== undefined) refuse(place, flaw);
  if (!isMap(content)) refuse(place, "is not a JSON object");
  return content;
}

/** A descriptor of the JSON; throws InvalidInput when a member is missing or its digest is not plain SHA-256. */
export function descriptorOf(value: unknown, place: string): Descriptor {
  if (!isMap(value)) refuse(place, "is missing or no object");
  const { mediaType, digest, size } = value;
  if (!isDigest(digest))
    refuse(place, `has the digest ${shown(digest)}; it must be sha256: and 64 hexadecimal digits in lower case`);
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
    refuse(place, `has the size ${shown(size)}; it must be a number of bytes`);
  return { mediaType: typeof mediaType === "string" ? mediaType : "", digest, size };
}

function kindOf(content: Record<string, unknown>, given: string | undefined, place: string): string {
  if (content["schemaVersion"] !== 2)
    refuse(
      place,
      `has schemaVersion ${shown(content["schemaVersion"])}; only version 2 is pushed, so build the image anew`,
    );
  const own = content["mediaType"];
  const kind =
    typeof own === "string" ? own : (given ?? ("manifests" in content ? mediaTypes.index : mediaTypes.manifest));
  if (!acceptedMediaTypes.includes(kind)) refuse(place, `has the media type ${shown(kind)}, which is no manifest`);
  if (given !== undefined && given !== "" && given !== kind)
    refuse(place, `says it is ${shown(kind)}, but it is listed as ${shown(given)}`);
  return kind;
}

/** The media types of manifests that ECR may answer with. */
export const acceptedMediaTypes: string[] = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerList,
  mediaTypes.docker,
];

/** Layers that may not be copied stay where their URLs point to. */
function isDistributed({ mediaType }: Descriptor): boolean {
  return !mediaType.includes("nondistributable") && !mediaType.includes("foreign");
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : printable(JSON.stringify(value) ?? typeof value, 100);
}

/** For all that is wrong with content: `reading PLACE: it WHY`. */
export function refuse(place: string, why: string): never {
  throw new ProviderError("InvalidInput", `reading ${place}: it ${why}`, { path: ["source"] });
}
