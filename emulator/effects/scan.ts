/** Scans: PENDING, IN_PROGRESS, and then the outcome that was seeded, or no findings at all. */

import type { Context } from "../call/context.ts";
import type { Job, Scan, ScanOutcome } from "../state/records.ts";
import type { Image, Repository } from "../state/store.ts";
import { imageOfJob, startJob } from "./jobs.ts";
import { scanningOf } from "./scanning.ts";

/** Whether ECR's scanners take it: an image of one platform, and neither an index nor another kind of artifact. */
export function isScannable({ children, artifactType, subject }: Image): boolean {
  return children === undefined && artifactType === undefined && subject === undefined;
}

export function startScan(context: Context, repository: Repository, image: Image): Scan {
  image.scan = { status: "PENDING", startedAt: context.clock.now().getTime() };
  startJob(context, { kind: "scan", repository: repository.name, digest: image.digest });
  return image.scan;
}

/** The scan that a push brings about, once per image, where the registry's rules or the repository ask for it. */
export function scanOnPush(context: Context, repository: Repository, image: Image): void {
  if (image.scan || !isScannable(image)) return;
  const { scanFrequency } = scanningOf(context.registry, repository);
  const byRule = scanFrequency === "SCAN_ON_PUSH" || scanFrequency === "CONTINUOUS_SCAN";
  if (byRule || (repository.scanOnPush && !isEnhanced(context))) startScan(context, repository, image);
}

/** Continuous scanning looks at what is there already, as Amazon Inspector does when it is switched on. */
export function scanExisting(context: Context): void {
  if (!isEnhanced(context)) return;
  for (const repository of Object.values(context.registry.repositories)) {
    if (scanningOf(context.registry, repository).scanFrequency !== "CONTINUOUS_SCAN") continue;
    for (const image of repository.images) {
      const isGoing = ["PENDING", "IN_PROGRESS"].includes(image.scan?.status ?? "");
      const isDone = image.scan?.enhancedFindings !== undefined;
      if (image.status === "ACTIVE" && isScannable(image) && !isGoing && !isDone) startScan(context, repository, image);
    }
  }
}

export function isEnhanced({ registry }: Pick<Context, "registry">): boolean {
  return registry.scanningConfiguration?.scanType === "ENHANCED";
}

export function stepScan(context: Context, job: Job): boolean {
  const { repository, image } = imageOfJob(context, job) ?? {};
  if (!repository || !image?.scan) return true;
  image.scan.status = "IN_PROGRESS";
  if (job.steps < 2) return false;
  conclude(context, repository, image, image.scan);
  return true;
}

function conclude(context: Context, repository: Repository, image: Image, scan: Scan): void {
  const outcome = outcomeOf(context, repository, image);
  const enhanced = isEnhanced(context);
  const continuous = enhanced && scanningOf(context.registry, repository).scanFrequency === "CONTINUOUS_SCAN";
  scan.status = outcome.status ?? (continuous ? "ACTIVE" : "COMPLETE");
  const description = outcome.description ?? descriptions[scan.status];
  if (description !== undefined) scan.description = description;
  if (scan.status !== "COMPLETE" && scan.status !== "ACTIVE") return;
  scan.completedAt = context.clock.now().getTime();
  if (enhanced || outcome.enhancedFindings) scan.enhancedFindings = outcome.enhancedFindings ?? [];
  else scan.findings = outcome.findings ?? [];
}

/** AWS's words where they are published, otherwise ours. */
const descriptions: Readonly<Record<string, string>> = {
  COMPLETE: "The scan was completed successfully.",
  ACTIVE: "Continuous scan is selected for image.",
  FAILED: "The scan could not be completed.",
  UNSUPPORTED_IMAGE: "UnsupportedImageError: The operating system and/or package manager are not supported.",
  SCAN_ELIGIBILITY_EXPIRED: "The image is too old to be scanned further.",
  FINDINGS_UNAVAILABLE: "There are no scan findings available for the image.",
  LIMIT_EXCEEDED: "The number of scans exceeds a service limit.",
};

function outcomeOf({ registry }: Context, repository: Repository, image: Image): ScanOutcome {
  const fits = (outcome: ScanOutcome) =>
    (outcome.repository ?? repository.name) === repository.name &&
    (outcome.image === undefined || outcome.image === image.digest || image.tags.includes(outcome.image));
  return registry.scanOutcomes?.findLast(fits) ?? {};
}
