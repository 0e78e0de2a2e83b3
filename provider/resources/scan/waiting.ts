/** The scan of an image: found or started, and awaited. What its findings mean is in `verdict.ts`. */

import { imageName, peekScan, readScan, type Scan, type ScannedImage } from "../../gateway/findings.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { hasFault, ProviderError } from "../../text/errors.ts";

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
