/** A review as text for a terminal or a log. Nothing from a document reaches it unescaped. */

import { printable } from "../../define/printable.ts";
import type { AccessChange } from "../../policy/access/compare.ts";
import type { AccessRow } from "../../policy/access/rows.ts";
import type { Review } from "./run.ts";

const mostRows = 200;

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

/** What is allowed, or what changes, one line each. */
export function accessLines({ gains, losses, undecided }: AccessChange, isChange: boolean): string[] {
  const all = [
    ...gains.map((row) => `${isChange ? "+ " : ""}${sentence(row, isChange ? "can now" : "can")}`),
    ...losses.map((row) => `- ${sentence(row, "can no longer")}`),
    ...undecided.map(({ principal, actions, reasons }) => {
      const named = actions.length > 5 ? `${actions.length} actions` : actions.join(", ");
      return `? undecided for ${principal}: ${named}, because ${printable(reasons.join("; "), 500)}`;
    }),
  ];
  const rest = all.length - mostRows;
  return rest > 0 ? [...all.slice(0, mostRows), `and ${rest} more`] : all;
}

const prepositions: Readonly<Record<string, string>> = { pull: "from", push: "to" };

/** `account 111111111111 can now pull from the repository, only if … (statement 2 "Partner", line 14)`. */
export function sentence(row: AccessRow, verb: string): string {
  const { principal, capability, actions, resource, onlyIf, because, outside, refusal } = row;
  const what = capability === "everything" ? "do everything" : (capability ?? `use ${actions.join(", ")}`);
  const condition = onlyIf === undefined ? "" : `, only if ${onlyIf}`;
  const even = refusal ? ", whatever identity policies say" : "";
  return `${principal} ${verb} ${what} ${prepositions[what] ?? "in"} ${resource}${condition}${even} (${statementWords(because)})${outside ? " [outside]" : ""}`;
}

function statementWords({ policy, index, sid, line, deny }: AccessRow["because"]): string {
  const name = sid === undefined || sid === "" ? "" : ` "${printable(sid, 60)}"`;
  const place = line === undefined ? "" : `, line ${line}`;
  const which = policy === "registry" ? " of the registry's policy" : "";
  return `${deny ? `${policy === "before" ? "the Deny that goes: " : "Deny: "}` : ""}statement ${index + 1}${name}${which}${place}`;
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
