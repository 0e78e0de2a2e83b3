/** A review as text for a terminal or a log. Nothing from outside reaches it unescaped. */

import { accessLines } from "../../../policy/access/sentences.ts";
import type { ImageChange, ReviewFinding, ReviewReport } from "../../../review/report.ts";
import { printable } from "../../../text/printable.ts";
import { count, ledgerLine, sentenceOf } from "./words.ts";

const mostSentences = 200;

export function reviewText(report: ReviewReport, isChange: boolean): string {
  const { access, findings, notRead, notes, images, changes } = report;
  const told = changes.flatMap(({ resource, change, sentences, equalInMeaning }) => [
    ...(equalInMeaning ? [`${resource}: changes in form only`] : []),
    ...(change === "removed" || change === "replaced" ? [`${resource}: ${change}`] : []),
    ...sentences.map((sentence) => `${resource}: ${sentence}`),
  ]);
  const rest = told.length - mostSentences;
  const blocks = [
    findings.map(findingLine),
    isChange ? [...told.slice(0, mostSentences), ...(rest > 0 ? [`and ${rest} more`] : [])] : [],
    accessLines(access, isChange),
    images.map(imageLine),
    report.ledger === undefined ? [] : [ledgerLine(report.ledger)],
    notRead.map(({ file, reason }) => `not read: ${file}: ${reason}`),
    notes.map((note) => `note: ${printable(note, 1_000)}`),
    [verdictLine(report, isChange)],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function findingLine(finding: ReviewFinding): string {
  const { file, line, column, level, ruleId, resource, existing, suppressed } = finding;
  const place = line === undefined ? "" : `:${line}:${column ?? 1}`;
  const remarks = [
    ...(existing ? ["was there before"] : []),
    ...(suppressed ? [`accepted until ${suppressed.until}: ${suppressed.reason}`] : []),
  ];
  const after = remarks.length === 0 ? "" : ` (${remarks.join("; ")})`;
  return `${file ?? resource}${place}: ${level} ${ruleId}: ${sentenceOf(finding)}${after}`;
}

function imageLine({ repository, images, newlyExpired, newlyArchived, spared, at }: ImageChange): string {
  const counts = [
    `${newlyExpired.length} newly expire`,
    `${newlyArchived.length} are newly archived`,
    `${spared.length} are spared`,
  ];
  return `${repository}: of ${images} images ${counts.join(", ")} (as of ${at.slice(0, 10)})`;
}

function verdictLine({ verdict, access, summary }: ReviewReport, isChange: boolean): string {
  const outside = access.gains.filter((row) => row.outside).length;
  const parts = [
    verdict,
    ...(isChange ? [access.relation === "equal" ? "no change in access" : `access is ${access.relation}`] : []),
    ...(isChange && outside > 0 ? [`${count(outside, "gain")} of outsiders`] : []),
    ...(summary.suppressed > 0 ? [`${summary.suppressed} accepted`] : []),
    `${summary.undecided} undecided`,
  ];
  return parts.join(" · ");
}
