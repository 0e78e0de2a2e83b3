/**
 * What a rule of the review is. A rule has a file of its own, named after it, in `rules/`; it decides by what a policy
 * means, never by how its text looks. What may not live in this folder: reading files, writing reports, anything of Pulumi.
 */

import type { Level } from "../define/finding.ts";
import type { Path } from "../define/path.ts";
import type { AccessChange } from "../policy/access/compare.ts";
import type { AccessContext } from "../policy/access/context.ts";
import type { AccessRow } from "../policy/access/rows.ts";
import type { PolicyKind, Statement } from "../policy/document.ts";

/** A policy and what is known about it. */
export interface Target {
  readonly kind: PolicyKind;
  readonly source: unknown;
  readonly statements: readonly Statement[];
  readonly context: AccessContext;
  /** What it allows, as gains over no policy. */
  readonly access: AccessChange;
  /** Where a statement stands in the document. */
  pathOf(index: number): Path;
}

export interface Found {
  readonly path: Path;
  readonly message: string;
  /** Where it is other than the rule's. */
  readonly level?: Level;
}

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  /** What it looks at. */
  readonly about: string;
  readonly fix: string;
  /** Who says so, or who else checks it. */
  readonly source: string;
  check(target: Target): Found[];
}

/** Types a rule. */
export function defineRule(rule: Rule): Rule {
  return rule;
}

/** Rows by the statement that they come from. */
export function byStatement(rows: readonly AccessRow[]): [index: number, rows: AccessRow[]][] {
  const groups = new Map<number, AccessRow[]>();
  for (const row of rows) groups.set(row.because.index, [...(groups.get(row.because.index) ?? []), row]);
  return [...groups];
}

/** `pull, push and use ecr:DescribeImages`. */
export function abilities(rows: readonly AccessRow[]): string {
  const words = [
    ...new Set(rows.flatMap(({ capability, actions }) => capability ?? actions.map((action) => `use ${action}`))),
  ];
  const shown = words.length > 8 ? [...words.slice(0, 7), `${words.length - 7} more`] : words;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** `, only if …` of rows that agree about it. */
export function onlyIfWords(rows: readonly AccessRow[]): string {
  const conditions = new Set(rows.map(({ onlyIf }) => onlyIf));
  const [first] = conditions;
  if (conditions.size > 1) return ", under conditions";
  return first === undefined ? "" : `, only if ${first}`;
}

/** The different principals of rows, in words. */
export function principalsOf(rows: readonly AccessRow[]): string {
  const words = [...new Set(rows.map(({ principal }) => principal))];
  return words.length > 5 ? `${words.slice(0, 4).join(", ")} and ${words.length - 4} more` : words.join(", ");
}
