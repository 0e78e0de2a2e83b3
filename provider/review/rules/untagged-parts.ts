import { defineRule, statedBy } from "../rule/rule.ts";

export const untaggedParts = defineRule({
  id: "ECR-D7",
  title: "An untagged rule beside manifest lists",
  level: "warning",
  about:
    "Rules on untagged or any images in repositories that hold manifest lists or are filled by a pull-through cache rule: the parts of a list are untagged.",
  fix: "Keep untagged images long enough for their list to be replaced first.",
  source:
    "ECR user guide: an image of a manifest list stays as long as the list; users report otherwise for pull-through caches.",
  others: "Found nowhere else.",
  lifecycle: ({ analysis }) => statedBy(analysis, "ECR-D7"),
});
