/** Images that are in ECR already, in this account and region or in others, as the source of a push. */

import type { Gateway } from "../gateway/gateway.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { type Descriptor, type Manifest, parseManifest } from "./manifest.ts";
import { lookUp } from "./push.ts";
import type { Source } from "./source.ts";

/** Where an image stands. */
export interface Place {
  readonly repositoryName: string;
  readonly imageTag?: string | undefined;
  readonly imageDigest?: string | undefined;
  readonly region?: string | undefined;
  readonly registryId?: string | undefined;
}

/** Downloads in a row that may break off without a byte. */
const mostBreaks = 5;

/** Opens an image by its digest, or by its tag. Throws NotFound when it or its repository is not there. */
export async function openImage(own: Gateway, place: Place): Promise<Source> {
  const gateway = own.inRegion(place.region);
  return {
    root: await fetchManifest(gateway, place, place.imageDigest, undefined),
    manifest: ({ digest, mediaType }) => fetchManifest(gateway, place, digest, mediaType || undefined),
    read: (blob, start) => readLayer(gateway, place, blob, start),
    close: async () => {},
  };
}

async function fetchManifest(
  gateway: Gateway,
  place: Place,
  imageDigest: string | undefined,
  mediaType: string | undefined,
): Promise<Manifest> {
  const { repositoryName, imageTag = "", registryId } = place;
  const id = imageDigest === undefined ? { imageTag } : { imageDigest };
  const where = `image ${printable(imageDigest ?? `"${imageTag}"`)} of ${described(place)}`;
  const found = await lookUp({ gateway, repositoryName }, [id], registryId).catch((error: unknown) => {
    if (hasFault(error, ["RepositoryNotFoundException"])) return undefined;
    throw refused(error, place);
  });
  const image = found?.get(imageDigest ?? imageTag);
  if (!image) {
    throw new ProviderError(
      "NotFound",
      `reading ${where}: ${found ? "there is no such image" : "there is no such repository"}; check the name, and the region and registry it is in`,
      { path: ["source"] },
    );
  }
  return parseManifest(Buffer.from(image.text), where, image.digest, mediaType ?? (image.mediaType || undefined));
}

/** A refusal by another account says what its repository has to allow; every other error is as it was. */
function refused(error: unknown, place: Place): unknown {
  if (!(error instanceof ProviderError) || error.code !== "AccessDenied" || place.registryId === undefined)
    return error;
  return new ProviderError(
    "AccessDenied",
    `copying from ${described(place)}: ${error.message}; the policy of that repository must allow this account ecr:BatchGetImage and ecr:GetDownloadUrlForLayer, and so must the policies of the caller`,
    { path: ["source"], cause: error, ...(error.fault === undefined ? {} : { fault: error.fault }) },
  );
}

function described({ repositoryName, region, registryId }: Place): string {
  const parts = [registryId && `registry ${registryId}`, region].filter((part) => part !== undefined);
  return `repository "${printable(repositoryName)}"${parts.length > 0 ? ` (${printable(parts.join(", "))})` : ""}`;
}

/** Goes on where a download broke off, with a new URL. */
async function* readLayer(gateway: Gateway, place: Place, blob: Descriptor, start: number): AsyncGenerator<Uint8Array> {
  const { repositoryName, registryId } = place;
  let breaks = 0;
  for (let at = start; at < blob.size; ) {
    try {
      const { downloadUrl } = await gateway.call("GetDownloadUrlForLayer", {
        repositoryName,
        layerDigest: blob.digest,
        ...(registryId === undefined ? {} : { registryId }),
      });
      if (!downloadUrl) throw new ProviderError("Unavailable", "GetDownloadUrlForLayer answered no URL; run again");
      for await (const bytes of gateway.download(`layer ${blob.digest}`, downloadUrl, at)) {
        at += bytes.length;
        breaks = 0;
        yield bytes;
      }
      if (at < blob.size)
        throw new ProviderError(
          "Unavailable",
          `downloading layer ${blob.digest}: it ended after ${at} of ${blob.size} bytes`,
        );
    } catch (error) {
      if (!(error instanceof ProviderError && error.code === "Unavailable") || ++breaks >= mostBreaks)
        throw refused(error, place);
      await gateway.pause(200 * 2 ** breaks);
    }
  }
}
