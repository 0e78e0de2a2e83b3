import { abilities, byStatement, defineRule, foundOn, onlyIfWords, principalsOf } from "../rule/rule.ts";

export const accessChange = defineRule({
  id: "ECR-C1",
  title: "External principal gains access",
  level: "warning",
  about:
    "What a change lets whom do that the policy before did not: the gains of those who are neither of the owner's account nor trusted. All gains and losses stand in the report's table.",
  fix: "Take the statement back, or add the account or organization to the trusted set if this is meant.",
  source: "The comparison of both documents; a caller of another account also needs an identity policy of its own.",
  others:
    "IAM Access Analyzer's CheckNoNewAccess answers yes or no, live and for a fee; nobody else explains a change.",
  policyChange({ access, pathOf }) {
    const outside = access.gains.filter((row) => row.outside);
    return byStatement(outside).map(([index, ours]) => {
      const isAfter = ours[0]?.because.policy === "after";
      const where = [...new Set(ours.map(({ resource }) => resource))].slice(0, 3).join(", ");
      return foundOn(
        ours,
        isAfter ? pathOf(index) : [],
        `${principalsOf(ours)} can now ${abilities(ours, where)}${onlyIfWords(ours)}`,
      );
    });
  },
});
