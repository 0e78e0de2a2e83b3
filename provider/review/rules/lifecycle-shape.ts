import { defineRule, kindsOf } from "../rule/rule.ts";

export const lifecycleShape = defineRule({
  id: "ECR-D1",
  title: "Lifecycle policy that ECR rejects",
  kinds: kindsOf("ECR-D1"),
  about:
    "The grammar with its rules across fields: count types, units and actions, storage classes, tag lists, priorities, rules for any image, wildcards. What is newer than this version is a warning.",
  fix: "Correct the rule as the message says.",
  others: "AWS says it when the policy is applied, in one sentence for all; Terraform checks types only.",
});
