import { defineRule } from "../rule/rule.ts";

export const deletedPrincipal = defineRule({
  id: "ECR-A8",
  title: "A principal that was deleted",
  level: "warning",
  about: "Unique ids (AIDA…, AROA…), which AWS shows in place of a user or role that is no more.",
  fix: "Remove the id, or name the new role or user.",
  source: "IAM user guide: principals that were deleted.",
  others: "IAM Access Analyzer has it for references to roles and users.",
});
