/** An emulator as callers of the AWS SDK see it, and the pieces of a push. */

import { createHash } from "node:crypto";
import * as sdk from "@aws-sdk/client-ecr";

/** A client that tries once. The access key is the account where it has 12 digits. */
export function clientOf({ url }: { url: string }, accessKeyId = "test", region = "us-east-1"): sdk.ECRClient {
  return new sdk.ECRClient({
    endpoint: url,
    region,
    credentials: { accessKeyId, secretAccessKey: "x" },
    maxAttempts: 1,
  });
}

/** The name of the error that a call ends with, or `none`. */
export function faultOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "none",
    (error: Error) => error.name,
  );
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Sends a layer in one part; returns its descriptor. */
export async function pushLayer(ecr: sdk.ECRClient, repositoryName: string, content: Uint8Array | string) {
  const layerPartBlob = Buffer.from(content);
  const digest = digestOf(layerPartBlob);
  const { uploadId } = await ecr.send(new sdk.InitiateLayerUploadCommand({ repositoryName }));
  await ecr.send(
    new sdk.UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte: 0,
      partLastByte: layerPartBlob.length - 1,
      layerPartBlob,
    }),
  );
  await ecr.send(new sdk.CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));
  return { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest, size: layerPartBlob.length };
}

export const manifestType = "application/vnd.oci.image.manifest.v1+json";
export const indexType = "application/vnd.oci.image.index.v1+json";

/** A manifest of an image of these layers; `more` goes into it as it is. */
export function manifestOf(config: object, layers: readonly object[], more: object = {}): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers, ...more });
}

/** An index without entries: an image that needs no layer. */
export function emptyIndex(name: string): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [], annotations: { name } });
}

/** Pushes an image of one small layer; returns its digest. */
export async function pushImage(
  ecr: sdk.ECRClient,
  repositoryName: string,
  imageTag: string | undefined,
  content = "layer",
  more: object = {},
): Promise<string> {
  const ensure = (bytes: string) =>
    pushLayer(ecr, repositoryName, bytes).catch((error: Error) => {
      if (error instanceof sdk.LayerAlreadyExistsException) return { digest: digestOf(bytes), size: bytes.length };
      throw error;
    });
  const config = { ...(await ensure("{}")), mediaType: "application/vnd.oci.image.config.v1+json" };
  const layer = { ...(await ensure(content)), mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" };
  const { image } = await ecr.send(
    new sdk.PutImageCommand({ repositoryName, imageTag, imageManifest: manifestOf(config, [layer], more) }),
  );
  return image?.imageId?.imageDigest ?? "";
}

/** Pushes an artifact without a tag that is attached to another image; returns its digest. */
export function pushArtifact(
  ecr: sdk.ECRClient,
  repositoryName: string,
  artifactType: string,
  subject: string,
): Promise<string> {
  return pushImage(ecr, repositoryName, undefined, artifactType, {
    artifactType,
    subject: { mediaType: manifestType, digest: subject, size: 1 },
  });
}
