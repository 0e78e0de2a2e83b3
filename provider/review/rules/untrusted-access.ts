import { abilities, byStatement, defineRule, onlyIfWords, principalsOf } from "../rule.ts";

export const untrustedAccess = defineRule({
  id: "ECR-B4",
  title: "Access for someone who is not trusted",
  level: "warning",
  about:
    "Accounts, organisations and identity providers that are neither the owner's nor in the trusted set. It says nothing without a trusted set.",
  fix: "Add the account or organisation to the trusted set, or take it out of the policy.",
  source:
    "IAM Access Analyzer's access preview; terraform-iam-policy-validator --allow-external-principals; Cloud Custodian cross-account.",
  check({ access, context, pathOf }) {
    if (!context.trustedAccounts?.length && !context.trustedOrganisations?.length) return [];
    const rows = access.gains.filter(
      ({ who, outside, public: isPublic }) =>
        outside && !isPublic && who.kind !== "service" && who.kind !== "anyService",
    );
    return byStatement(rows).map(([index, ours]) => ({
      path: pathOf(index),
      message: `${principalsOf(ours)}, who is not trusted, can ${abilities(ours)}${onlyIfWords(ours)}`,
    }));
  },
});
