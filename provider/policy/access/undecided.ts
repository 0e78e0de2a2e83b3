/** What could not be decided: for whom, for which actions, and why. */

import type { Alike } from "./decision/groups.ts";
import type { World } from "./decision/knowledge.ts";
import { principalWords } from "./words.ts";

export interface Undecided {
  readonly principal: string;
  readonly actions: readonly string[];
  /** The keys or unknown values that make it so. */
  readonly reasons: readonly string[];
}

/** Leaves a class of actions of a group open, one entry for each principal. */
export function leftOpen(
  principals: Alike,
  names: readonly string[],
  reasons: readonly string[],
  { context, actions: all }: Pick<World, "context" | "actions">,
): Undecided[] {
  const isNamed = (name: string) => !all.some((action) => action.name === name && action.unknown === "pattern");
  const named = names.filter(isNamed).map((name) => `ecr:${name}`);
  return principals.map((principal) => ({
    principal: principalWords(principal, context, false),
    actions: named.length > 0 ? named : ["an action of ecr: that this version does not know"],
    reasons,
  }));
}

/** One entry for the same reasons; whom it is about is a list. */
export function together(all: readonly Undecided[]): Undecided[] {
  const byReasons = new Map<string, Undecided & { principals: Set<string>; names: Set<string> }>();
  for (const entry of all) {
    const key = entry.reasons.join("\n");
    const known = byReasons.get(key) ?? { ...entry, principals: new Set(), names: new Set() };
    byReasons.set(key, known);
    known.principals.add(entry.principal);
    for (const action of entry.actions) known.names.add(action);
  }
  return [...byReasons.values()].map(({ reasons, principals, names }) => {
    const [shown, rest] = [[...principals].slice(0, 3), Math.max(0, principals.size - 3)];
    return { principal: shown.join(", ") + (rest > 0 ? ` and ${rest} more` : ""), actions: [...names].sort(), reasons };
  });
}
