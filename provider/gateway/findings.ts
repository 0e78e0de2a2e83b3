/** Scan findings of one image, over all their pages. */

import { hasFault } from "../text/errors.ts";
import type { OutputOf } from "./client.ts";
import type { Gateway } from "./gateway.ts";

export interface ScannedImage {
  readonly repositoryName: string;
  readonly registryId?: string | undefined;
  readonly imageId: { readonly imageDigest?: string | undefined; readonly imageTag?: string | undefined };
}

type Page = Omit<OutputOf<"DescribeImageScanFindings">, "$metadata">;
type Findings = NonNullable<Page["imageScanFindings"]>;

/** What ECR knows of a scan; any member may be missing in any state. */
export type Scan = Page &
  Omit<Findings, "findings" | "enhancedFindings"> & {
    readonly findings: NonNullable<Findings["findings"]>;
    readonly enhancedFindings: NonNullable<Findings["enhancedFindings"]>;
  };

/** The scan without its findings, in one small call; undefined when there has been none. */
export async function peekScan(gateway: Gateway, image: ScannedImage): Promise<Page | undefined> {
  try {
    return await gateway.call("DescribeImageScanFindings", { ...image, maxResults: 1 });
  } catch (error) {
    if (hasFault(error, ["ScanNotFoundException"])) return undefined;
    throw error;
  }
}

/** The scan with up to `limit` findings; an image that was never scanned is an error. */
export async function readScan(gateway: Gateway, image: ScannedImage, limit = Number.POSITIVE_INFINITY): Promise<Scan> {
  const findings: Findings["findings"] = [];
  const enhancedFindings: Findings["enhancedFindings"] = [];
  let facts: Page & Findings = {};
  const maxResults = Math.min(1_000, limit);
  for await (const page of gateway.pages((nextToken) =>
    gateway.call("DescribeImageScanFindings", { ...image, maxResults, nextToken }),
  )) {
    const { findings: basic, enhancedFindings: enhanced, ...more } = page.imageScanFindings ?? {};
    facts = { ...page, ...more, ...facts };
    findings.push(...(basic ?? []).filter((finding) => finding !== null));
    enhancedFindings.push(...(enhanced ?? []).filter((finding) => finding !== null));
    if (findings.length + enhancedFindings.length >= limit) break;
  }
  return { ...facts, findings: findings.slice(0, limit), enhancedFindings: enhancedFindings.slice(0, limit) };
}

/** `team/app:1.0` or `team/app@sha256:…`. */
export function imageName({ repositoryName, imageId }: ScannedImage): string {
  return imageId.imageDigest ? `${repositoryName}@${imageId.imageDigest}` : `${repositoryName}:${imageId.imageTag}`;
}
