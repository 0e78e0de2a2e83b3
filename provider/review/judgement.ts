/** Findings before the configuration has its say, and how rules and validators make them. */

import type { Witness } from "../policy/access/rows.ts";
import type { Finding, Level } from "../text/finding.ts";
import type { Position } from "../text/json.ts";
import type { Path } from "../text/path.ts";
import type { Found, Rule, Targets } from "./rule/rule.ts";
import { ruleOf, rules } from "./rules/index.ts";

/** A finding before the configuration has its say. */
export interface Judgement {
  readonly ruleId: string;
  readonly level: Level;
  /** In the resource, to find its place; and as it is told, inside the document. */
  readonly place: Path;
  readonly path: Path;
  readonly message: string;
  /** Where it is known beside the path: in the file, or inside the text of the document. */
  readonly position?: Partial<Position>;
  readonly inText?: Position;
  /** What it is about in meaning. */
  readonly key: string;
  /** AWS would refuse the document. */
  readonly invalid: boolean;
  readonly witness?: Witness;
}

/** Findings of a validator; the rule that they belong to says more about them. */
export function stated(findings: readonly Finding[], property: string | undefined): Judgement[] {
  return findings.map(({ ruleId, level, path, message, line, column = 1 }) => {
    // A path leads to its place by itself; what is wrong with the text has none.
    const inText = path.length === 0 && line !== undefined ? { inText: { line, column } } : {};
    return under(
      { ruleId, level, place: path, path, message, key: message, invalid: level === "error", ...inText },
      property,
    );
  });
}

export function run<On extends keyof Targets>(on: On, target: Targets[On], property: string | undefined): Judgement[] {
  return rules.flatMap((rule) =>
    ((rule[on] as ((target: Targets[On]) => Found[]) | undefined)?.(target) ?? []).map((found) =>
      under(judgementOf(rule, found), property),
    ),
  );
}

function judgementOf({ id, level }: Rule, found: Found): Judgement {
  const { path, message, witness } = found;
  return {
    ruleId: id,
    level: found.level ?? level,
    place: path,
    path,
    message,
    key: found.key ?? message,
    invalid: false,
    ...(witness ? { witness } : {}),
  };
}

export function under(judgement: Judgement, property: string | undefined): Judgement {
  return property === undefined ? judgement : { ...judgement, place: [property, ...judgement.path] };
}

/** What a rule says to do. */
export function fixOf(ruleId: string): string {
  return ruleOf(ruleId)?.fix ?? "";
}
