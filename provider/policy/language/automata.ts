/**
 * Sets of texts, as patterns over characters, and their combinations: which of several patterns can match one and the same
 * text, with a shortest text for each combination. Exact, and without a regular expression: the patterns come from outside.
 */

import { type Budget, spend } from "./budget.ts";
import { closure, end, literalPattern, matchesPattern, nodesOf, type Pattern, step, type Union } from "./patterns.ts";

/** A union whose states are made when they are reached. State -1 matches nothing any more. */
interface Automaton {
  /** By the character's place in the alphabet. */
  next(state: number, character: number): number;
  isAccepting(state: number): boolean;
}

function automaton(union: Union, alphabet: readonly string[], budget: Budget): Automaton {
  const nodes = nodesOf(union);
  const sets: number[][] = [closure(nodes, nodes.starts)];
  const ids = new Map<string, number>([[String(sets[0]), 0]]);
  const moves: (number | undefined)[][] = [[]];
  return {
    next(state, character) {
      if (state < 0) return -1;
      const known = moves[state]?.[character];
      if (known !== undefined) return known;
      const from = sets[state] ?? [];
      spend(budget, 3 + 6 * from.length);
      const places = step(nodes, from, alphabet[character] ?? "");
      let id = places.length === 0 ? -1 : ids.get(String(places));
      if (id === undefined) {
        id = sets.push(places) - 1;
        ids.set(String(places), id);
        moves.push([]);
      }
      const made = moves[state];
      if (made) made[character] = id;
      return id;
    },
    isAccepting: (state) => state >= 0 && sets[state]?.[0] === end,
  };
}

const pleasant = "xyzkqjw0123456789abcdefghilmnoprstuv-_/.ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** One character for each way in which the patterns can tell characters apart. */
function alphabetOf(patterns: readonly Pattern[]): string[] {
  const told = new Set<string>();
  const sets = new Set<string>();
  for (const { only, fold, among, not } of patterns.flat()) {
    if (only !== undefined)
      for (const letter of fold ? [only.toLowerCase(), only.toUpperCase()] : [only]) told.add(letter);
    if (not !== undefined) told.add(not);
    if (among !== undefined) sets.add(among);
  }
  const chosen = new Map<string, string>();
  const belongs = (character: string) => [...sets].map((set) => (set.includes(character) ? 1 : 0)).join("");
  const offer = (character: string) => {
    if (told.has(character)) return;
    const key = belongs(character);
    if (!chosen.has(key)) chosen.set(key, character);
  };
  for (const character of pleasant) offer(character);
  for (const set of sets) for (const character of set) offer(character);
  for (let code = 0xe0; !chosen.has("0".repeat(sets.size)); code++) offer(String.fromCodePoint(code));
  return [...chosen.values(), ...told];
}

/**
 * For each combination of unions that some text of `domain` belongs to, a shortest such text that is none of `excluded`.
 * Combinations that only excluded texts have are left out.
 */
export function representatives(
  unions: readonly Union[],
  domain: Union,
  excluded: ReadonlySet<string>,
  budget: Budget,
): string[] {
  const avoided: Pattern[] = [];
  for (;;) {
    const found = walk(avoided.length === 0 ? unions : [...unions, avoided], domain, budget);
    const hits = found.filter((text) => excluded.has(text));
    const added = hits.filter((text) => !avoided.some((pattern) => matchesPattern(pattern, text)));
    if (added.length === 0) return found.filter((text) => !excluded.has(text));
    avoided.push(...added.map((text) => literalPattern(text)));
  }
}

interface Place {
  readonly states: readonly number[];
  readonly text: string;
}

/** Breadth first through all unions at once. */
function walk(unions: readonly Union[], domain: Union, budget: Budget): string[] {
  const alphabet = alphabetOf([...domain, ...unions.flat()]);
  const machines = [domain, ...unions].map((union) => automaton(union, alphabet, budget));
  const seen = new Set<string>();
  const found = new Map<string, string>();
  let layer: Place[] = [{ states: machines.map(() => 0), text: "" }];
  while (layer.length > 0) {
    const next: Place[] = [];
    for (const { states, text } of layer) {
      spend(budget, 5 + alphabet.length);
      if (machines[0]?.isAccepting(states[0] ?? -1)) {
        const combination = machines
          .map((machine, index) => (machine.isAccepting(states[index] ?? -1) ? 1 : 0))
          .join("");
        if (!found.has(combination)) found.set(combination, text);
      }
      for (const [at, character] of alphabet.entries()) {
        const first = machines[0]?.next(states[0] ?? -1, at) ?? -1;
        if (first === -1) continue;
        spend(budget, 2 * machines.length);
        const moved = machines.map((machine, index) => (index === 0 ? first : machine.next(states[index] ?? -1, at)));
        const key = moved.join(",");
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ states: moved, text: text + character });
      }
    }
    layer = next;
  }
  return [...found.values()];
}
