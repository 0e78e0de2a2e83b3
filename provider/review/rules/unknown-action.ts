import { defineRule, kindsOf } from "../rule/rule.ts";

export const unknownAction = defineRule({
  id: "ECR-A5",
  title: "Action is not an action of ECR",
  kinds: kindsOf("ECR-A5"),
  about:
    "Actions of other services, misspelled actions with the nearest name, and wildcards that match none of ECR's actions.",
  fix: "Name an action of ECR; the message has the nearest one.",
  others: "IAM Access Analyzer and parliament have it; parliament's list is of 2023.",
});
