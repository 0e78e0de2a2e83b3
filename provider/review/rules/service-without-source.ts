import { abilities, byStatement, defineRule, foundOn, principalsOf } from "../rule/rule.ts";

export const serviceWithoutSource = defineRule({
  id: "ECR-B7",
  title: "Service acts on behalf of any account",
  level: "warning",
  about:
    "Services that a policy names without tying them to a source: any customer of the service could make it act (the confused deputy).",
  fix: "Add a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID.",
  source: "IAM user guide: the confused deputy problem.",
  others:
    "IAM Access Analyzer (RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL) and prowler look for the key; here the condition has to hold for the access that is given.",
  policy({ access, pathOf }) {
    const rows = access.gains.filter(({ who, public: isPublic }) => who.kind === "service" && isPublic);
    return byStatement(rows).map(([index, ours]) =>
      foundOn(ours, pathOf(index), `${principalsOf(ours)} can ${abilities(ours)} on behalf of any AWS account`),
    );
  },
});
