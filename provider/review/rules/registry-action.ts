import { defineRule } from "../rule/rule.ts";

export const registryAction = defineRule({
  id: "ECR-A6",
  title: "An action without effect in a repository policy",
  level: "warning",
  about:
    "Actions that concern the registry, which no repository policy can allow; GetAuthorizationToken is refused outright.",
  fix: "Allow the action in an IAM policy or in the registry's policy.",
  source: "IAM's service authorization reference for Amazon ECR; user reports since 2020 for GetAuthorizationToken.",
  others: "Found nowhere else.",
});
