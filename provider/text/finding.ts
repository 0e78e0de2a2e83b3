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

/** One kind of finding: the tables of these are the only place where levels and sources are written. */
export interface Fault {
  readonly ruleId: string;
  readonly level: Level;
  /** The condition under which it is reported, as docs/rules.md lists it. */
  readonly when: string;
  /** Who says so. */
  readonly source: string;
}
