import { defineRule, kindsOf, statedBy } from "../rule/rule.ts";

export const separateTags = defineRule({
  id: "ECR-D2",
  title: "Lifecycle rule needs two tags on one image",
  kinds: kindsOf("ECR-D2"),
  about:
    "Several prefixes or patterns in one rule, of which every one must match a tag of the image: dev* and prod* select images that carry both.",
  fix: "Write one rule for each prefix or pattern.",
  others: "Found nowhere else; emulators and published modules take the list for alternatives.",
  lifecycle: ({ analysis }) => statedBy(analysis, "ECR-D2"),
});
