/** Which operations take `registryId`, and how a call is bound to the registry in which something is recorded. */

import type { InputOf, OperationName } from "./client.ts";

type Taking = { [N in OperationName]: "registryId" extends keyof InputOf<N> ? N : never }[OperationName];

const taking = [
  "BatchCheckLayerAvailability",
  "BatchDeleteImage",
  "BatchGetImage",
  "CompleteLayerUpload",
  "CreatePullThroughCacheRule",
  "CreateRepository",
  "DeleteLifecyclePolicy",
  "DeletePullThroughCacheRule",
  "DeleteRepository",
  "DeleteRepositoryPolicy",
  "DescribeImageReplicationStatus",
  "DescribeImageScanFindings",
  "DescribeImageSigningStatus",
  "DescribeImages",
  "DescribePullThroughCacheRules",
  "DescribeRepositories",
  "GetDownloadUrlForLayer",
  "GetLifecyclePolicy",
  "GetLifecyclePolicyPreview",
  "GetRepositoryPolicy",
  "InitiateLayerUpload",
  "ListImageReferrers",
  "ListImages",
  "PutImage",
  "PutImageScanningConfiguration",
  "PutImageTagMutability",
  "PutLifecyclePolicy",
  "SetRepositoryPolicy",
  "StartImageScan",
  "StartLifecyclePolicyPreview",
  "UpdateImageStorageClass",
  "UpdatePullThroughCacheRule",
  "UploadLayerPart",
  "ValidatePullThroughCacheRule",
] as const satisfies readonly Taking[];

const known: ReadonlySet<string> = new Set(taking);
/** They take the ARN of the repository, which has its account and region. */
const byArn: ReadonlySet<string> = new Set(["ListTagsForResource", "TagResource", "UntagResource"]);

/** Whether AWS knows from the call itself which registry is meant. */
export function namesRegistry(operation: string): boolean {
  return known.has(operation) || byArn.has(operation);
}

/** The same input for this registry, where the operation takes one and the input names none. */
export function forRegistry<N extends OperationName>(
  operation: N,
  input: InputOf<N>,
  registryId: string | undefined,
): InputOf<N> {
  if (registryId === undefined || !known.has(operation)) return input;
  const { registryId: named } = input as { registryId?: unknown };
  return named === undefined ? ({ ...(input as object), registryId } as InputOf<N>) : input;
}
