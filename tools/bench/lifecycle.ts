/** Speeds of the lifecycle simulator: a repository and a policy as large as they come in practice. */

import { simulate } from "../../provider/lifecycle/simulate.ts";

const at = Date.parse("2026-11-25T00:00:00Z");
const day = 86_400_000;

const rules = Array.from({ length: 50 }, (_, index) => ({
  rulePriority: index + 1,
  selection: {
    ...(index === 49 ? { tagStatus: "any" } : { tagStatus: "tagged", tagPatternList: [`team-${index}-*`] }),
    ...(index % 3 === 0
      ? { countType: "sinceImagePushed", countUnit: "days", countNumber: 30 }
      : { countType: "imageCountMoreThan", countNumber: 20 }),
  },
  action: { type: "expire" },
}));
const images = Array.from({ length: 10_000 }, (_, index) => ({
  imageDigest: `sha256:${String(index).padStart(64, "0")}`,
  imageTags: [`team-${index % 60}-${index}`, `git-${index}`],
  imagePushedAt: new Date(at - (index % 200) * day - index * 1_000).toISOString(),
}));

/** 10,000 images with two tags each under 50 rules, the reading of images and policy included, in ms. */
export function simulateOnce(): number {
  const started = performance.now();
  simulate({ rules }, images, new Date(at));
  return performance.now() - started;
}
