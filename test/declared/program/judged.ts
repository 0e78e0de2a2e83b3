/** The review of one tree of files against another, as the command does it, without git. */

import { apart, pairUp } from "../../../provider/cli/commands/review/inputs/gathered.ts";
import { asKept, isReadable, isTouched, unreadParts } from "../../../provider/cli/commands/review/inputs/programs.ts";
import { readPrograms } from "../../../provider/declared/program/read.ts";
import { accessOf, defaultConfig } from "../../../provider/review/config.ts";
import type { ReviewReport } from "../../../provider/review/report.ts";
import { review } from "../../../provider/review/review.ts";
import type { Form } from "./forms.ts";
import { type Files, treeOf } from "./tree.ts";

const at = Date.parse("2026-06-01T00:00:00Z");
const isProgram = (path: string) => /(^|\/)(Pulumi|Main)\.(ya?ml|json)$/.test(path);

export function reviewOf(before: Files, after: Files, steps?: number): ReviewReport {
  const [old, now] = [before, after].map((files) => readPrograms(treeOf(files), isProgram, steps));
  if (!old || !now) throw new Error("unreachable");
  const changes = pairUp(old.declared, now.declared)
    .filter((change) => isReadable(change, old, now) && isTouched(change, new Set()))
    .map(asKept)
    .flatMap(apart);
  return review({
    changes,
    isChange: true,
    config: defaultConfig,
    failOn: ["error", "outside-gain"],
    notRead: unreadParts(old, now, new Set(), true),
    notes: [],
    surroundings: {
      access: accessOf(defaultConfig),
      expects: defaultConfig.expects,
      before: old.declared,
      after: now.declared,
      isWhole: false,
      inUse: [],
      at,
    },
  });
}

/** What a review of a form says of its gain; undefined where it passes. */
export function answerTo({ before, files }: Form): "gain" | "undecided" | "not read" | undefined {
  const { verdict, access, notRead } = reviewOf(before, files);
  if (verdict === "blocked" && access.gains.length > 0) return "gain";
  if (access.undecided.length > 0) return "undecided";
  return notRead.some(({ incomplete }) => incomplete) ? "not read" : undefined;
}
