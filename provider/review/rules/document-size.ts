import { defineRule, kindsOf } from "../rule/rule.ts";

export const documentSize = defineRule({
  id: "ECR-A14",
  title: "Document is too long or too short",
  kinds: kindsOf("ECR-A14"),
  about:
    "10,240 characters for access policies, 100 to 30,720 for lifecycle policies, without spacing. Files that no policy can be as large as are not read.",
  fix: "Merge statements that differ in one element, or use organizations and wildcards instead of lists.",
  others: "IAM Access Analyzer has POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA for access policies.",
});
