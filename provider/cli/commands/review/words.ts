/** Small phrases of review reports. */

import { countFates, type Fate, fates, type LedgerEntry } from "../../../review/ledger.ts";
import type { ReviewChange, ReviewFinding, ReviewReport, Verdict } from "../../../review/report.ts";
import { joint, partInWords } from "../../../text/finding.ts";
import type { Inline, Span } from "../../report/document.ts";

/** `1 error`, `2 errors`. */
export function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

/** A verdict in the words of the reports for people. */
const verdictWords: Readonly<Record<Verdict, string>> = {
  clean: "Passed",
  blocked: "Blocked",
  undecided: "Incomplete",
};

/** `Blocked (1 error, 2 warnings)`, of what is not suppressed. */
export function verdictOf({ verdict, summary }: Pick<ReviewReport, "verdict" | "summary">): string {
  const found = (["error", "warning", "note"] as const).flatMap((level) =>
    summary[level] > 0 ? [count(summary[level], level)] : [],
  );
  return `${verdictWords[verdict]}${found.length > 0 ? ` (${found.join(", ")})` : ""}`;
}

/** What became of a changed path, in words. */
export const fateWords: Readonly<Record<Fate, string>> = {
  judged: "judged",
  irrelevant: "irrelevant",
  "not-read": "not read",
};

/** `12 changed files: 3 judged, 8 irrelevant, 1 not read`. */
export function ledgerLine(ledger: readonly LedgerEntry[]): string {
  const counts = countFates(ledger);
  return `${count(ledger.length, "changed file")}: ${fates.map((fate) => `${counts[fate]} ${fateWords[fate]}`).join(", ")}`;
}

/** `policies/api.json:14`, or the resource where there is no file. */
export function placeOf({ file, line, resource }: Pick<ReviewFinding, "file" | "line" | "resource">): string {
  if (file === undefined) return resource;
  return line === undefined ? file : `${file}:${line}`;
}

/** What is found as a sentence for documents, with the part that it is about as code. */
export function saying({ path, message }: Pick<ReviewFinding, "path" | "message">): (string | Span)[] {
  return path === "" ? [message] : [{ text: partInWords(path), code: true }, `${joint(path)}${message}`];
}

/** What a change is about: its file, where the name of the repository cannot be known. */
export function nameOf({ name, file, unnamed }: Pick<ReviewChange, "name" | "file" | "unnamed">): string {
  return unnamed ? (file ?? name) : name;
}

/** The repository of a row of access: its name, or whose policy is in the file. */
export function repositoryOf(name: string, file: string | undefined): Inline {
  return file === undefined ? name : ["the repository of ", { text: file, code: true }];
}
