import { abilities, byStatement, defineRule, foundOn, onlyIfWords, principalsOf } from "../rule/rule.ts";

export const untrustedAccess = defineRule({
  id: "ECR-B4",
  title: "Access for an untrusted principal",
  level: "warning",
  about:
    "Accounts, organizations and identity providers that are neither the owner's nor in the trusted set. It says nothing without a trusted set.",
  fix: "Add the account or organization to the trusted set, or take it out of the policy.",
  source: "IAM user guide: access for third parties.",
  others:
    "IAM Access Analyzer's access preview needs an analyzer in the account; terraform-iam-policy-validator has --allow-external-principals, Cloud Custodian a cross-account filter. Here it works offline, with organizations when a map of accounts is given.",
  policy({ access, context, pathOf }) {
    if (!context.trusted?.length) return [];
    const rows = access.gains.filter(
      ({ who, outside, public: isPublic }) =>
        outside && !isPublic && who.kind !== "service" && who.kind !== "anyService",
    );
    return byStatement(rows).map(([index, ours]) =>
      foundOn(
        ours,
        pathOf(index),
        `${principalsOf(ours)}, who is not trusted, can ${abilities(ours)}${onlyIfWords(ours)}`,
      ),
    );
  },
});
