import { defineRule, kindsOf } from "../rule/rule.ts";

export const deletedPrincipal = defineRule({
  id: "ECR-A8",
  title: "Principal was deleted",
  kinds: kindsOf("ECR-A8"),
  about: "Unique ids (AIDA…, AROA…), which AWS shows in place of a user or role that is no more.",
  fix: "Remove the id, or name the new role or user.",
  others: "IAM Access Analyzer has it for references to roles and users.",
});
