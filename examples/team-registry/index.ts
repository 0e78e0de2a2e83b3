import * as ecr from "pulumi-ecr";

const backup = "111111111111";

// An application's repository: fixed tags except for development, scanned on push.
const api = new ecr.Repository("api", {
  repositoryName: "team/api",
  imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
  imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev-*" }],
  imageScanningConfiguration: { scanOnPush: true },
  tags: { team: "platform" },
});

// Documents may be objects or JSON text; AWS's own spelling of them is no difference.
new ecr.RepositoryPolicy("api-pull", {
  repositoryName: api.repositoryName,
  policyText: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "pull",
        Effect: "Allow",
        Principal: { AWS: [backup, "222222222222"] },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
      },
    ],
  },
});

new ecr.LifecyclePolicy("api-cleanup", {
  repositoryName: api.repositoryName,
  lifecyclePolicyText: {
    rules: [
      {
        rulePriority: 1,
        description: "development images live for two weeks",
        selection: {
          tagStatus: "tagged",
          tagPrefixList: ["dev-"],
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: 14,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: "keep ten untagged images",
        selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 10 },
        action: { type: "expire" },
      },
    ],
  },
});

// A second repository whose settings are looked after by others: only one tag and the scanning are ours.
const shared = new ecr.Repository("shared", { repositoryName: "shared/base" });
new ecr.ScanningConfig("shared-scanning", { repositoryName: shared.repositoryName, scanOnPush: true });
new ecr.Tags("shared-cost", { resourceArn: shared.arn, tags: { "cost-center": "42" } });

// Held once per account and region: nothing of another stack is overwritten without `adopt: true`.
new ecr.ReplicationConfiguration("replication", {
  rules: [
    {
      destinations: [{ region: "eu-west-1", registryId: backup }],
      repositoryFilters: [{ filter: "team/", filterType: "PREFIX_MATCH" }],
    },
  ],
});
new ecr.RegistryPolicy("registry", {
  policyText: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "replicate",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${backup}:root` },
        Action: ["ecr:ReplicateImage", "ecr:CreateRepository"],
        Resource: "*",
      },
    ],
  },
});

export const uri = api.repositoryUri;
