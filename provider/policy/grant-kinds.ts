/**
 * The kinds of grants: which actions each allows. Those for Lambda and CodeBuild are the statements that AWS documents for
 * images of another account.
 */

import type { PolicyKind } from "./language/document.ts";

const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
/** With BatchGetImage, because clients look for the manifest before they push it. */
const push = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/** The actions of each grant. */
export const accesses: Readonly<Record<PolicyKind, Readonly<Record<string, readonly string[]>>>> = {
  repository: {
    pull,
    push,
    pullPush: [...new Set([...pull, ...push])].sort(),
    readMetadata: [
      "ecr:DescribeImageScanFindings",
      "ecr:DescribeImages",
      "ecr:DescribeRepositories",
      "ecr:GetLifecyclePolicy",
      "ecr:GetRepositoryPolicy",
      "ecr:ListImages",
      "ecr:ListTagsForResource",
    ],
    delete: ["ecr:BatchDeleteImage"],
    scan: ["ecr:DescribeImageScanFindings", "ecr:StartImageScan"],
    lambda: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    codebuild: pull,
  },
  registry: {
    replication: ["ecr:CreateRepository", "ecr:ReplicateImage"],
    pullThroughCache: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
  },
};

/** Grants to a service of AWS that acts for somebody, and how the ARNs of what it acts for look in an account. */
export const serviceGrants: Readonly<Record<string, { service: string; sourceArn(account: string): string }>> = {
  lambda: { service: "lambda.amazonaws.com", sourceArn: (account) => `arn:*:lambda:*:${account}:function:*` },
  codebuild: { service: "codebuild.amazonaws.com", sourceArn: (account) => `arn:*:codebuild:*:${account}:project/*` },
};
