/** The gist of a report, short enough to be read in a file of expectations. */

import type { ReviewReport } from "../../provider/review/report.ts";

export interface Told {
  readonly exitCode: number | null;
  readonly verdict: string;
  readonly relation: string;
  readonly gains: readonly string[];
  readonly losses: readonly string[];
  readonly undecided: readonly string[];
  readonly findings: readonly string[];
  readonly images: readonly string[];
  readonly changes: readonly string[];
  readonly notRead: readonly string[];
}

export function toldOf(report: ReviewReport, exitCode: number | null): Told {
  const { verdict, access, findings, images, changes, notRead } = report;
  const rows = (way: "gains" | "losses") =>
    access[way].map(
      ({ principal, capability, actions, resource, onlyIf, outside, because }) =>
        `${principal}: ${capability ?? actions.join(", ")} in ${resource}${onlyIf === undefined ? "" : ` if ${onlyIf}`}${outside ? " [outside]" : ""} (statement ${because.index}${because.line === undefined ? "" : `, line ${because.line}`})`,
    );
  return {
    exitCode,
    verdict,
    relation: access.relation,
    gains: rows("gains"),
    losses: rows("losses"),
    undecided: access.undecided.map(({ principal, reasons }) => `${principal}: ${reasons.join("; ")}`),
    findings: findings.map(
      ({ level, ruleId, resource, file, line, path, message, blocking, existing }) =>
        `${blocking ? "!" : existing ? "=" : " "} ${level} ${ruleId} ${resource} ${file ?? ""}${line === undefined ? "" : `:${line}`} ${path} ${message}`,
    ),
    images: images.map(
      ({ repository, newlyExpired, newlyArchived, spared }) =>
        `${repository}: ${newlyExpired.length} expire (${newlyExpired
          .slice(0, 3)
          .flatMap(({ imageTags }) => imageTags)
          .join(", ")}), ${newlyArchived.length} archived, ${spared.length} spared`,
    ),
    changes: changes.map(
      ({ resource, change, equalInMeaning, sentences }) =>
        `${resource}: ${change}${equalInMeaning ? ", equal in meaning" : ""}${sentences.map((sentence) => ` | ${sentence}`).join("")}`,
    ),
    notRead: notRead.map(({ file, reason, incomplete }) => `${incomplete ? "!" : " "} ${file}: ${reason}`),
  };
}
