/** What blocks, and whether a review may pass. */

import type { ReviewConfig } from "./config.ts";
import type { NotRead, ReviewAccess, ReviewFinding, ReviewUndecided, Verdict } from "./report.ts";

/** What makes a review fail: levels, `gain`, `loss`, `outside-gain`, `undecided`, or ids of rules. */
export const failures = ["error", "warning", "note", "gain", "loss", "outside-gain", "undecided"] as const;

/** What the verdict hangs on beside findings and access. */
interface Asked {
  readonly config: ReviewConfig;
  readonly failOn: readonly string[];
  readonly notRead: readonly NotRead[];
}

/** A finding before it is known what blocks. */
export type Found = Omit<ReviewFinding, "blocking"> & { readonly invalid?: boolean };

/** An invalid document blocks, whatever the list says; nothing that is suppressed does. */
export function blockingFindings(findings: readonly Found[], failOn: readonly string[]): ReviewFinding[] {
  return findings.map(({ invalid = false, ...finding }) => ({
    ...finding,
    blocking: !finding.suppressed && (invalid || failOn.includes(finding.level) || failOn.includes(finding.ruleId)),
  }));
}

/**
 * The undecided parts, those marked that the configuration accepts: ECR-C3 is off, or suppressed for the resource. What is
 * undecided because AWS would refuse the document stays open.
 */
export function acceptedParts(
  undecided: readonly ReviewUndecided[],
  findings: readonly Found[],
  { levels }: ReviewConfig,
): ReviewUndecided[] {
  const about = (isWanted: (finding: Found) => unknown) =>
    new Set(findings.filter(isWanted).map(({ resource }) => resource));
  const suppressed = about(({ ruleId, suppressed: by }) => ruleId === "ECR-C3" && by);
  const invalid = about((finding) => finding.invalid);
  return undecided.map((part) => {
    const isAccepted = (levels["ECR-C3"] === "off" || suppressed.has(part.subject)) && !invalid.has(part.subject);
    return isAccepted ? { ...part, accepted: true } : part;
  });
}

/** Whether the review may pass. */
export function verdictOf(
  findings: readonly ReviewFinding[],
  { gains, losses, undecided }: ReviewAccess,
  all: readonly Found[],
  { config, failOn, notRead }: Asked,
): Verdict {
  const isOff = config.levels["ECR-C1"] === "off";
  const accepted = new Set(
    all.filter(({ ruleId, suppressed }) => ruleId === "ECR-C1" && suppressed).map(({ resource }) => resource),
  );
  const isOpen = undecided.some((part) => !part.accepted) || notRead.some(({ incomplete }) => incomplete);
  const isListed = (name: string) => failOn.includes(name);
  const blocks =
    findings.some(({ blocking }) => blocking) ||
    (isListed("gain") && gains.length > 0) ||
    (isListed("loss") && losses.length > 0) ||
    (isListed("outside-gain") && gains.some(({ outside, subject }) => outside && !isOff && !accepted.has(subject))) ||
    (isListed("undecided") && isOpen);
  if (blocks) return "blocked";
  return isOpen ? "undecided" : "clean";
}
