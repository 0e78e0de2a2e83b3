import { writes } from "../../policy/access/capabilities.ts";
import { abilities, byStatement, defineRule, foundOn, onlyIfWords, principalsOf } from "../rule/rule.ts";

export const outsideWrites = defineRule({
  id: "ECR-B5",
  title: "External principal can change images or settings",
  level: "warning",
  about:
    "Push, delete, tag and policy actions of anybody who is neither of the owner's account nor trusted. Without an owner it looks at any account at all only.",
  fix: "Give outsiders BatchGetImage and GetDownloadUrlForLayer only.",
  source: "ECR user guide: repository policies.",
  others:
    "parliament has RESOURCE_POLICY_PRIVILEGE_ESCALATION for any service. Here it depends on who is trusted, and reading does not count.",
  policy({ access, kind, context, pathOf }) {
    const isOutsider = (outside: boolean, isPublic: boolean) => (context.owner === undefined ? isPublic : outside);
    const rows = access.gains.filter(
      ({ who, actions, outside, public: isPublic }) =>
        kind === "repository" &&
        writes(actions) &&
        who.kind !== "service" &&
        who.kind !== "anyService" &&
        isOutsider(outside, isPublic),
    );
    return byStatement(rows).map(([index, ours]) =>
      foundOn(
        ours,
        pathOf(index),
        `${principalsOf(ours)} can ${abilities(ours)}${onlyIfWords(ours)}, which is more than pulling`,
      ),
    );
  },
});
