/**
 * What a rule of the review is. A rule has a file of its own, named after it, in `rules/`; it decides by what a policy
 * means, never by how its text looks.
 *
 * Lives here: what a rule is, what it is given, and what it is held against.
 * May not live here: a rule (`../rules/`), reading of files, writing of reports, anything of Pulumi.
 */

import type { Declared } from "../../declared/declared.ts";
import { programFaults } from "../../declared/program/faults.ts";
import { lifecycleFaults } from "../../lifecycle/faults.ts";
import type { LifecycleImage } from "../../lifecycle/images.ts";
import type { Reference, Risk } from "../../lifecycle/risk.ts";
import type { LifecycleDifference } from "../../lifecycle/simulate.ts";
import type { AccessChange } from "../../policy/access/compare.ts";
import type { AccessRow, Witness } from "../../policy/access/rows.ts";
import type { AccessContext } from "../../policy/access/rules/context.ts";
import { abilityAt, abilityWords } from "../../policy/access/sentences.ts";
import { policyFaults } from "../../policy/faults.ts";
import type { PolicyKind, Statement } from "../../policy/language/document.ts";
import type { Fault, Finding, Level } from "../../text/finding.ts";
import type { Path } from "../../text/path.ts";
import type { Expectations } from "./expectations.ts";
import type { Change } from "./subject.ts";

/** What is known beside the resource that is judged. */
export interface Surroundings {
  readonly access: AccessContext;
  readonly expects: Expectations;
  /** All resources that are known on a side, changed or not. */
  readonly before: readonly Declared[];
  readonly after: readonly Declared[];
  /** Whether those are all of the stack, so that what is not among them is not there. */
  readonly isWhole: boolean;
  readonly images?: ReadonlyMap<string, readonly LifecycleImage[]>;
  readonly inUse: readonly Reference[];
  /** The moment of the review, in milliseconds. */
  readonly at: number;
}

/** An access policy as it is after the change, which AWS would take. */
export interface PolicyTarget {
  readonly kind: PolicyKind;
  readonly source: unknown;
  readonly statements: readonly Statement[];
  readonly context: AccessContext;
  /** What it allows, as gains over no policy. */
  readonly access: AccessChange;
  /** Repositories that are created later get a copy. */
  readonly isTemplate: boolean;
  /** Where a statement stands in the document. */
  pathOf(index: number): Path;
}

/** A change of an access policy; an absent side allows nothing. */
export interface PolicyChangeTarget {
  readonly before: unknown;
  readonly after: unknown;
  readonly access: AccessChange;
  /** Where a statement of the document after the change stands. */
  pathOf(index: number): Path;
}

/** A lifecycle policy as it is after the change, which AWS would take. */
export interface LifecycleTarget {
  readonly source: unknown;
  /** What can be said of it without images. */
  readonly analysis: readonly Finding[];
  /** What the change does to the images; absent without images, or when nothing changes. */
  readonly effect?: LifecycleDifference;
  /** Images in use that it takes. */
  readonly risks: readonly Risk[];
  readonly surroundings: Surroundings;
}

/** A resource with its settings, on both sides; unchanged documents are judged as one that is after. */
export interface ResourceTarget extends Change {
  readonly surroundings: Surroundings;
}

export interface Targets {
  readonly policy: PolicyTarget;
  readonly policyChange: PolicyChangeTarget;
  readonly lifecycle: LifecycleTarget;
  readonly resource: ResourceTarget;
}

/** A finding as the check of a rule gives it; the rule adds its id and its level. */
export interface Found extends Pick<Finding, "path" | "message"> {
  /** That of one of the rule's kinds; absent for the first. */
  readonly level?: Level;
  /** What it is about in meaning, for the fingerprint; the message, where this is absent. */
  readonly key?: string;
  readonly witness?: Witness;
}

/** One kind of finding of a rule. */
export interface Kind {
  readonly level: Level;
  /** The condition under which it is reported; absent when the rule has one kind only. */
  readonly when?: string;
  /** Who says that it matters; for an error, that AWS refuses it. */
  readonly source: string;
}

/** What is reported about a rule; its page is generated from it. */
export interface RuleFacts {
  readonly id: string;
  readonly title: string;
  /** That of the first of its kinds. */
  readonly level: Level;
  /** All kinds of findings that the rule can have, the one that it is named after first. */
  readonly kinds: readonly Kind[];
  /** What it looks at. */
  readonly about: string;
  readonly fix: string;
  /** Who else has the check, and where ours differs. */
  readonly others: string;
}

/** What a rule looks at: a function for each kind of target; none for what the validators of documents state alone. */
export type Checks = { readonly [On in keyof Targets]?: (target: Targets[On]) => Found[] };

export type Rule = RuleFacts & Checks;

type Definition = Omit<RuleFacts, "level" | "kinds"> &
  ({ readonly level: Level; readonly source: string } | { readonly kinds: readonly Kind[] }) &
  Checks;

/** A rule from its facts: a level with its source, or kinds of findings with a level and source each. */
export function defineRule(definition: Definition): Rule {
  const kinds: readonly Kind[] = "kinds" in definition ? definition.kinds : [definition];
  return { ...definition, kinds, level: kinds[0]?.level ?? "note" };
}

const stated: readonly Fault[] = [policyFaults, lifecycleFaults, programFaults].flatMap((table) =>
  Object.values<Fault>(table),
);

/** The kinds of findings that validators and analyses state for a rule. */
export function kindsOf(id: string): readonly Fault[] {
  return stated.filter(({ ruleId }) => ruleId === id);
}

/** Rows by the statement that they come from. */
export function byStatement(rows: readonly AccessRow[]): [index: number, rows: AccessRow[]][] {
  const groups = new Map<number, AccessRow[]>();
  for (const row of rows) groups.set(row.because.index, [...(groups.get(row.because.index) ?? []), row]);
  return [...groups];
}

/** `pull, push and use ecr:DescribeImages`; with `place`, `pull from and push to team/api`. */
export function abilities(rows: readonly AccessRow[], place?: string): string {
  const rest = [...new Set(rows.flatMap((row) => ((row.capability ?? row.unknown) ? [] : row.actions)))];
  const parts = [
    ...rows.filter(({ capability, unknown }) => capability !== undefined || unknown !== undefined),
    ...(rest.length > 0 ? [{ actions: [enumerated(rest)] }] : []),
  ];
  return place === undefined
    ? enumerated([...new Set(parts.map(abilityWords))])
    : `${enumerated([...new Set(parts.map(abilityAt))])} ${place}`;
}

const mostWords = 8;

function enumerated(words: readonly string[]): string {
  const shown =
    words.length > mostWords ? [...words.slice(0, mostWords - 1), `${words.length + 1 - mostWords} more`] : words;
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

/** What is found about rows, with a request that shows it. */
export function foundOn(rows: readonly AccessRow[], path: Path, message: string): Found {
  const [row] = rows;
  return { path, message, ...(row ? { witness: row.witness } : {}) };
}

/** Of findings that a validator or analysis states, those of one rule. */
export function statedBy(findings: readonly Finding[], id: string): Found[] {
  return findings.filter(({ ruleId }) => ruleId === id).map(({ path, message, level }) => ({ path, message, level }));
}
