import { defineRule, kindsOf } from "../rule/rule.ts";

export const registryAction = defineRule({
  id: "ECR-A6",
  title: "Action has no effect in a repository policy",
  kinds: kindsOf("ECR-A6"),
  about:
    "Actions on the registry, such as ecr:GetAuthorizationToken, and ecr:CreateRepository. ECR stores them in a repository policy, where they have no effect; the rest of the policy is analyzed.",
  fix: "Allow the action in an IAM policy or in the registry's policy.",
  others: "Found nowhere else.",
});
