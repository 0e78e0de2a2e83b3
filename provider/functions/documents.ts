/** Findings about a document that was made from arguments, told by the arguments' paths. */

import type { Problem } from "../define/validator.ts";
import type { Finding } from "../text/finding.ts";
import { formatPath, type Path } from "../text/path.ts";

/** What AWS would refuse. `placeOf` is where in the arguments a finding comes from. */
export function problemsAmong(findings: readonly Finding[], placeOf: (finding: Finding) => Path): Problem[] {
  return findings
    .filter(({ level }) => level === "error")
    .map((finding) => ({ path: placeOf(finding), message: `${finding.message} [${finding.ruleId}]` }));
}

/** What is doubtful, as sentences. */
export function warnings(findings: readonly Finding[], placeOf: (finding: Finding) => Path): string[] {
  return findings
    .filter(({ level }) => level === "warning")
    .map((finding) => `${formatPath(placeOf(finding))}: ${finding.message} [${finding.ruleId}]`);
}
