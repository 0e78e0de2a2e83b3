import { stringsOf } from "../../policy/language/document.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import { defineRule, kindsOf } from "../rule/rule.ts";

export const principalFormat = defineRule({
  id: "ECR-A7",
  title: "Principal does not exist in AWS",
  kinds: [
    ...kindsOf("ECR-A7"),
    {
      level: "warning",
      when: "an AWS principal is of another partition than the registry",
      source: "IAM user guide: a principal of another partition cannot be named",
    },
  ],
  about:
    "Account ids, ARNs of roles and users, wildcards inside them, partitions, and the spelling of service principals.",
  fix: "Write an account id of 12 digits, the ARN of a role or user, or a service such as lambda.amazonaws.com.",
  others: "IAM Access Analyzer and cfn-lint have it; cfn-lint knows three partitions.",
  policy: ({ statements, context: { partition }, pathOf }) =>
    statements.flatMap(({ Principal: principal }, index) =>
      stringsOf(isMap(principal) ? principal["AWS"] : undefined).flatMap((text) => {
        const [arn, named = ""] = text.split(":");
        if (arn !== "arn" || partition === undefined || named === partition) return [];
        const message = `"${printable(text, 120)}" is of the partition ${printable(named, 20)}, the registry of ${partition}; principals of other partitions cannot be named`;
        return [{ path: [...pathOf(index), "Principal", "AWS"], message, level: "warning" as const }];
      }),
    ),
});
