/** Which statement of one policy became which of another. */

import { sortedJson } from "../../text/sorted-json.ts";
import type { CanonicalPolicy } from "./normalize.ts";

type Pair = readonly [CanonicalPolicy | undefined, CanonicalPolicy | undefined];

/** With less in common, a statement is another one. */
const leastSimilarity = 0.3;
/** Beyond this many statements they are matched by Sid only: comparing each with each would take too long. */
const mostCompared = 200;

/** Equal statements first, then those of the same Sid, then the most similar ones; the rest stays single. */
export function matchStatements(before: readonly CanonicalPolicy[], after: readonly CanonicalPolicy[]): Pair[] {
  const matched = new Map<CanonicalPolicy, CanonicalPolicy>();
  const taken = new Set<CanonicalPolicy>();
  const take = (a: CanonicalPolicy, b: CanonicalPolicy) => {
    matched.set(a, b);
    taken.add(b);
  };
  for (const key of [sortedJson, ({ Sid: sid }: CanonicalPolicy) => (typeof sid === "string" ? sid : undefined)]) {
    const waiting = new Map<string, CanonicalPolicy[]>();
    for (const b of after) {
      const found = taken.has(b) ? undefined : key(b);
      if (found === undefined) continue;
      const same = waiting.get(found);
      if (same) same.push(b);
      else waiting.set(found, [b]);
    }
    for (const a of before) {
      const b = matched.has(a) ? undefined : waiting.get(key(a) ?? "\u0000")?.shift();
      if (b) take(a, b);
    }
  }
  const olds = before.filter((a) => !matched.has(a));
  const news = after.filter((b) => !taken.has(b));
  if (olds.length <= mostCompared && news.length <= mostCompared) {
    for (const { a, b } of candidates(olds, news)) if (!matched.has(a) && !taken.has(b)) take(a, b);
  }
  return [
    ...before.map((a): Pair => [a, matched.get(a)]),
    ...after.filter((b) => !taken.has(b)).map((b): Pair => [undefined, b]),
  ];
}

function candidates(olds: readonly CanonicalPolicy[], news: readonly CanonicalPolicy[]) {
  const leaves = new Map([...olds, ...news].map((statement) => [statement, leavesOf(statement)]));
  return olds
    .flatMap((a) => news.map((b) => ({ a, b, similarity: similarity(leaves.get(a), leaves.get(b)) })))
    .filter(({ similarity }) => similarity >= leastSimilarity)
    .sort((x, y) => y.similarity - x.similarity);
}

/** What a statement says, one fact each, without its name. */
function leavesOf(statement: CanonicalPolicy): Set<string> {
  const leaves = new Set<string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) walk(member, Array.isArray(value) ? path : `${path}.${name}`);
    } else leaves.add(`${path}=${String(value)}`);
  };
  for (const [element, value] of Object.entries(statement)) if (element !== "Sid") walk(value, element);
  return leaves;
}

/** The share of what both say in what either says. */
function similarity(left: ReadonlySet<string> = new Set(), right: ReadonlySet<string> = new Set()): number {
  let shared = 0;
  for (const leaf of left) if (right.has(leaf)) shared++;
  return shared / Math.max(1, left.size + right.size - shared);
}
