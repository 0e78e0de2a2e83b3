/** Findings as a Code Quality report of GitLab, which shows them in a merge request. */

import type { Level } from "../../../text/finding.ts";
import { printable } from "../../../text/printable.ts";
import { type Findings, insidePath, nowhere, worstFirst } from "../findings.ts";
import { writeJson } from "../json.ts";

const severities: Readonly<Record<Level, string>> = { error: "critical", warning: "major", note: "info" };

/**
 * A list, the worst first, and silenced findings not at all: the format has no word for them. GitLab drops entries of
 * which the fingerprint is there already. https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function writeCodeQuality({ items }: Findings): string {
  const open = worstFirst(items.filter(({ suppressed }) => suppressed === undefined));
  return writeJson(
    open.map(({ ruleId, level, message, subject, file, line, fingerprint }) => {
      const path = insidePath(file);
      return {
        description: printable(`${subject}: ${message}`.replace(/\s+/g, " "), 4_000),
        check_name: printable(ruleId),
        fingerprint,
        severity: severities[level],
        location: {
          path: printable(path ?? nowhere, 4_000),
          lines: { begin: path === undefined ? 1 : (line ?? 1) },
        },
      };
    }),
  );
}
