/** Patterns over characters, and whether they match a text. Without a regular expression: they come from outside. */

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

/** Texts that any of the patterns matches. */
export type Union = readonly Pattern[];

const anything: Token = { star: true };
const anyOne: Token = { star: false };

/** Any text. */
export const anyPattern: Pattern = [anything];

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

const compiled = new WeakMap<Pattern, Nodes>();

export function matchesPattern(pattern: Pattern, text: string): boolean {
  const nodes = compiled.get(pattern) ?? nodesOf([pattern]);
  compiled.set(pattern, nodes);
  let places = closure(nodes, nodes.starts);
  for (const character of text) {
    places = step(nodes, places, character);
    if (places.length === 0) return false;
  }
  return places.includes(end);
}

function accepts({ only, fold, among, not }: Token, character: string): boolean {
  if (only !== undefined) return fold ? only.toLowerCase() === character.toLowerCase() : only === character;
  if (among !== undefined) return among.includes(character);
  return not === undefined || not !== character;
}

/**
 * Patterns as a tree of what is still to be matched: patterns that end alike share their ends, so that a list of patterns
 * has no more places than it has different ends.
 */
export interface Nodes {
  readonly tokens: readonly Token[];
  readonly next: readonly number[];
  /** The nearest place further on that is a star for any text; -1 without one. */
  readonly star: readonly number[];
  /** Matches whatever comes; -1 without such a place. */
  readonly anything: number;
  readonly starts: readonly number[];
}

/** The place behind the last token. */
export const end = 0;

export function nodesOf(union: Union): Nodes {
  const tokens: Token[] = [{ star: false, among: "" }];
  const next = [end];
  const star = [-1];
  const ids = new Map<string, number>();
  let whole = -1;
  const starts = union.map((pattern) => {
    let place = end;
    for (let at = pattern.length - 1; at >= 0; at--) {
      const token = pattern[at] ?? anyOne;
      const key = `${place} ${token.star} ${token.only ?? ""} ${token.fold ?? ""} ${token.among ?? ""} ${token.not ?? ""}`;
      let id = ids.get(key);
      if (id === undefined) {
        id = tokens.push(token) - 1;
        next.push(place);
        star.push(isFree(tokens[place]) ? place : (star[place] ?? -1));
        ids.set(key, id);
        if (place === end && isFree(token)) whole = id;
      }
      place = id;
    }
    return place;
  });
  return { tokens, next, star, anything: whole, starts };
}

function isFree(token: Token | undefined): boolean {
  return token?.star === true && token.only === undefined && token.among === undefined && token.not === undefined;
}

/**
 * Places that are reached without a character, because a star may stand for none; sorted. A place is left out where a star
 * further on in the same pattern is reached as well: it matches all that the place does.
 */
export function closure({ tokens, next, star, anything: whole }: Nodes, places: readonly number[]): number[] {
  const reached = new Set<number>();
  for (const place of places) {
    let at = place;
    while (!reached.has(at)) {
      reached.add(at);
      if (!tokens[at]?.star) break;
      at = next[at] ?? end;
    }
  }
  if (reached.has(whole)) return [end, whole];
  if (reached.size === 1) return [...reached];
  const kept = [...reached].filter((place) => {
    for (let later = star[place] ?? -1; later >= 0; later = star[later] ?? -1) if (reached.has(later)) return false;
    return true;
  });
  return kept.sort((a, b) => a - b);
}

export function step(nodes: Nodes, places: readonly number[], character: string): number[] {
  const found: number[] = [];
  for (const place of places) {
    const token = nodes.tokens[place];
    if (token && accepts(token, character)) found.push(token.star ? place : (nodes.next[place] ?? end));
  }
  return closure(nodes, found);
}
