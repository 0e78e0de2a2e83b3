import { abilities, byStatement, defineRule, foundOn, onlyIfWords } from "../rule/rule.ts";

export const publicAccess = defineRule({
  id: "ECR-B1",
  title: "Any AWS account has access",
  level: "warning",
  about: "What the whole policy, Allow less Deny, lets an account do that it says nothing about.",
  fix: "Name accounts or principals, or add a condition on aws:PrincipalOrgID with StringEquals.",
  source: "IAM user guide: principals and conditions in resource policies.",
  others:
    "checkov CKV_AWS_32, trivy AWS-0032, KICS, Security Hub, prowler, cdk-nag AwsSolutions-ECR1, terrascan and semgrep look for a star in the text. Here the whole document is judged, Allow less Deny with what the conditions leave open, and a request that gets through is shown.",
  policy({ access, pathOf, isTemplate }) {
    if (isTemplate) return [];
    const rows = access.gains.filter(({ who, public: isPublic }) => who.kind === "anyAccount" && isPublic);
    return byStatement(rows).map(([index, ours]) =>
      foundOn(ours, pathOf(index), `any AWS account can ${abilities(ours)}${onlyIfWords(ours)}`),
    );
  },
});
