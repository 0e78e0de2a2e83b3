/**
 * One layer into a repository: in parts, each held once, the digest computed on the way. What ECR has received already
 * is not sent again, whatever got lost in between.
 */

import { createHash } from "node:crypto";
import type { Gateway } from "../gateway/gateway.ts";
import { PartBody, partSize } from "../gateway/layer-part.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { type Descriptor, refuse } from "./manifest.ts";
import type { Source } from "./source.ts";

/** A repository, as one request may write to it. */
export interface Target {
  readonly gateway: Gateway;
  readonly repositoryName: string;
}

/** What a push tells its uploads, and they tell it. */
export interface Pace {
  /** Another layer has failed: nothing more is sent. */
  stopped: boolean;
  sent(bytes: number): void;
}

/** New uploads of one layer, when ECR has forgotten the last one. */
const mostUploads = 3;
/** Times that ECR may ask for the same byte again. */
const mostRepeats = 5;

/** Uploads a layer. Throws InvalidInput when the source has other bytes than it says; then the layer is not stored. */
export async function uploadLayer(target: Target, source: Source, blob: Descriptor, pace: Pace): Promise<void> {
  if (blob.size === 0)
    refuse(`layer ${blob.digest}`, "is empty, and ECR stores no empty layers; build the image without it");
  for (let attempt = 1; ; attempt++) {
    try {
      return await uploadOnce(target, source, blob, pace);
    } catch (error) {
      if (hasFault(error, ["LayerAlreadyExistsException"])) return;
      // Either the upload has expired, or it was completed and the answer got lost.
      if (!hasFault(error, ["UploadNotFoundException"])) throw error;
      if ((await absentLayers(target, [blob])).length === 0) return;
      if (attempt === mostUploads) throw error;
    }
  }
}

const digestsPerCall = 100;

/** The layers that the repository does not have, each once. */
export async function absentLayers(
  { gateway, repositoryName }: Target,
  blobs: readonly Descriptor[],
): Promise<Descriptor[]> {
  const all = new Map(blobs.map((blob) => [blob.digest, blob]));
  const waiting = [...all.keys()];
  while (waiting.length > 0) {
    const layerDigests = waiting.splice(0, digestsPerCall);
    const { layers = [] } = await gateway.call("BatchCheckLayerAvailability", { repositoryName, layerDigests });
    for (const { layerDigest = "", layerAvailability } of layers)
      if (layerAvailability === "AVAILABLE" || layerAvailability === "ARCHIVED") all.delete(layerDigest);
  }
  return [...all.values()];
}

async function uploadOnce(target: Target, source: Source, blob: Descriptor, pace: Pace): Promise<void> {
  const { gateway, repositoryName } = target;
  const { uploadId = "" } = await gateway.call("InitiateLayerUpload", { repositoryName });
  const upload = { ...target, source, blob, pace, uploadId, hash: createHash("sha256"), hashed: 0 };
  let repeats = 0;
  for (let received = 0; received < blob.size; ) {
    const next = await sendFrom(upload, received);
    if (next > upload.hashed || (next <= received && ++repeats > mostRepeats)) {
      throw new ProviderError(
        "Unavailable",
        `uploading layer ${blob.digest}: ECR says that it has ${next} bytes where ${received} had been confirmed; run again`,
      );
    }
    received = next;
  }
  const digest = `sha256:${upload.hash.digest("hex")}`;
  if (digest !== blob.digest)
    refuse(`layer ${blob.digest}`, `has the digest ${digest} in truth, so it was not stored; build or fetch it again`);
  await gateway.call("CompleteLayerUpload", { repositoryName, uploadId, layerDigests: [blob.digest] });
}

interface Upload extends Target {
  readonly source: Source;
  readonly blob: Descriptor;
  readonly pace: Pace;
  readonly uploadId: string;
  readonly hash: ReturnType<typeof createHash>;
  /** How far the hash has come. Bytes that are sent again are not counted again. */
  hashed: number;
}

interface Part {
  readonly buffer: Buffer;
  readonly body: PartBody;
  readonly first: number;
}

/** Reads from `from` to the end, filling one part while the last one is on its way. Answers the byte that ECR expects next. */
async function sendFrom(upload: Upload, from: number): Promise<number> {
  const { gateway, source, blob, pace } = upload;
  let sending = Promise.resolve(from);
  let part: Part | undefined;
  let at = from;
  try {
    for await (const chunk of source.read(blob, from)) {
      if (chunk.length > blob.size - at) refuse(`layer ${blob.digest}`, `is longer than its ${blob.size} bytes`);
      if (at + chunk.length > upload.hashed) {
        upload.hash.update(chunk.subarray(Math.max(0, upload.hashed - at)));
        upload.hashed = at + chunk.length;
      }
      for (let rest = chunk; rest.length > 0; ) {
        part ??= await beginPart(gateway, at, blob.size);
        const piece = rest.subarray(0, partSize - part.body.size);
        part.body.add(piece);
        rest = rest.subarray(piece.length);
        at += piece.length;
        if (part.body.size < partSize && at < blob.size) continue;
        const expected = await sending;
        if (pace.stopped) throw new ProviderError("Cancelled", "another layer has failed");
        if (expected !== part.first) return expected;
        sending = sendPart(upload, part);
        // Whoever awaits it hears of a failure; until then it must not count as unheard.
        sending.catch(() => {});
        part = undefined;
      }
    }
    const expected = await sending;
    if (at < blob.size && expected === at) refuse(`layer ${blob.digest}`, `ends after ${at} of its ${blob.size} bytes`);
    return expected;
  } finally {
    if (part) gateway.returnBuffer(part.buffer);
    await sending.catch(() => {});
  }
}

async function beginPart(gateway: Gateway, first: number, end: number): Promise<Part> {
  const buffer = await gateway.borrowBuffer(Math.min(partSize, end - first));
  return { buffer, body: new PartBody(buffer), first };
}

/** Answers the byte that ECR expects next: after a lost answer it may have this part already, or less than was thought. */
async function sendPart({ gateway, repositoryName, uploadId, pace }: Upload, part: Part): Promise<number> {
  const { body, first, buffer } = part;
  try {
    await gateway.uploadPart({ repositoryName, uploadId, partFirstByte: first }, body);
    pace.sent(body.size);
    return first + body.size;
  } catch (error) {
    if (!hasFault(error, ["InvalidLayerPartException"])) throw error;
    const { lastValidByteReceived } = ((error as Error).cause ?? {}) as { lastValidByteReceived?: number };
    return (lastValidByteReceived ?? -1) + 1;
  } finally {
    gateway.returnBuffer(buffer);
  }
}
