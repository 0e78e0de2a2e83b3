import { defineRule, kindsOf } from "../rule/rule.ts";

export const conditionValue = defineRule({
  id: "ECR-A12",
  title: "Condition cannot hold as written",
  kinds: kindsOf("ECR-A12"),
  about:
    "Operators that do not exist, operators of another type than their key, wildcards where they are ordinary characters, and values that are no number, date, address, range or id of a VPC.",
  fix: "Write the operator and the value as the type of the key asks for.",
  others:
    "IAM Access Analyzer has TYPE_MISMATCH, WILDCARD_WITHOUT_LIKE_OPERATOR, INVALID_DATE_VALUE and more, live; parliament has some.",
});
