/** What a manifest says: an image's or an artifact's own, a list of others, Docker's or OCI's spelling. */

import { hash } from "node:crypto";
import type { Image, Repository } from "../state/store.ts";

interface Descriptor {
  mediaType?: string;
  digest?: string;
  size?: number;
  artifactType?: string;
}

/** The parts of a manifest that the registry looks at. */
export interface Manifest {
  mediaType: string | undefined;
  artifactType?: string;
  config?: Descriptor;
  layers: Descriptor[];
  /** The manifests that a list or index names; undefined for any other manifest. */
  manifests?: Descriptor[];
  subject?: Descriptor;
  annotations: Record<string, string>;
}

const mediaTypes = {
  image: [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
  ],
  list: ["application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.oci.image.index.v1+json"],
} as const;

/** Which kind of manifest a media type is of; undefined for none that ECR takes. */
export function kindOf(mediaType: string): "image" | "list" | undefined {
  return (["image", "list"] as const).find((kind) => mediaTypes[kind].some((type) => type === mediaType));
}

/** The same text as one that all images have in common, so that each does not hold its own. */
function shared(mediaType: string): string {
  return [...mediaTypes.image, ...mediaTypes.list].find((type) => type === mediaType) ?? mediaType;
}

/** Reads a manifest; undefined when it is none: not JSON, or with something in the place of a descriptor. */
export function readManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { mediaType, artifactType, config, layers, manifests, subject, annotations } = value;
  if (mediaType !== undefined && typeof mediaType !== "string") return undefined;
  for (const list of [layers, manifests])
    if (list !== undefined && !(Array.isArray(list) && list.every(isDescriptor))) return undefined;
  for (const one of [config, subject]) if (one !== undefined && !isDescriptor(one)) return undefined;
  return {
    mediaType,
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    ...(config ? { config: config as Descriptor } : {}),
    layers: (layers ?? []) as Descriptor[],
    ...(manifests ? { manifests: manifests as Descriptor[] } : {}),
    ...(subject ? { subject: subject as Descriptor } : {}),
    annotations: isObject(annotations)
      ? Object.fromEntries(
          Object.entries(annotations).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
        )
      : {},
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDescriptor(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { digest, size, mediaType } = value;
  return (
    (digest === undefined || typeof digest === "string") &&
    (size === undefined || (typeof size === "number" && size >= 0)) &&
    (mediaType === undefined || typeof mediaType === "string")
  );
}

/** The image that a manifest makes, without tags; undefined when the text is no manifest. Nothing is stored. */
export function imageFrom(text: string, mediaType: string | undefined, now: number): Image | undefined {
  const read = readManifest(text);
  if (!read) return undefined;
  const { config, layers, manifests, subject, artifactType } = read;
  const usual = manifests ? mediaTypes.list[0] : mediaTypes.image[0];
  const type = manifests ? artifactType : (artifactType ?? artifactTypeOf(config));
  return {
    digest: `sha256:${hash("sha256", text)}`,
    manifest: text,
    mediaType: shared(mediaType ?? read.mediaType ?? usual),
    size: [config ?? {}, ...layers, ...(manifests ?? [])].reduce(
      (sum, { size = 0 }) => sum + size,
      Buffer.byteLength(text),
    ),
    pushedAt: now,
    tags: [],
    status: "ACTIVE",
    ...(subject?.digest === undefined ? {} : { subject: subject.digest }),
    ...(type === undefined ? {} : { artifactType: type }),
    ...(manifests ? { children: manifests.flatMap(({ digest }) => digest ?? []) } : {}),
  };
}

/** OCI: the media type of the config says what an artifact is, unless it is the one of container images. */
function artifactTypeOf(config: Descriptor | undefined): string | undefined {
  const { mediaType } = config ?? {};
  if (mediaType === undefined || imageConfigs.includes(mediaType)) return undefined;
  return mediaType;
}

/** What AWS calls the artifact media type: that of an artifact, or of the config of a container image. */
export function artifactMediaTypeOf({ artifactType, children, mediaType }: Image): string | undefined {
  if (artifactType !== undefined || children) return artifactType;
  return imageConfigs[mediaType.includes(".docker.") ? 0 : 1];
}

const imageConfigs: readonly string[] = [
  "application/vnd.docker.container.image.v1+json",
  "application/vnd.oci.image.config.v1+json",
];

/** Digests of the config and the layers, each once, without layers that are never pushed. */
export function layersOf({ config, layers }: Manifest): string[] {
  const pushed = [...(config ? [config] : []), ...layers].filter(
    ({ mediaType = "" }) => !mediaType.includes(".foreign.") && !mediaType.includes(".nondistributable."),
  );
  return [...new Set(pushed.flatMap(({ digest }) => digest ?? []))];
}

/** Images of the repository whose manifest names the layer. */
function imagesWith({ images }: Repository, digest: string) {
  return images.filter(({ manifest }) => {
    if (!manifest.includes(digest)) return false;
    const read = readManifest(manifest);
    return read !== undefined && layersOf(read).includes(digest);
  });
}

/** Whether some image of the repository has the layer. */
export function isReferencedLayer(repository: Repository, digest: string): boolean {
  return imagesWith(repository, digest).length > 0;
}

/** Whether no image that has the layer is active. */
export function isArchivedLayer(repository: Repository, digest: string): boolean {
  const holders = imagesWith(repository, digest);
  return holders.length > 0 && holders.every(({ status }) => status !== "ACTIVE");
}
