import { shortDigest } from "../../lifecycle/reason.ts";
import { printable } from "../../text/printable.ts";
import { defineRule } from "../rule/rule.ts";

export const usedImages = defineRule({
  id: "ECR-D8",
  title: "Image in use or protected expires",
  level: "error",
  about:
    "Images that --in-use names, or with tags that review.yaml protects, and that the policy takes at the moment of the review.",
  fix: "Keep them by a rule of lower rulePriority that identifies them.",
  source: "--in-use and protectedTags; asked of AWS since 2020.",
  others: "Found nowhere else.",
  lifecycle: ({ risks }) =>
    risks.map(({ imageDigest, imageTags, action, rulePriority, because }) => {
      const name = printable(imageTags[0] ?? shortDigest(imageDigest), 80);
      const verb = action === "expire" ? "expires" : "is archived";
      return {
        path: [],
        message: `${name} ${verb} by rule ${rulePriority}: ${because.join("; ")}`,
        key: `${imageDigest} ${action}`,
      };
    }),
});
