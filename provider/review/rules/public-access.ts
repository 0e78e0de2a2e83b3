import { abilities, byStatement, defineRule, onlyIfWords } from "../rule.ts";

export const publicAccess = defineRule({
  id: "ECR-B1",
  title: "Any AWS account has access",
  level: "warning",
  about: "What the whole policy, Allow less Deny, lets an account do that it says nothing about.",
  fix: "Name accounts or principals, or add a condition on aws:PrincipalOrgID with StringEquals.",
  source: "checkov CKV_AWS_32, trivy AWS-0032, Security Hub, prowler, cdk-nag and others look for it by pattern.",
  check({ access, pathOf }) {
    const rows = access.gains.filter(({ who, public: isPublic }) => who.kind === "anyAccount" && isPublic);
    return byStatement(rows).map(([index, ours]) => ({
      path: pathOf(index),
      message: `any AWS account can ${abilities(ours)}${onlyIfWords(ours)}; name accounts, or require an organisation by aws:PrincipalOrgID with StringEquals`,
    }));
  },
});
