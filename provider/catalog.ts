/** Everything the package offers, one line each. Order is the order of the reference. */

import type { AnyFunction } from "./define/function.ts";
import type { AnyResource } from "./define/resource.ts";
import { getAuthorizationToken } from "./functions/get-authorization-token.ts";
import { getImage } from "./functions/get-image.ts";
import { getImageIds } from "./functions/get-image-ids.ts";
import { getImageManifest } from "./functions/get-image-manifest.ts";
import { getImageReferrers } from "./functions/get-image-referrers.ts";
import { getImageReplicationStatus } from "./functions/get-image-replication-status.ts";
import { getImageScanFindings } from "./functions/get-image-scan-findings.ts";
import { getImageSigningStatus } from "./functions/get-image-signing-status.ts";
import { getImages } from "./functions/get-images.ts";
import { getLifecyclePolicyDocument } from "./functions/get-lifecycle-policy-document.ts";
import { getPullThroughCacheRule } from "./functions/get-pull-through-cache-rule.ts";
import { getPullThroughCacheRules } from "./functions/get-pull-through-cache-rules.ts";
import { getRegistry } from "./functions/get-registry.ts";
import { getRegistryPolicyDocument } from "./functions/get-registry-policy-document.ts";
import { getReplicationBackfill } from "./functions/get-replication-backfill.ts";
import { getReplicationBackfills } from "./functions/get-replication-backfills.ts";
import { getRepositories } from "./functions/get-repositories.ts";
import { getRepository } from "./functions/get-repository.ts";
import { getRepositoryCreationTemplate } from "./functions/get-repository-creation-template.ts";
import { getRepositoryCreationTemplates } from "./functions/get-repository-creation-templates.ts";
import { getRepositoryPolicyDocument } from "./functions/get-repository-policy-document.ts";
import { getRepositoryScanningConfigurations } from "./functions/get-repository-scanning-configurations.ts";
import { previewLifecyclePolicy } from "./functions/preview-lifecycle-policy.ts";
import { validatePullThroughCacheRule } from "./functions/validate-pull-through-cache-rule.ts";
import type { Gateway } from "./gateway/gateway.ts";
import { accountSetting } from "./resources/account-setting.ts";
import { image } from "./resources/image.ts";
import { imageScan } from "./resources/image-scan.ts";
import { lifecyclePolicy } from "./resources/lifecycle-policy.ts";
import { pullThroughCacheRule } from "./resources/pull-through-cache-rule.ts";
import { pullTimeUpdateExclusion } from "./resources/pull-time-update-exclusion.ts";
import { registryPolicy } from "./resources/registry-policy.ts";
import { registryScanningConfiguration } from "./resources/registry-scanning-configuration.ts";
import { replicationConfiguration } from "./resources/replication-configuration.ts";
import { repository } from "./resources/repository.ts";
import { repositoryCreationTemplate } from "./resources/repository-creation-template.ts";
import { repositoryPolicy } from "./resources/repository-policy.ts";
import { scanningConfig } from "./resources/scanning-config.ts";
import { signingConfiguration } from "./resources/signing-configuration.ts";
import { tags } from "./resources/tags.ts";

export interface Catalog {
  readonly resources: readonly AnyResource<Gateway>[];
  readonly functions: readonly AnyFunction<Gateway>[];
}

export const catalog: Catalog = {
  resources: [
    repository,
    lifecyclePolicy,
    repositoryPolicy,
    registryPolicy,
    replicationConfiguration,
    scanningConfig,
    tags,
    registryScanningConfiguration,
    repositoryCreationTemplate,
    pullThroughCacheRule,
    accountSetting,
    signingConfiguration,
    pullTimeUpdateExclusion,
    image,
    imageScan,
  ],
  functions: [
    getRepository,
    getRepositories,
    getImage,
    getImages,
    getImageIds,
    getImageManifest,
    getImageReferrers,
    getImageScanFindings,
    getImageReplicationStatus,
    getImageSigningStatus,
    getRegistry,
    getAuthorizationToken,
    previewLifecyclePolicy,
    getLifecyclePolicyDocument,
    getRepositoryPolicyDocument,
    getRegistryPolicyDocument,
    getRepositoryScanningConfigurations,
    getReplicationBackfill,
    getReplicationBackfills,
    getPullThroughCacheRule,
    getPullThroughCacheRules,
    getRepositoryCreationTemplate,
    getRepositoryCreationTemplates,
    validatePullThroughCacheRule,
  ],
};
