import { defineRule, kindsOf, statedBy } from "../rule/rule.ts";

export const untaggedParts = defineRule({
  id: "ECR-D7",
  title: "Untagged rule beside manifest lists",
  kinds: kindsOf("ECR-D7"),
  about:
    "Rules on untagged or any images in repositories that hold manifest lists or are filled by a pull-through cache rule: the parts of a list are untagged.",
  fix: "Keep untagged images long enough for their list to be replaced first.",
  others: "Found nowhere else.",
  lifecycle: ({ analysis }) => statedBy(analysis, "ECR-D7"),
});
