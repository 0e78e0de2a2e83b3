/** What a check of a document says, in the words of SARIF. Shared by Check, review and drift. */

import type { Path } from "./path.ts";

export type Level = "error" | "warning" | "note";

/** Where something is written. What has no text of its own, such as a step of a preview, has no file. */
export interface Location {
  /** Path in the repository or as given on the command line, `/` between parts. */
  readonly file?: string;
  /** 1-based, in the file or in the text that was given; absent where it was given as an object. */
  readonly line?: number;
  readonly column?: number;
}

/** The one type of what is found. Reports, which are JSON, have the path as text. */
export interface Finding<Where = Path> extends Location {
  readonly ruleId: string;
  readonly level: Level;
  /** Inside the document or the resource, such as `Statement[0].Action`; empty for the whole. */
  readonly path: Where;
  /** A sentence for people, in which no code looks anything up. */
  readonly message: string;
  /** What it is about beside its place, for code: the finding is another one once this is another. */
  readonly data?: unknown;
  /** Who says so. */
  readonly source?: string;
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
