/** The time that the comment of a review takes, without sending it. */

import { reviewOutput } from "../../provider/cli/commands/review/output.ts";
import { commentBody } from "../../provider/cli/forge/post.ts";
import { largeReview } from "../../test/harness/review-report.ts";

const report = largeReview(1_000);

/** Milliseconds for 1,000 findings, from the report to the text. */
export function commentOnce(): number {
  const started = performance.now();
  commentBody(reviewOutput(report).document("markdown"), "");
  return performance.now() - started;
}
