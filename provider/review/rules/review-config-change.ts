import { defineRule } from "../rule/rule.ts";

export const reviewConfigChange = defineRule({
  id: "ECR-C5",
  title: "Configuration of the review changes",
  level: "warning",
  about: "A pull request that changes review.yaml. The review itself goes by the file of the base revision.",
  fix: "Have somebody who owns the file approve it, better in a pull request of its own.",
  source: "Rules that a change can switch off protect nothing; GitHub Security Lab describes the attack.",
  others: "atlantis documents it as an exploit; other linters read the configuration of the head.",
});
