/**
 * Sets of texts, as patterns over characters, and their combinations: which of several patterns can match one and the same
 * text, with a shortest text for each combination. Exact, and without a regular expression: the patterns come from outside.
 */

/** One character of a pattern, or any number of them. */
export interface Token {
  readonly star: boolean;
  /** Exactly this character; with `fold`, in either letter case. */
  readonly only?: string;
  readonly fold?: boolean;
  /** One of these characters. */
  readonly among?: string;
  /** Any character but this one. */
  readonly not?: string;
}

export type Pattern = readonly Token[];

/** How much may be looked at in all; counted down, and at 0 the answer is "undecided". */
export interface Budget {
  states: number;
  readonly deadline: number;
}

/** Thrown when a budget is used up; only `compare` catches it. */
export class TooMuch extends Error {}

/** Takes one from a budget. */
export function spend(budget: Budget): void {
  if (--budget.states < 0 || ((budget.states & 255) === 0 && performance.now() > budget.deadline)) throw new TooMuch();
}

const anything: Token = { star: true };
const anyOne: Token = { star: false };

/** IAM's wildcards: `*` any characters, `?` one. */
export function globPattern(text: string, fold = false): Pattern {
  return [...text].map((character) =>
    character === "*" ? anything : character === "?" ? anyOne : { star: false, only: character, fold },
  );
}

/** Exactly this text. */
export function literalPattern(text: string, fold = false): Pattern {
  return [...text].map((character) => ({ star: false, only: character, fold }));
}

/** An ARN, of which each of the first five parts is matched for itself; undefined for what has fewer than six parts. */
export function arnPattern(text: string): Pattern | undefined {
  const parts = text.split(":");
  if (parts.length < 6) return undefined;
  const within = parts
    .slice(0, 5)
    .flatMap((part) => [
      ...globPattern(part).map((token) => (token.only === undefined ? { ...token, not: ":" } : token)),
      { star: false, only: ":" },
    ]);
  return [...within, ...globPattern(parts.slice(5).join(":"))];
}

export function matchesPattern(pattern: Pattern, text: string): boolean {
  let positions = closure(pattern, [0]);
  for (const character of text) {
    positions = step(pattern, positions, character);
    if (positions.length === 0) return false;
  }
  return positions.includes(pattern.length);
}

function accepts({ only, fold, among, not }: Token, character: string): boolean {
  if (only !== undefined) return fold ? only.toLowerCase() === character.toLowerCase() : only === character;
  if (among !== undefined) return among.includes(character);
  return not === undefined || not !== character;
}

/** Positions that are reached without a character, because a star may stand for none. Sorted. */
function closure(pattern: Pattern, positions: readonly number[]): number[] {
  const reached = new Set<number>();
  for (const position of positions) {
    let at = position;
    reached.add(at);
    while (pattern[at]?.star) reached.add(++at);
  }
  return [...reached].sort((a, b) => a - b);
}

function step(pattern: Pattern, positions: readonly number[], character: string): number[] {
  const next: number[] = [];
  for (const position of positions) {
    const token = pattern[position];
    if (token && accepts(token, character)) next.push(token.star ? position : position + 1);
  }
  return closure(pattern, next);
}

/** A pattern whose states are made when they are reached. State -1 matches nothing any more. */
interface Automaton {
  next(state: number, character: string): number;
  isAccepting(state: number): boolean;
}

function automaton(pattern: Pattern): Automaton {
  const sets: number[][] = [closure(pattern, [0])];
  const ids = new Map<string, number>([[String(sets[0]), 0]]);
  const moves: Map<string, number>[] = [new Map()];
  return {
    next(state, character) {
      if (state < 0) return -1;
      const known = moves[state]?.get(character);
      if (known !== undefined) return known;
      const positions = step(pattern, sets[state] ?? [], character);
      let id = positions.length === 0 ? -1 : ids.get(String(positions));
      if (id === undefined) {
        id = sets.push(positions) - 1;
        ids.set(String(positions), id);
        moves.push(new Map());
      }
      moves[state]?.set(character, id);
      return id;
    },
    isAccepting: (state) => state >= 0 && (sets[state]?.includes(pattern.length) ?? false),
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
 * For each combination of patterns that some text of `domain` matches, a shortest such text that is none of `excluded`.
 * Combinations that only excluded texts have are left out.
 */
export function representatives(
  patterns: readonly Pattern[],
  domain: Pattern,
  excluded: ReadonlySet<string>,
  budget: Budget,
): string[] {
  const avoided: string[] = [];
  for (;;) {
    const found = walk([...patterns, ...avoided.map((text) => literalPattern(text))], domain, budget);
    const hits = found.filter((text) => excluded.has(text) && !avoided.includes(text));
    if (hits.length === 0) return found.filter((text) => !excluded.has(text));
    avoided.push(...hits);
  }
}

interface Place {
  readonly states: readonly number[];
  readonly text: string;
}

/** Breadth first through all patterns at once. */
function walk(patterns: readonly Pattern[], domain: Pattern, budget: Budget): string[] {
  const machines = [domain, ...patterns].map(automaton);
  const alphabet = alphabetOf([domain, ...patterns]);
  const seen = new Set<string>();
  const found = new Map<string, string>();
  let layer: Place[] = [{ states: machines.map(() => 0), text: "" }];
  while (layer.length > 0) {
    const next: Place[] = [];
    for (const { states, text } of layer) {
      spend(budget);
      if (machines[0]?.isAccepting(states[0] ?? -1)) {
        const combination = machines
          .map((machine, index) => (machine.isAccepting(states[index] ?? -1) ? 1 : 0))
          .join("");
        if (!found.has(combination)) found.set(combination, text);
      }
      for (const character of alphabet) {
        const moved = machines.map((machine, index) => machine.next(states[index] ?? -1, character));
        if (moved[0] === -1) continue;
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
