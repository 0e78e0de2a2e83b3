/** A review as text for a terminal or a log. Nothing from a document reaches it unescaped. */

import { printable } from "../../define/printable.ts";
import type { AccessChange } from "../../policy/access/compare.ts";
import { accessLines } from "../../policy/access/sentences.ts";
import type { Review } from "./run.ts";

export function reviewText({ verdict, access, findings }: Review, isChange: boolean): string {
  const lines = findings.map(({ file, line, column, level, ruleId, message, path }) => {
    const place = line === undefined ? "" : `:${line}:${column ?? 1}`;
    return `${printable(file)}${place}: ${level} ${ruleId}: ${path === "" ? "" : `${printable(path)} `}${message}`;
  });
  const told = accessLines(access, isChange);
  const parts = [
    ...lines,
    ...(lines.length > 0 && told.length > 0 ? [""] : []),
    ...told,
    "",
    verdictLine(verdict, access, isChange),
  ];
  return `${parts.join("\n").trimStart()}\n`;
}

function verdictLine(
  verdict: Review["verdict"],
  { relation, gains, undecided }: AccessChange,
  isChange: boolean,
): string {
  const outside = gains.filter((row) => row.outside).length;
  const parts = [
    verdict,
    ...(isChange ? [relation === "equal" ? "no change in access" : `access is ${relation}`] : []),
    ...(isChange && outside > 0 ? [`${outside} gains of outsiders`] : []),
    `${undecided.length} undecided`,
  ];
  return parts.join(" · ");
}
