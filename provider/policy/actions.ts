/**
 * The actions of `ecr:` in IAM, by name as AWS spells them (service model and service authorization reference of 2026).
 * Two of them are no API operation: they only stand in registry policies.
 */
export const actions: readonly string[] = [
  "BatchCheckLayerAvailability",
  "BatchDeleteImage",
  "BatchGetImage",
  "BatchGetRepositoryScanningConfiguration",
  "BatchImportUpstreamImage",
  "CompleteLayerUpload",
  "CreatePullThroughCacheRule",
  "CreateRepository",
  "CreateRepositoryCreationTemplate",
  "DeleteLifecyclePolicy",
  "DeletePullThroughCacheRule",
  "DeleteRegistryPolicy",
  "DeleteRepository",
  "DeleteRepositoryCreationTemplate",
  "DeleteRepositoryPolicy",
  "DeleteSigningConfiguration",
  "DeregisterPullTimeUpdateExclusion",
  "DescribeImageReplicationStatus",
  "DescribeImageScanFindings",
  "DescribeImageSigningStatus",
  "DescribeImages",
  "DescribePullThroughCacheRules",
  "DescribeRegistry",
  "DescribeReplicationBackfillResults",
  "DescribeRepositories",
  "DescribeRepositoryCreationTemplates",
  "GetAccountSetting",
  "GetAuthorizationToken",
  "GetDownloadUrlForLayer",
  "GetImageCopyStatus",
  "GetLifecyclePolicy",
  "GetLifecyclePolicyPreview",
  "GetRegistryPolicy",
  "GetRegistryScanningConfiguration",
  "GetRepositoryPolicy",
  "GetSigningConfiguration",
  "InitiateLayerUpload",
  "ListImageReferrers",
  "ListImages",
  "ListPullTimeUpdateExclusions",
  "ListReplicationBackfills",
  "ListTagsForResource",
  "PutAccountSetting",
  "PutImage",
  "PutImageScanningConfiguration",
  "PutImageTagMutability",
  "PutLifecyclePolicy",
  "PutRegistryPolicy",
  "PutRegistryScanningConfiguration",
  "PutReplicationConfiguration",
  "PutSigningConfiguration",
  "RegisterPullTimeUpdateExclusion",
  "ReplicateImage",
  "SetRepositoryPolicy",
  "StartImageScan",
  "StartLifecyclePolicyPreview",
  "StartReplicationBackfill",
  "StopReplicationBackfill",
  "TagResource",
  "UntagResource",
  "UpdateImageStorageClass",
  "UpdatePullThroughCacheRule",
  "UpdateRepositoryCreationTemplate",
  "UploadLayerPart",
  "ValidatePullThroughCacheRule",
];

/** Actions that concern the registry of an account, so that a repository policy cannot grant them. */
const registryActions: ReadonlySet<string> = new Set(
  [
    "CreatePullThroughCacheRule",
    "CreateRepositoryCreationTemplate",
    "DeletePullThroughCacheRule",
    "DeleteRegistryPolicy",
    "DeleteRepositoryCreationTemplate",
    "DeleteSigningConfiguration",
    "DeregisterPullTimeUpdateExclusion",
    "DescribePullThroughCacheRules",
    "DescribeRegistry",
    "DescribeReplicationBackfillResults",
    "DescribeRepositoryCreationTemplates",
    "GetAccountSetting",
    "GetAuthorizationToken",
    "GetRegistryPolicy",
    "GetRegistryScanningConfiguration",
    "GetSigningConfiguration",
    "ListPullTimeUpdateExclusions",
    "ListReplicationBackfills",
    "PutAccountSetting",
    "PutRegistryPolicy",
    "PutRegistryScanningConfiguration",
    "PutReplicationConfiguration",
    "PutSigningConfiguration",
    "RegisterPullTimeUpdateExclusion",
    "StartReplicationBackfill",
    "StopReplicationBackfill",
    "UpdatePullThroughCacheRule",
    "UpdateRepositoryCreationTemplate",
    "ValidatePullThroughCacheRule",
  ].map((name) => name.toLowerCase()),
);

/** `name` without `ecr:` and in any letter case. */
export function concernsRegistry(name: string): boolean {
  return registryActions.has(name.toLowerCase());
}

const spellings = new Map(actions.map((name) => [name.toLowerCase(), name]));

/** `ecr:batchgetimage` → `ecr:BatchGetImage`; text that names no action is itself. */
export function spelledAction(text: string): string {
  const name = text.startsWith("ecr:") ? spellings.get(text.slice("ecr:".length)) : undefined;
  return name ? `ecr:${name}` : text;
}

/** Whether `name`, without `ecr:` and in any letter case, is an action or a wildcard that matches one. */
export function matchesAction(name: string): boolean {
  const pattern = name.toLowerCase();
  if (!pattern.includes("*") && !pattern.includes("?")) return spellings.has(pattern);
  for (const action of spellings.keys()) if (matchesWildcard(pattern, action)) return true;
  return false;
}

/** IAM's wildcards: `*` any characters, `?` one. Linear in the text for each star, without a regular expression. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let [p, t, star, resume] = [0, 0, -1, 0];
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t]) && pattern[p] !== "*") {
      p++;
      t++;
    } else if (pattern[p] === "*") {
      star = p++;
      resume = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
