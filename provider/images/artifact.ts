/** A single file as an OCI artifact: an SBOM, a signature, a policy. The manifest follows OCI 1.1 and holds no time. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { sortedKeys } from "../text/sorted-json.ts";
import { type Descriptor, digestOf, mediaTypes, parseManifest, refuse } from "./manifest.ts";
import { lookUp } from "./push.ts";
import type { Source } from "./source.ts";
import type { Target } from "./upload.ts";

export interface Artifact {
  readonly file: string;
  readonly mediaType: string;
  /** The media type of the file when absent. */
  readonly artifactType?: string | undefined;
  /** Digest of the image in the same repository that the artifact is about. */
  readonly subject?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

const chunk = 1024 * 1024;
/** OCI's empty configuration. */
const empty = Buffer.from("{}");
const digestOfEmpty = digestOf(empty);

/** Makes the manifest of a file. Throws InvalidInput when it cannot be read, NotFound when its subject is not there. */
export async function openArtifact(target: Target, artifact: Artifact): Promise<Source> {
  const { file, mediaType, artifactType = mediaType, subject, annotations } = artifact;
  const blob = await describeFile(file, mediaType);
  const config = { mediaType: mediaTypes.empty, digest: digestOfEmpty, size: empty.length };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType,
    config,
    layers: [{ ...blob, annotations: { "org.opencontainers.image.title": basename(file) } }],
    ...(subject === undefined ? {} : { subject: await describeSubject(target, subject) }),
    ...(annotations && Object.keys(annotations).length > 0 ? { annotations: sortedKeys(annotations) } : {}),
  };
  return {
    root: parseManifest(Buffer.from(JSON.stringify(manifest)), `the manifest of ${printable(file)}`),
    manifest: async () => refuse("an artifact", "has no further manifests"),
    read: ({ digest }, start) =>
      digest === digestOfEmpty ? once(empty.subarray(start)) : createReadStream(file, { start, highWaterMark: chunk }),
    close: async () => {},
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function describeFile(file: string, mediaType: string): Promise<Descriptor> {
  const hash = createHash("sha256");
  let size = 0;
  try {
    if (!(await stat(file)).isFile()) refuse(`the file ${printable(file)}`, "is no file");
    for await (const bytes of createReadStream(file, { highWaterMark: chunk })) {
      hash.update(bytes as Buffer);
      size += (bytes as Buffer).length;
    }
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    throw new ProviderError(
      "InvalidInput",
      `reading the file ${printable(file)}: ${(error as Error).message}; make it before this run, or take its path from the resource that makes it`,
      { path: ["source", "file"], cause: error },
    );
  }
  return { mediaType, digest: `sha256:${hash.digest("hex")}`, size };
}

async function describeSubject(target: Target, digest: string): Promise<Descriptor> {
  const found = (await lookUp(target, [{ imageDigest: digest }])).get(digest);
  if (!found) {
    throw new ProviderError(
      "NotFound",
      `finding the subject ${digest} in repository "${target.repositoryName}": it is not there; push it first`,
      { path: ["source", "subject"] },
    );
  }
  return { mediaType: found.mediaType, digest, size: Buffer.byteLength(found.text) };
}
