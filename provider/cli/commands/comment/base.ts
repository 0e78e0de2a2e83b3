/** Whether a report is about what merging its request does: it was made against a commit of the branch that the request goes to. */

import type { ReviewReport } from "../../../review/report.ts";
import { ProviderError } from "../../../text/errors.ts";
import { printable } from "../../../text/printable.ts";
import type { Forge } from "../../forge/forge.ts";
import type { Document, Inline } from "../../report/document.ts";

/**
 * What a reader of the comment has to know of the report's base; undefined where it is the commit that the branch is at now.
 * Throws InvalidInput for a base that is not a commit of the branch.
 */
export async function baseIn(forge: Forge, { revisions }: ReviewReport, branch: string): Promise<Inline | undefined> {
  if (revisions === undefined) return "This report does not name the commits that it compares.";
  const { base } = revisions;
  const tip = await forge.tip(branch);
  if (base === tip) return undefined;
  if (!(await forge.contains(tip, base)))
    throw new ProviderError(
      "InvalidInput",
      `posting the report: it was made against ${base.slice(0, 12)}, which is not a commit of ${printable(branch, 200)}, the branch that the request goes to; review again with that branch as --base`,
    );
  const [older, now] = [base, tip].map((id) => ({ text: id.slice(0, 7), code: true }));
  return [
    "Made against an older ",
    { text: branch, code: true },
    ", at ",
    older ?? "",
    "; it is now at ",
    now ?? "",
    ". Run the review again before merging.",
  ];
}

/** The document with that on top. */
export function withBase(document: Document, notice: Inline | undefined): Document {
  if (notice === undefined) return document;
  return { ...document, blocks: [{ kind: "paragraph", text: notice, tone: "warn" }, ...document.blocks] };
}
