import { defineRule, kindsOf } from "../rule/rule.ts";

export const policyVersion = defineRule({
  id: "ECR-A11",
  title: "Policy variable is plain text",
  kinds: kindsOf("ECR-A11"),
  about: "Policy variables in a policy of the version 2008-10-17 or without a version, where they mean themselves.",
  fix: "Set Version to 2012-10-17.",
  others:
    "IAM Access Analyzer, parliament and cfn-lint report every missing version; here only where it makes a difference.",
});
