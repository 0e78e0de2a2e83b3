/** Pushing to the emulator as a client would: layers in parts, then the manifest. */

import { createHash } from "node:crypto";
import * as sdk from "@aws-sdk/client-ecr";

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

async function pushLayer(
  ecr: sdk.ECRClient,
  repositoryName: string,
  mediaType: string,
  content: string,
): Promise<Descriptor> {
  const bytes = Buffer.from(content);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const { uploadId } = await ecr.send(new sdk.InitiateLayerUploadCommand({ repositoryName }));
  const part = { partFirstByte: 0, partLastByte: bytes.length - 1, layerPartBlob: bytes };
  await ecr.send(new sdk.UploadLayerPartCommand({ repositoryName, uploadId, ...part }));
  await ecr
    .send(new sdk.CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }))
    .catch((error: Error) => {
      if (!(error instanceof sdk.LayerAlreadyExistsException)) throw error;
    });
  return { mediaType, digest, size: bytes.length };
}

/** Pushes an image of one layer, whose content is the tag unless it is given; resolves with its digest. */
export async function pushImage(
  ecr: sdk.ECRClient,
  repositoryName: string,
  imageTag: string,
  content = imageTag,
): Promise<string> {
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: await pushLayer(ecr, repositoryName, "application/vnd.oci.image.config.v1+json", `{"of":"${content}"}`),
    layers: [await pushLayer(ecr, repositoryName, "application/vnd.oci.image.layer.v1.tar+gzip", content)],
  });
  const { image } = await ecr.send(new sdk.PutImageCommand({ repositoryName, imageTag, imageManifest }));
  return image?.imageId?.imageDigest ?? "";
}

/** Pushes an artifact without a tag that names another image as its subject; resolves with its digest. */
export async function pushArtifact(
  ecr: sdk.ECRClient,
  repositoryName: string,
  artifactType: string,
  subject: string,
): Promise<string> {
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    artifactType,
    config: await pushLayer(ecr, repositoryName, "application/vnd.oci.empty.v1+json", "{}"),
    layers: [await pushLayer(ecr, repositoryName, artifactType, `${artifactType} of ${subject}`)],
    subject: { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: subject, size: 1 },
  });
  const { image } = await ecr.send(new sdk.PutImageCommand({ repositoryName, imageManifest }));
  return image?.imageId?.imageDigest ?? "";
}
