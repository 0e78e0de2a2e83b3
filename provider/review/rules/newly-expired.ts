import { shortDigest } from "../../lifecycle/reason.ts";
import { printable } from "../../text/printable.ts";
import { defineRule } from "../rule/rule.ts";

export const newlyExpired = defineRule({
  id: "ECR-D6",
  title: "Images newly expire",
  kinds: [
    {
      level: "warning",
      when: "more images than mostExpired of review.yaml would expire",
      source: "ECR user guide: how lifecycle policies are evaluated",
    },
    { level: "note", when: "fewer would expire", source: "ECR user guide: how lifecycle policies are evaluated" },
  ],
  about:
    "What the change does to the images that are there, simulated: how many newly expire or are archived. A warning above thresholds.newlyExpired, else a note.",
  fix: "Look at the images in the report; keep those that are needed by a rule of lower rulePriority.",
  others: "AWS's own preview shows one policy on one existing repository, live, and not what a change changes.",
  lifecycle({ effect, surroundings }) {
    if (!effect || effect.newlyExpired.length + effect.newlyArchived.length === 0) return [];
    const { images } = effect.after;
    const named = new Map(images.map((verdict) => [verdict.imageDigest, verdict.imageTags[0]]));
    const some = [...effect.newlyExpired, ...effect.newlyArchived]
      .slice(0, 3)
      .map((digest) => printable(named.get(digest) ?? shortDigest(digest), 60));
    const counts = [
      ...(effect.newlyExpired.length > 0
        ? [`${effect.newlyExpired.length} newly ${effect.newlyExpired.length === 1 ? "expires" : "expire"}`]
        : []),
      ...(effect.newlyArchived.length > 0
        ? [`${effect.newlyArchived.length} ${effect.newlyArchived.length === 1 ? "is" : "are"} newly archived`]
        : []),
    ];
    const message = `of ${images.length} images ${counts.join(" and ")}, such as ${some.join(", ")} (as of ${effect.at.slice(0, 10)})`;
    const level = effect.newlyExpired.length > surroundings.expects.mostExpired ? "warning" : "note";
    return [{ path: [], message, level, key: "newly expired" }];
  },
});
