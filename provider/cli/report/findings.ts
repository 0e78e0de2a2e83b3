/**
 * Findings as the formats of other programs take them (SARIF, annotations, Code Quality, RDFormat), whatever command made
 * them. Everything is plain text; each writer encodes all of it in its format's own way.
 */

import type { Finding, Level } from "../../text/finding.ts";

export interface RuleText {
  readonly id: string;
  /** A few words. */
  readonly title: string;
  /** What it looks at, and what to do about it. */
  readonly description: string;
  readonly fix?: string;
  readonly level: Level;
}

/** A finding of any command, whose message names its path. The file is relative; what is not inside the repository is left out. */
export interface Item extends Omit<Finding, "path"> {
  /** What it is about, such as a URN: the same in every run. */
  readonly subject: string;
  /** Hexadecimal; of the meaning, never of a line. */
  readonly fingerprint: string;
  /** It was there before; undefined when nobody knows. */
  readonly existing?: boolean;
  /** Why somebody has silenced it. */
  readonly suppressed?: string;
}

export interface Findings {
  /** Such as `pulumi-ecr review`. */
  readonly tool: string;
  readonly rules: readonly RuleText[];
  readonly items: readonly Item[];
  /** Why the answer is not whole, each cause once. */
  readonly incomplete: readonly string[];
}

const severity: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };

/** Errors first; otherwise the order stays. */
export function worstFirst<T extends { readonly level: Level }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => severity[a.level] - severity[b.level]);
}

/** The file that stands for what has none. Viewers drop a finding without a file. */
export const nowhere = "Pulumi.yaml";

/**
 * A path inside the repository in its shortest form; undefined for one that is absolute, leads out of it, or looks like
 * a URL or a drive, since readers of reports open what they are told.
 */
export function insidePath(file: string | undefined): string | undefined {
  if (file === undefined || /^([\\/~]|[A-Za-z][\w+.-]*:)/.test(file)) return undefined;
  const parts = file.split(/[\\/]+/).filter((part) => part !== "" && part !== ".");
  return parts.length === 0 || parts.includes("..") ? undefined : parts.join("/");
}
