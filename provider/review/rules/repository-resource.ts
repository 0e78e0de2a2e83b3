import { defineRule } from "../rule/rule.ts";

export const repositoryResource = defineRule({
  id: "ECR-A3",
  title: "Resource in a repository policy",
  level: "warning",
  about:
    "Resource and NotResource in the policy of one repository. Users report that ECR refuses it, AWS's guide shows it.",
  fix: "Leave the element out; the policy is about its repository anyway.",
  source: "User reports since 2019, against examples of the ECR user guide.",
  others: "Found nowhere else; cfn-lint allows it.",
});
