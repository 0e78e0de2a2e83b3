import { defineRule } from "../rule/rule.ts";

export const notPrincipal = defineRule({
  id: "ECR-B2",
  title: "Allow with NotPrincipal",
  level: "warning",
  about: "Statements that allow everybody but a few.",
  fix: "Name who may, in Principal.",
  source: "IAM user guide: NotPrincipal with Allow.",
  others:
    "IAM Access Analyzer has it (ALLOW_WITH_NOT_PRINCIPAL). checkov, prowler and cdk-nag let such a policy pass as closed.",
  policy: ({ statements, pathOf }) =>
    statements.flatMap(({ Effect: effect, NotPrincipal: names }, index) =>
      effect === "Allow" && names !== undefined
        ? [
            {
              path: [...pathOf(index), "NotPrincipal"],
              message: "allows every AWS account in the world but these",
            },
          ]
        : [],
    ),
});
