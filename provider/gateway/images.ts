/** All images of a repository, and which of them belong to manifest lists. */

import type { ImageDetail } from "@aws-sdk/client-ecr";
import type { Gateway } from "./gateway.ts";

/** Images of every status, archived ones too, a page at a time. */
export async function readAllImages(gateway: Gateway, repositoryName: string): Promise<ImageDetail[]> {
  const all: ImageDetail[] = [];
  const pages = gateway.pages((nextToken) =>
    gateway.call("DescribeImages", {
      repositoryName,
      maxResults: 1_000,
      nextToken,
      filter: { imageStatus: "ANY" },
    }),
  );
  for await (const { imageDetails = [] } of pages) all.push(...imageDetails);
  return all;
}

const manifestsPerCall = 100;

/**
 * The digests that each manifest list among the images refers to, by the digest of the list. A list that cannot be read
 * (one in the archive, for one) is left out.
 */
export async function readListedImages(
  gateway: Gateway,
  repositoryName: string,
  images: readonly ImageDetail[],
  /** Media types of manifest lists. */
  listTypes: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lists = images.flatMap(({ imageDigest, imageManifestMediaType = "", imageStatus }) =>
    imageDigest && listTypes.includes(imageManifestMediaType) && imageStatus !== "ARCHIVED" ? [imageDigest] : [],
  );
  const listed = new Map<string, readonly string[]>();
  for (let first = 0; first < lists.length; first += manifestsPerCall) {
    const imageIds = lists.slice(first, first + manifestsPerCall).map((imageDigest) => ({ imageDigest }));
    const answer = await gateway.call("BatchGetImage", {
      repositoryName,
      imageIds,
      acceptedMediaTypes: [...listTypes],
    });
    for (const { imageId, imageManifest = "" } of answer.images ?? []) {
      const digests = digestsOf(imageManifest);
      if (imageId?.imageDigest && digests) listed.set(imageId.imageDigest, digests);
    }
  }
  return listed;
}

function digestsOf(manifest: string): string[] | undefined {
  try {
    const { manifests } = JSON.parse(manifest) as { manifests?: { digest?: unknown }[] };
    return manifests?.map(({ digest }) => digest).filter((digest) => typeof digest === "string");
  } catch {
    return undefined;
  }
}
