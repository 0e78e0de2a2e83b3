/** Layers on their way in and out: the operations beneath a push and a pull. */

import { type Context, type Operations, ownRegistry, repositoryOf } from "../call/context.ts";
import { invalid, listOf, text } from "../call/input.ts";
import { isArchivedLayer, isReferencedLayer } from "../documents/manifest.ts";
import { repositoryForPush, ruleFor } from "../effects/index.ts";
import { uploadNotFound, uploadOwner } from "../repositories/uploads.ts";
import { isDigest, type Upload } from "../state/blobs.ts";
import type { Repository } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";

const mebibyte = 1024 * 1024;
const largestPart = 20 * mebibyte;
const smallestPart = 5 * mebibyte;
const mostParts = 4_200;
/** What ECR recommends to clients, which may send up to `largestPart`. */
const partSize = 10 * mebibyte;
const layerMediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/** The registry, repository and upload that answers and some errors name. */
function names(context: Context, repository: Repository, { id }: Upload): Json {
  return { registryId: context.registry.account, repositoryName: repository.name, uploadId: id };
}

function uploadOf(context: Context, repository: Repository, input: Json): Upload {
  const id = text(input, "uploadId");
  const upload = context.store.blobs.upload(id, uploadOwner(context, repository));
  if (!upload) throw uploadNotFound(context, repository, id);
  return upload;
}

/** Bytes of the request: decoded by the reader of the body, or still base64 where the call came over the side channel. */
function blobOf(input: Json): Uint8Array {
  const blob = input["layerPartBlob"];
  if (blob instanceof Uint8Array) return blob;
  return Buffer.from(text(input, "layerPartBlob"), "base64");
}

function positionOf(input: Json, name: string): number {
  const value = input[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw invalid(name, "must be a whole number that is not negative");
  return value;
}

function layersNotFound(context: Context, repository: Repository, digest: string): AwsError {
  return new AwsError(
    "LayersNotFoundException",
    `The layer with digest '${digest}' does not exist within the repository with name '${repository.name}' in the registry with id '${context.registry.account}'`,
  );
}

/** An address on this server that hands out the blob for an hour of the registry's time, to whoever has it. */
function signedUrl(context: Context, repository: Repository, digest: string): string {
  return context.downloads.sign({
    account: context.registry.account,
    region: context.registry.region,
    repository: repository.name,
    digest,
    expires: context.clock.now().getTime() + 60 * 60 * 1_000,
  });
}

export const layers: Operations = {
  BatchCheckLayerAvailability(context, input) {
    const repository = repositoryOf(context, input);
    const digests = listOf(input, "layerDigests", 1, 100);
    if (!digests) throw invalid("layerDigests", "is required");
    const layers: Json[] = [];
    const failures: Json[] = [];
    for (const layerDigest of digests) {
      if (!isDigest(layerDigest)) {
        const missing = layerDigest === "" || typeof layerDigest !== "string";
        failures.push({
          ...(missing ? {} : { layerDigest }),
          failureCode: missing ? "MissingLayerDigest" : "InvalidLayerDigest",
          failureReason: missing ? "Layer digest is missing" : "Invalid layer digest",
        });
        continue;
      }
      const layerSize = repository.layers[layerDigest];
      if (layerSize === undefined) layers.push({ layerDigest, layerAvailability: "UNAVAILABLE" });
      else {
        const layerAvailability = isArchivedLayer(repository, layerDigest) ? "ARCHIVED" : "AVAILABLE";
        layers.push({ layerDigest, layerAvailability, layerSize, mediaType: layerMediaType });
      }
    }
    return { layers, failures };
  },

  InitiateLayerUpload(context, input) {
    ownRegistry(context, input);
    const repository = repositoryForPush(context, text(input, "repositoryName"));
    return { uploadId: context.store.blobs.begin(uploadOwner(context, repository)).id, partSize };
  },

  UploadLayerPart(context, input) {
    const repository = repositoryOf(context, input);
    const upload = uploadOf(context, repository, input);
    const first = positionOf(input, "partFirstByte");
    const last = positionOf(input, "partLastByte");
    const blob = blobOf(input);
    if (blob.length > largestPart)
      throw invalid("layerPartBlob", `Member must have length less than or equal to ${largestPart}`);
    if (first !== upload.size || last - first + 1 !== blob.length || blob.length === 0) {
      throw new AwsError(
        "InvalidLayerPartException",
        `Invalid layer part: bytes ${first} to ${last} with ${blob.length} bytes of content do not follow the ${upload.size} bytes received so far`,
        400,
        {
          ...names(context, repository, upload),
          ...(upload.size > 0 ? { lastValidByteReceived: upload.size - 1 } : {}),
        },
      );
    }
    if (upload.parts >= mostParts)
      throw new AwsError("LimitExceededException", `A layer upload can have at most ${mostParts} parts`);
    context.store.blobs.append(upload, blob);
    return { ...names(context, repository, upload), lastByteReceived: upload.size - 1 };
  },

  CompleteLayerUpload(context, input) {
    const repository = repositoryOf(context, input);
    const { blobs } = context.store;
    const upload = uploadOf(context, repository, input);
    const digests = listOf(input, "layerDigests", 1, 100);
    if (!digests?.every(isDigest)) throw invalid("layerDigests", "must be digests as sha256:… with 64 digits");
    if (upload.size === 0)
      throw new AwsError("EmptyUploadException", `The upload with id '${upload.id}' has no layer parts`);
    if (upload.smallest < smallestPart) {
      throw new AwsError(
        "LayerPartTooSmallException",
        `The upload with id '${upload.id}' has a part of ${upload.smallest} bytes; all but the last must have at least ${smallestPart}`,
      );
    }
    const layerDigest = blobs.digestOf(upload);
    if (!digests.includes(layerDigest)) {
      throw new AwsError(
        "InvalidLayerException",
        `The digest of the uploaded layer is '${layerDigest}', which is not among the layer digests given`,
      );
    }
    if (repository.layers[layerDigest] !== undefined) {
      blobs.discard(upload);
      throw new AwsError(
        "LayerAlreadyExistsException",
        `The layer with digest '${layerDigest}' already exists in the repository with name '${repository.name}' in the registry with id '${context.registry.account}'`,
      );
    }
    repository.layers[blobs.finish(upload)] = upload.size;
    context.store.changed();
    return { ...names(context, repository, upload), layerDigest };
  },

  GetDownloadUrlForLayer(context, input) {
    const repository = repositoryOf(context, input);
    const layerDigest = text(input, "layerDigest");
    if (!isDigest(layerDigest)) throw invalid("layerDigest", "must be a digest as sha256:… with 64 digits");
    if (repository.layers[layerDigest] === undefined) {
      if (ruleFor(context, repository.name) && isReferencedLayer(repository, layerDigest))
        throw new AwsError(
          "UnableToGetUpstreamLayerException",
          `The layer with digest '${layerDigest}' could not be pulled from the upstream registry`,
        );
      throw layersNotFound(context, repository, layerDigest);
    }
    if (!isReferencedLayer(repository, layerDigest) || isArchivedLayer(repository, layerDigest)) {
      throw new AwsError(
        "LayerInaccessibleException",
        `The layer with digest '${layerDigest}' is not available: no active image of the repository '${repository.name}' has it`,
      );
    }
    return { layerDigest, downloadUrl: signedUrl(context, repository, layerDigest) };
  },
};
