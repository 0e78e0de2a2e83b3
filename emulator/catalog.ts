/** The operations by family, and the names of all that ECR has: those that are missing here answer 501. */

import type { Operations } from "./operation.ts";
import { images } from "./operations/images.ts";
import { policies } from "./operations/policies.ts";
import { registry } from "./operations/registry.ts";
import { repositories } from "./operations/repositories.ts";
import { tags } from "./operations/tags.ts";

export const operations: Operations = { ...repositories, ...tags, ...policies, ...registry, ...images };

/** Operations of ECR (service model of 2026) that this emulator does not have. */
export const absentOperations: ReadonlySet<string> = new Set([
  "BatchCheckLayerAvailability",
  "BatchGetRepositoryScanningConfiguration",
  "CompleteLayerUpload",
  "CreatePullThroughCacheRule",
  "CreateRepositoryCreationTemplate",
  "DeletePullThroughCacheRule",
  "DeleteRepositoryCreationTemplate",
  "DeleteSigningConfiguration",
  "DeregisterPullTimeUpdateExclusion",
  "DescribeImageReplicationStatus",
  "DescribeImageScanFindings",
  "DescribeImageSigningStatus",
  "DescribePullThroughCacheRules",
  "DescribeReplicationBackfillResults",
  "DescribeRepositoryCreationTemplates",
  "GetAccountSetting",
  "GetDownloadUrlForLayer",
  "GetLifecyclePolicyPreview",
  "GetRegistryScanningConfiguration",
  "GetSigningConfiguration",
  "InitiateLayerUpload",
  "ListImageReferrers",
  "ListPullTimeUpdateExclusions",
  "ListReplicationBackfills",
  "PutAccountSetting",
  "PutRegistryScanningConfiguration",
  "PutSigningConfiguration",
  "RegisterPullTimeUpdateExclusion",
  "StartImageScan",
  "StartLifecyclePolicyPreview",
  "StartReplicationBackfill",
  "StopReplicationBackfill",
  "UpdateImageStorageClass",
  "UpdatePullThroughCacheRule",
  "UpdateRepositoryCreationTemplate",
  "UploadLayerPart",
  "ValidatePullThroughCacheRule",
]);
