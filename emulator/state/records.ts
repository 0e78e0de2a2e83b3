/**
 * What the registries hold about work that ECR does by itself: scans, replication, signatures, previews of lifecycle
 * policies, backfills; and what stands for the world outside, which tests seed. Times are epoch milliseconds.
 */

/** Work that goes on in steps: one at each read of it, one for every `stepSeconds` of the clock, all of them at a tick. */
export interface Job {
  kind: "scan" | "restore" | "replication" | "signing" | "backfill" | "lifecyclePreview";
  /** Steps that were made. */
  steps: number;
  /** When the latest step was made, or the job began. */
  steppedAt: number;
  repository?: string;
  digest?: string;
  /** What it works towards: `ACCOUNT/REGION`, the ARN of a signing profile, the id of a backfill. */
  target?: string;
}

export interface Scan {
  /** A ScanStatus of ECR. */
  status: string;
  description?: string;
  startedAt: number;
  completedAt?: number;
  findings?: Finding[];
  enhancedFindings?: Finding[];
}

/** A finding in the wire's own shape, basic or enhanced; only `severity` is ever looked at. */
export type Finding = Record<string, unknown> & { severity?: string };

/** How scans end: the last one that fits decides, and without one there are no findings. */
export interface ScanOutcome {
  /** Every repository when absent. */
  repository?: string;
  /** A digest or a tag; every image when absent. */
  image?: string;
  /** The end of the scan. `COMPLETE` or `ACTIVE` when absent; `PENDING` and `IN_PROGRESS` make a scan that never ends. */
  status?: string;
  description?: string;
  findings?: Finding[];
  enhancedFindings?: Finding[];
}

export interface Replication {
  region: string;
  registryId: string;
  status: "IN_PROGRESS" | "COMPLETE" | "FAILED";
  failureCode?: string;
}

export interface Signing {
  signingProfileArn: string;
  status: "IN_PROGRESS" | "COMPLETE" | "FAILED";
  failureCode?: string;
  failureReason?: string;
}

export interface Backfill {
  id: string;
  destination: { region: string; registryId: string };
  status: "PREPARING" | "IN_PROGRESS" | "COMPLETE" | "FAILED" | "STOPPING" | "STOPPED";
  startedAt: number;
  endedAt?: number;
  /** Image and tag, still to be replicated; absent while the work is being prepared. */
  waiting?: BackfillItem[];
  results: (BackfillItem & { status: "COMPLETE" | "FAILED"; failureCode?: string })[];
}

export interface BackfillItem {
  repositoryName: string;
  imageId: { imageDigest: string; imageTag?: string };
}

export interface LifecyclePreview {
  text: string;
  status: "IN_PROGRESS" | "COMPLETE" | "FAILED" | "EXPIRED";
  startedAt: number;
  /** In the order in which the images would go. */
  results: {
    imageDigest: string;
    imageTags: string[];
    imagePushedAt: number;
    action: "EXPIRE" | "TRANSITION";
    appliedRulePriority: number;
    storageClass: "STANDARD" | "ARCHIVE";
  }[];
}

/** An image outside of ECR that a pull-through rule reaches. */
export interface UpstreamImage {
  /** As in the rule's `upstreamRegistryUrl`. */
  registryUrl: string;
  repository: string;
  tags: string[];
  manifest: string;
  mediaType?: string;
  /** Contents by digest, in base64. Layers that are left out cannot be had. */
  layers?: Record<string, string>;
  /**
   * `UpstreamAccessDenied`, `UpstreamTooManyRequests` or `UpstreamUnavailable`: what a pull gets instead; the exception with
   * `UnableToGetUpstreamImage`.
   */
  failureCode?: string;
}
