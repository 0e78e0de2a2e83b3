/** `ecr:index:getImageScanFindings`: the findings of one image, basic or enhanced, over all their pages. */

import { defineFunction } from "../define/function.ts";
import { integer, list, map, output, string } from "../define/property.ts";
import { readScan } from "../gateway/findings.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { exactlyOne, imageDigest, imageTag, limit, registryId, repositoryName } from "./images.ts";
import { basicFinding, enhancedFinding } from "./scan-findings.ts";

export const getImageScanFindings = defineFunction<Gateway>()({
  name: "getImageScanFindings",
  description:
    "Reads the scan of one image and its findings, in pages of 1,000. It starts no scan: an image that was never scanned is an error, a scan that goes on is a status.",
  args: { repositoryName, imageTag, imageDigest, limit, registryId },
  results: {
    imageDigest: output(string("Digest of the image.")),
    status: output(
      string(
        "`COMPLETE`, `ACTIVE`, `IN_PROGRESS`, `PENDING`, `FAILED`, `UNSUPPORTED_IMAGE`, `SCAN_ELIGIBILITY_EXPIRED`, `FINDINGS_UNAVAILABLE`, `LIMIT_EXCEEDED` or `IMAGE_ARCHIVED`.",
      ),
    ),
    statusDescription: output(string("The status in AWS's words.")),
    imageScanCompletedAt: output(string("When the scan ended, as ISO 8601 text in UTC.")),
    vulnerabilitySourceUpdatedAt: output(string("Of when the list of known flaws is, as ISO 8601 text in UTC.")),
    findingSeverityCounts: output(map(integer("A number."), "How many findings there are of each severity.")),
    findings: output(list(basicFinding, "Findings of basic scanning."), { required: true }),
    enhancedFindings: output(list(enhancedFinding, "Findings of enhanced scanning."), { required: true }),
  },
  permissions: ["ecr:DescribeImageScanFindings"],
  check: (args) => exactlyOne(args, ["imageTag", "imageDigest"]),
  async call({ gateway }, { imageTag, imageDigest, limit, ...repository }) {
    const scan = await readScan(gateway, { ...repository, imageId: { imageTag, imageDigest } }, limit);
    return {
      ...scan,
      ...scan.imageScanStatus,
      statusDescription: scan.imageScanStatus?.description,
      imageDigest: scan.imageId?.imageDigest,
    };
  },
});
