import { defineRule, kindsOf, statedBy } from "../rule/rule.ts";

export const deadRule = defineRule({
  id: "ECR-D3",
  title: "Lifecycle rule has no effect",
  kinds: kindsOf("ECR-D3"),
  about: "Rules whose images rules of higher priority identify all, whether those keep them or not.",
  fix: "Remove the rule, or give it a lower rulePriority.",
  others: "Found nowhere else.",
  lifecycle: ({ analysis }) => statedBy(analysis, "ECR-D3"),
});
