import { type Declared, ofKind } from "../../declared/declared.ts";
import { defineRule, kindsOf, statedBy } from "../rule/rule.ts";

export const unboundedImages = defineRule({
  id: "ECR-D5",
  title: "Images that never expire",
  kinds: [
    ...kindsOf("ECR-D5"),
    {
      level: "note",
      when: "a repository of a stack that is known as a whole has no lifecycle policy",
      source: "ECR user guide: lifecycle policies; every image is paid for",
    },
  ],
  about: "Untagged images, and images whose tags no rule names, that no rule ever takes.",
  fix: "Add a rule for untagged images, and one with tagStatus any and the highest rulePriority.",
  others:
    "Security Hub ECR.3, prowler, Cloud Custodian and cloudburn ask whether a policy or a rule exists; here it is what the rules leave over.",
  lifecycle: ({ analysis }) => statedBy(analysis, "ECR-D5"),
  resource({ after, surroundings }) {
    if (after?.kind !== "Repository" || !surroundings.isWhole || after.name === undefined) return [];
    const isOurs = ({ name }: Declared) => name === undefined || name === after.name;
    return ofKind(surroundings.after, "LifecyclePolicy").some(isOurs)
      ? []
      : [{ path: [], message: "has no lifecycle policy, so that no image ever expires" }];
  },
});
