/**
 * An image into a repository: the layers that are not there yet, then its manifests, children before parents, so that
 * whatever is interrupted leaves nothing that refers to something missing.
 *
 * Lives here: images and artifacts of OCI: manifests, layouts, archives, pushing and copying.
 * May not live here: a property row (`resources/`), an HTTP client of its own (`gateway/`), Docker.
 */

import { hasFault, ProviderError } from "../text/errors.ts";
import { acceptedMediaTypes, type Descriptor, type Manifest } from "./manifest.ts";
import { manifestsOf, type Source } from "./source.ts";
import { absentLayers, type Pace, type Target, uploadLayer } from "./upload.ts";

const layersAtOnce = 3;
const idsPerCall = 100;

/**
 * Pushes everything that the root manifest, which is not there yet, needs; putting it is the caller's. Answers the digests
 * of the manifests that were not there, the root among them, in the order in which they are put.
 */
export async function pushParts(target: Target, source: Source): Promise<string[]> {
  const manifests = await manifestsOf(source);
  const parts = manifests.filter(({ digest }) => digest !== source.root.digest);
  const present = await lookUp(
    target,
    parts.map(({ digest }) => ({ imageDigest: digest })),
  );
  const missing = manifests.filter(({ digest }) => !present.has(digest));
  try {
    await uploadAll(
      target,
      source,
      await absentLayers(
        target,
        missing.flatMap(({ blobs }) => blobs),
      ),
    );
    for (const manifest of missing) if (manifest !== source.root) await putManifest(target, manifest);
    return missing.map(({ digest }) => digest);
  } catch (error) {
    throw vanished(error, target);
  }
}

/** Stores a manifest, with a tag when one is given. That both are there already is fine: an answer may have got lost. */
export async function putManifest(
  { gateway, repositoryName }: Target,
  { text, mediaType, digest }: Pick<Manifest, "text" | "mediaType" | "digest">,
  imageTag?: string,
): Promise<void> {
  try {
    await gateway.call("PutImage", {
      repositoryName,
      imageManifest: text,
      imageManifestMediaType: mediaType,
      imageDigest: digest,
      ...(imageTag === undefined ? {} : { imageTag }),
    });
  } catch (error) {
    if (!hasFault(error, ["ImageAlreadyExistsException"])) throw error;
  }
}

/** A repository that answered a moment ago was deleted: waiting does not bring it back, so the fault does not go along. */
export function vanished(error: unknown, { repositoryName }: Target): unknown {
  return hasFault(error, ["RepositoryNotFoundException"])
    ? new ProviderError(
        "NotFound",
        `the repository "${repositoryName}" was deleted while the image was pushed; create it and run again`,
        { cause: error },
      )
    : error;
}

/** What is in a repository under a digest or a tag. */
export interface Found {
  readonly digest: string;
  readonly mediaType: string;
  readonly text: string;
}

/** Looks images up; answers those that are there, under the digest or tag they were asked for. */
export async function lookUp(
  { gateway, repositoryName }: Target,
  ids: readonly { imageDigest?: string; imageTag?: string }[],
  registryId?: string,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  for (let at = 0; at < ids.length; at += idsPerCall) {
    const imageIds = ids.slice(at, at + idsPerCall);
    const { images = [] } = await gateway.call("BatchGetImage", {
      repositoryName,
      imageIds,
      acceptedMediaTypes,
      ...(registryId === undefined ? {} : { registryId }),
    });
    for (const { imageId = {}, imageManifest: text = "", imageManifestMediaType: mediaType = "" } of images) {
      const image = { digest: imageId.imageDigest ?? "", mediaType, text };
      if (imageId.imageTag !== undefined) found.set(imageId.imageTag, image);
      if (imageIds.some(({ imageDigest }) => imageDigest === image.digest)) found.set(image.digest, image);
    }
  }
  return found;
}

/** A few layers at once; the first failure ends all of them. */
async function uploadAll(target: Target, source: Source, layers: readonly Descriptor[]): Promise<void> {
  const waiting = [...layers];
  let failure: { error: unknown } | undefined;
  const pace = progress(target, layers);
  const worker = async () => {
    for (let layer = waiting.shift(); layer && !failure; layer = waiting.shift()) {
      await uploadLayer(target, source, layer, pace).catch((error: unknown) => {
        failure ??= { error };
        pace.stopped = true;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(layersAtOnce, layers.length) }, worker));
  if (failure) throw failure.error;
}

/** Says about once a second how far it is. */
function progress({ gateway }: Target, layers: readonly Descriptor[]): Pace {
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  let [sent, said] = [0, Date.now()];
  return {
    stopped: false,
    sent(bytes) {
      sent += bytes;
      if (Date.now() - said < 1_000) return;
      said = Date.now();
      gateway.status(`pushing ${layers.length} layers: ${Math.round(sent / 1e6)} of ${Math.round(total / 1e6)} MB`);
    },
  };
}
