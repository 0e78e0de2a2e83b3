/** The two policies that the repositories of the bench have. */

export const policyText = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "pull",
      Effect: "Allow",
      Principal: { AWS: ["111111111111", "222222222222"] },
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    },
  ],
});
export const lifecyclePolicyText = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: "keep ten",
      selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 10 },
      action: { type: "expire" },
    },
  ],
});
