/** Scan findings of one image, over all their pages. */

import { hasFault, ProviderError } from "../text/errors.ts";
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

/** States in which a scan is over and has findings; `ACTIVE` is enhanced scanning that goes on watching. */
const finished: ReadonlySet<string> = new Set(["COMPLETE", "ACTIVE"]);

/** States from which no findings will come, and what to do; AWS's own waiter knows only the first. */
const hopeless: Readonly<Record<string, string>> = {
  FAILED: "the scan failed; change `triggers` to scan again",
  UNSUPPORTED_IMAGE: "ECR cannot scan an image of this kind (its operating system or media type is not supported)",
  IMAGE_ARCHIVED: "the image is in the archive class; restore it first",
  SCAN_ELIGIBILITY_EXPIRED:
    "the image has outlived the time for which it is rescanned; push it again or lengthen the duration in Amazon Inspector",
  FINDINGS_UNAVAILABLE: "the findings are not available; change `triggers` to scan again",
  LIMIT_EXCEEDED: "a quota of scans is used up; wait or ask AWS for a higher one",
};

/** Faults of StartImageScan that mean: not now, or not by us. Either there is a scan already, or it comes by itself. */
const notStarted = ["LimitExceededException", "ThrottlingException", "ValidationException"];

/**
 * Finds the scan of an image or starts one, and waits for its end. `anew` starts one even where there is one. ECR scans an
 * image once in 24 hours, and with enhanced scanning only by itself (StartImageScan then answers ValidationException,
 * "This feature is disabled"): in both cases the scan that is there, or comes, is the answer.
 */
export async function scanned(
  gateway: Gateway,
  image: ScannedImage,
  { anew, seconds, warn }: { anew: boolean; seconds: number; warn(message: string): void },
): Promise<Scan> {
  const name = imageName(image);
  const before = await peekScan(gateway, image);
  let nothing = "not there yet";
  if (anew || before === undefined || before.imageScanStatus?.status === "FAILED") {
    const refused = await start(gateway, image);
    if (refused && !before) nothing = `not there; ${refused.message}`;
    if (refused && before && anew && !hasFault(refused, ["ValidationException"])) {
      const time = before.imageScanFindings?.imageScanCompletedAt?.toISOString();
      warn(`ECR scans an image once in 24 hours, so the last scan of ${name}${time ? ` (${time})` : ""} counts`);
    }
  }
  let status = nothing;
  await gateway.until(
    () => `the end of the scan of ${name} (${status})`,
    seconds,
    async () => {
      const { status: now, description } = (await peekScan(gateway, image))?.imageScanStatus ?? {};
      status = now ?? nothing;
      const reason = Object.hasOwn(hopeless, status) ? hopeless[status] : undefined;
      if (reason) {
        throw new ProviderError(
          "Conflict",
          `${name} has no scan to judge, status ${status}${description ? ` (${description})` : ""}: ${reason}`,
        );
      }
      return finished.has(status);
    },
    "run again to go on waiting, or raise `timeout`",
  );
  return readScan(gateway, image);
}

/** Answers why nothing was started, where that is no failure. */
async function start(gateway: Gateway, image: ScannedImage): Promise<Error | undefined> {
  try {
    await gateway.call("StartImageScan", image);
    return undefined;
  } catch (error) {
    if (error instanceof Error && hasFault(error, notStarted)) return error;
    throw error;
  }
}

/** `team/app:1.0` or `team/app@sha256:…`. */
export function imageName({ repositoryName, imageId }: ScannedImage): string {
  return imageId.imageDigest ? `${repositoryName}@${imageId.imageDigest}` : `${repositoryName}:${imageId.imageTag}`;
}
