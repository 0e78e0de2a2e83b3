import { abilities, byStatement, defineRule, foundOn, onlyIfWords, principalsOf } from "../rule/rule.ts";

export const openTemplate = defineRule({
  id: "ECR-B10",
  title: "Creation template grants external access",
  level: "warning",
  about: "Policies of creation templates that give any account access, or outsiders when the owner is known.",
  fix: "Close the policy of the template; repositories that it has made keep their copy and need a change of their own.",
  source: "ECR user guide: repository creation templates.",
  others: "Found nowhere else.",
  policy({ isTemplate, access, context, pathOf }) {
    if (!isTemplate) return [];
    const rows = access.gains.filter(
      ({ outside, public: isPublic }) => isPublic || (context.owner !== undefined && outside),
    );
    return byStatement(rows).map(([index, ours]) =>
      foundOn(
        ours,
        pathOf(index),
        `${principalsOf(ours)} can ${abilities(ours, "every repository that the template makes")}${onlyIfWords(ours)}`,
      ),
    );
  },
});
