/**
 * Patterns with `*`, and what they match: the only matcher of the package. No regular expression is made of a pattern, so
 * a hostile one costs no more than reading it: a match takes time in proportion to the lengths of pattern and text together.
 */

/** A pattern cut at its stars. */
export interface Glob {
  readonly text: string;
  /** What stands before the first `*`, between two and after the last; no tail where there is no `*`. */
  readonly head: string;
  readonly middle: readonly string[];
  readonly tail: string | undefined;
  /** Whether `?` stands for one character; else for itself. */
  readonly hasOne: boolean;
}

/** `*` stands for any characters, everything else for itself. */
export function starGlob(text: string): Glob {
  const [head = "", ...middle] = text.split("*");
  return { text, head, tail: middle.pop(), middle, hasOne: false };
}

/** As IAM matches: `*` stands for any characters, `?` for one. */
export function wildcardGlob(text: string): Glob {
  return { ...starGlob(text), hasOne: text.includes("?") };
}

/** What starts with the text, in which `*` and `?` stand for themselves. */
export function prefixGlob(text: string): Glob {
  return { text, head: text, middle: [], tail: "", hasOne: false };
}

/** Whether the whole of a text matches. Each part is looked for once, from where the one before it ends. */
export function matchesGlob({ head, middle, tail, hasOne }: Glob, text: string): boolean {
  if (!isAt(head, text, 0, hasOne)) return false;
  if (tail === undefined) return text.length === head.length;
  const end = text.length - tail.length;
  if (end < head.length || !isAt(tail, text, end, hasOne)) return false;
  let at = head.length;
  for (const part of middle) {
    const found = hasOne && part.includes("?") ? findWithOnes(part, text, at, end) : find(part, text, at, end);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

/** The same for a pattern of IAM that is used once. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return matchesGlob(wildcardGlob(pattern), text);
}

function isAt(part: string, text: string, at: number, hasOne: boolean): boolean {
  if (!hasOne) return text.startsWith(part, at);
  if (at + part.length > text.length) return false;
  for (let index = 0; index < part.length; index++)
    if (part[index] !== "?" && part[index] !== text[at + index]) return false;
  return true;
}

/** Parts as short as this are found by trying each place. */
const short = 16;

/** Where `part` first stands between two places, or -1; long parts by the algorithm of Knuth, Morris and Pratt. */
function find(part: string, text: string, from: number, end: number): number {
  if (part.length <= short) {
    const found = text.indexOf(part, from);
    return found + part.length > end ? -1 : found;
  }
  if (end - from < part.length) return -1;
  const border = new Int32Array(part.length);
  for (let at = 1, length = 0; at < part.length; at++) {
    while (length > 0 && part[at] !== part[length]) length = border[length - 1] ?? 0;
    if (part[at] === part[length]) length++;
    border[at] = length;
  }
  for (let at = from, length = 0; at < end; at++) {
    while (length > 0 && text[at] !== part[length]) length = border[length - 1] ?? 0;
    if (text[at] === part[length]) length++;
    if (length === part.length) return at + 1 - length;
  }
  return -1;
}

const wordBits = 32;

/** The same for a part with `?`: for each place in it one bit, which says whether the text so far ends in as much of it. */
function findWithOnes(part: string, text: string, from: number, end: number): number {
  if (end - from < part.length) return -1;
  const words = Math.ceil(part.length / wordBits);
  const everywhere = new Int32Array(words);
  const places = new Map<string, Int32Array>();
  for (const [index, sign] of [...Array(part.length).keys()].map((at) => [at, part[at] ?? ""] as const)) {
    const bit = 1 << (index % wordBits);
    const word = Math.floor(index / wordBits);
    if (sign === "?") everywhere[word] = (everywhere[word] ?? 0) | bit;
    else {
      const own = places.get(sign) ?? new Int32Array(words);
      own[word] = (own[word] ?? 0) | bit;
      places.set(sign, own);
    }
  }
  const state = new Int32Array(words);
  const last = 1 << ((part.length - 1) % wordBits);
  for (let at = from; at < end; at++) {
    const own = places.get(text[at] ?? "");
    let carry = 1;
    for (let word = 0; word < words; word++) {
      const before = state[word] ?? 0;
      state[word] = ((before << 1) | carry) & ((everywhere[word] ?? 0) | (own?.[word] ?? 0));
      carry = before >>> (wordBits - 1);
    }
    if (((state[words - 1] ?? 0) & last) !== 0) return at + 1 - part.length;
  }
  return -1;
}
