import { defineRule, kindsOf } from "../rule/rule.ts";

export const repositoryResource = defineRule({
  id: "ECR-A3",
  title: "Resource in a repository policy",
  kinds: kindsOf("ECR-A3"),
  about:
    "Resource and NotResource in the policy of one repository. Users report that ECR refuses it, AWS's guide shows it.",
  fix: "Leave the element out; the policy is about its repository anyway.",
  others: "Found nowhere else; cfn-lint allows it.",
});
