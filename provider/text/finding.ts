/** What a check of a document says, in the words of SARIF. Shared by Check, review and drift. */

import type { Path } from "./path.ts";

export type Level = "error" | "warning" | "note";

export interface Finding {
  ruleId: string;
  level: Level;
  message: string;
  /** Path inside the document, such as `Statement[0].Action`. */
  path: Path;
  /** 1-based position in the text as written; absent when the document was written as an object. */
  line?: number;
  column?: number;
  /** Who says so. */
  source?: string;
}

/**
 * A part of a document as people read it, whose statements are numbered from 1: `Statement[0].Action[1]` is `Statement 1, Action`, since
 * entries of a list are named by what is said of them. Paths in JSON and paths of properties stay as they are.
 */
export function partInWords(path: string): string {
  const found = /^(.*\.)?Statement\[(\d+)\](?:\.(.*))?$/.exec(path);
  if (!found) return path;
  const [, lead = "", index, rest] = found;
  const part = rest?.replace(/(\[\d+\])+$/, "");
  return `${lead}Statement ${Number(index) + 1}${part ? `, ${part}` : ""}`;
}

/** What stands between a part and what is said of it: a sentence about a whole statement is one of its own. */
export function joint(path: string): string {
  return /(^|\.)Statement(\[\d+\])?$/.test(path) ? ": " : " ";
}

/**
 * What is found, with the part that it is about: `imageTagMutability lets every tag be moved`. What is said of a whole
 * statement is a sentence of its own: `Statement 1: any AWS account can pull`.
 */
export function sentenceOf({ path, message }: { readonly path: string; readonly message: string }): string {
  return path === "" ? message : `${partInWords(path)}${joint(path)}${message}`;
}

/** One kind of finding: the tables of these are the only place where levels and sources are written. */
export interface Fault {
  readonly ruleId: string;
  readonly level: Level;
  /** The condition under which it is reported, as docs/rules.md lists it. */
  readonly when: string;
  /** Who says so. */
  readonly source: string;
}
