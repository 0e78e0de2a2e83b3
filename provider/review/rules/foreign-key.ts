import { defineRule, kindsOf } from "../rule/rule.ts";

export const foreignKey = defineRule({
  id: "ECR-A13",
  title: "Condition key is in no request to ECR",
  kinds: kindsOf("ECR-A13"),
  about:
    "Keys of other services, and keys of aws: or ecr: that are not known. A condition on an absent key never holds, or always, when its operator is negated or ends in IfExists. The analysis of access takes them for possible all the same.",
  fix: "Use a global key or one of ECR's five.",
  others: "IAM Access Analyzer has INVALID_SERVICE_CONDITION_KEY, for the action of a statement.",
});
