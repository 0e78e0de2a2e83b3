/** Small phrases of review reports. */

import { countFates, type Fate, fates, type LedgerEntry } from "../../../review/ledger.ts";
import type { ReviewChange, ReviewFinding } from "../../../review/report.ts";
import type { Inline, Span } from "../../report/document.ts";
import { numbered } from "../../report/statements.ts";

/** `1 error`, `2 errors`. */
export function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
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

/**
 * What is found, with the part that it is about: `imageTagMutability lets every tag be moved`. What is said of a whole
 * statement is a sentence of its own: `Statement 1: any AWS account can pull`.
 */
export function sentenceOf({ path, message }: Pick<ReviewFinding, "path" | "message">): string {
  return path === "" ? message : `${numbered(path)}${joint(path)}${message}`;
}

/** The same for documents, with the part as code. */
export function saying({ path, message }: Pick<ReviewFinding, "path" | "message">): (string | Span)[] {
  return path === "" ? [message] : [{ text: numbered(path), code: true }, `${joint(path)}${message}`];
}

function joint(path: string): string {
  return /(^|\.)Statement(\[\d+\])?$/.test(path) ? ": " : " ";
}

/** What a change is about: its file, where the name of the repository cannot be known. */
export function nameOf({ name, file, unnamed }: Pick<ReviewChange, "name" | "file" | "unnamed">): string {
  return unnamed ? (file ?? name) : name;
}

/** The repository of a row of access: its name, or whose policy is in the file. */
export function repositoryOf(name: string, file: string | undefined): Inline {
  return file === undefined ? name : ["the repository of ", { text: file, code: true }];
}
