import { documentValue } from "../../define/document.ts";
import { valueAt } from "../../text/path.ts";
import { defineRule, kindsOf, statedBy } from "../rule/rule.ts";

/** Lifecycle policies have no action that keeps, so one that keeps the newest thousands is written for it. */
const keepingAll = 1_000;

export const protectedTags = defineRule({
  id: "ECR-D4",
  title: "Protected tags can expire",
  kinds: kindsOf("ECR-D4"),
  about:
    "Rules that can take images with tags that review.yaml protects, with an example of such an image. A rule that keeps the newest 1,000 or more is taken for one that keeps them.",
  fix: "Put a rule of lower rulePriority before it that identifies these images and keeps them.",
  others: "Found nowhere else.",
  lifecycle: ({ analysis, source }) =>
    statedBy(analysis, "ECR-D4").filter(({ path }) => {
      const selection = (name: string) => valueAt(documentValue(source), [...path, "selection", name]);
      return selection("countType") !== "imageCountMoreThan" || Number(selection("countNumber")) < keepingAll;
    }),
});
