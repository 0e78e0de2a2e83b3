import { printable } from "../../text/printable.ts";
import { isMap, isUnknown } from "../../text/value.ts";
import { defineRule } from "../rule/rule.ts";

export const requiredTags = defineRule({
  id: "ECR-E4",
  title: "Resource tag is missing",
  level: "warning",
  about:
    "Keys of requiredTags of review.yaml that a repository does not have. Default tags of the provider are not seen in a program.",
  fix: "Add the tag.",
  source: "requiredTags of review.yaml.",
  others: "Security Hub ECR.4 asks it of public repositories.",
  resource({ after, surroundings: { expects } }) {
    const tags = after?.properties["tags"];
    if (after?.kind !== "Repository" || isUnknown(tags)) return [];
    const missing = expects.requiredTags.filter((key) => !(isMap(tags) && Object.hasOwn(tags, key)));
    if (missing.length === 0) return [];
    return [{ path: ["tags"], message: `lack ${missing.map((key) => printable(key, 128)).join(", ")}` }];
  },
});
