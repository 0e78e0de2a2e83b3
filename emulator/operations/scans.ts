/** Scans of images: start one, read what it found. */

import { type Context, type Operations, repositoryOf } from "../call/context.ts";
import { page } from "../call/input.ts";
import { proceed } from "../effects/index.ts";
import { isEnhanced, isScannable, startScan } from "../effects/scan.ts";
import { imageOf } from "../repositories/image-id.ts";
import type { ImageId } from "../repositories/images.ts";
import type { Finding, Scan } from "../state/records.ts";
import type { Image, Repository } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";

const day = 24 * 60 * 60 * 1_000;

export const scans: Operations = {
  StartImageScan(context, input) {
    const repository = repositoryOf(context, input);
    const image = imageOf(context, repository, input);
    if (isEnhanced(context)) throw new AwsError("ValidationException", "This feature is disabled");
    if (image.status !== "ACTIVE")
      throw new AwsError("ImageArchivedException", "The specified image is archived and cannot be scanned.");
    if (!isScannable(image))
      throw new AwsError("UnsupportedImageTypeException", "The image is of a type that cannot be scanned.");
    if (image.scan && context.clock.now().getTime() - image.scan.startedAt < day)
      throw new AwsError("LimitExceededException", "The scan quota per image has been exceeded. Wait and try again.");
    const { status } = startScan(context, repository, image);
    return { ...names(context, repository, image, input), imageScanStatus: { status } };
  },

  DescribeImageScanFindings(context, input) {
    const repository = repositoryOf(context, input);
    const image = imageOf(context, repository, input);
    proceed(context, ({ kind, repository: name, digest }) => {
      return kind === "scan" && name === repository.name && digest === image.digest;
    });
    const { scan } = image;
    if (!scan) throw scanNotFound(context, repository, input);
    if (image.status === "ARCHIVED")
      return { ...names(context, repository, image, input), imageScanStatus: { status: "IMAGE_ARCHIVED" } };
    const { items, nextToken } = page(input, scan.enhancedFindings ?? scan.findings ?? []);
    return {
      ...names(context, repository, image, input),
      imageScanStatus: { status: scan.status, description: scan.description },
      imageScanFindings: scan.completedAt === undefined ? undefined : findingsOf(scan, scan.completedAt, items),
      nextToken,
    };
  },
};

/** How answers name the image: by digest, and by the tag that was asked for. */
function names({ registry }: Context, repository: Repository, image: Image, input: Json): Json {
  const { imageTag } = input["imageId"] as ImageId;
  return {
    registryId: registry.account,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag },
  };
}

/** One page of the findings, with the counts of all of them. */
function findingsOf({ findings, enhancedFindings }: Scan, completedAt: number, items: readonly Finding[]): Json {
  const findingSeverityCounts: Record<string, number> = {};
  for (const { severity } of enhancedFindings ?? findings ?? [])
    if (severity) findingSeverityCounts[severity] = (findingSeverityCounts[severity] ?? 0) + 1;
  return {
    imageScanCompletedAt: completedAt / 1_000,
    vulnerabilitySourceUpdatedAt: completedAt / 1_000,
    findingSeverityCounts,
    [enhancedFindings ? "enhancedFindings" : "findings"]: items,
  };
}

function scanNotFound({ registry }: Context, repository: Repository, input: Json): AwsError {
  const { imageDigest = "null", imageTag = "null" } = input["imageId"] as ImageId;
  return new AwsError(
    "ScanNotFoundException",
    `Image scan does not exist for the image with '{imageDigest:'${imageDigest}', imageTag:'${imageTag}'}' in the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
  );
}
