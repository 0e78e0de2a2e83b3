import { printable } from "./printable.ts";

/**
 * The candidate that is most like `word`, if one is like enough to be named: letter case does not count, and for every four letters
 * (one at least) one may be missing, added, replaced or swapped with its neighbor. Of candidates that are as near, the first that
 * starts with the same letter wins, because the first letter is the one that is rarely wrong.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined;
  const lower = word.toLowerCase();
  let best: { readonly word: string; readonly distance: number; readonly alike: boolean } | undefined;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const most = Math.max(1, Math.floor(Math.max(lower.length, other.length) / 4));
    const distance = editDistance(lower, other, most + 1);
    if (distance > most) continue;
    const alike = lower[0] === other[0];
    const isBetter = !best || distance < best.distance || (distance === best.distance && alike && !best.alike);
    if (isBetter) best = { word: candidate, distance, alike };
  }
  return best?.word;
}

/** Two slips of the pen are common only in words that are long enough. */
const longWord = 8;

/**
 * The candidate of which `word` is a misspelling for certain, so that it cannot be a newer value: it differs by letter case, by one
 * letter (two in words of eight and more), or in one word between the first and the last. A word with other digits is not one, even
 * if it is near: V3 and AES512 may be what follows V2 and AES256.
 */
export function misspelled(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word, candidates);
  if (near === undefined || digitsOf(near) !== digitsOf(word)) return undefined;
  const most = word.length < longWord ? 1 : 2;
  const isSlip = editDistance(word.toLowerCase(), near.toLowerCase(), most + 1) <= most;
  return isSlip || differInside(wordsOf(word), wordsOf(near)) ? near : undefined;
}

/** `sinceImagePulled` as since, image, pulled. */
function wordsOf(name: string): string[] {
  return name
    .split(/[_-]|(?<=[a-z])(?=[A-Z])/)
    .filter((part) => part !== "")
    .map((part) => part.toLowerCase());
}

function differInside(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length || left.length < 3) return false;
  const different = left.flatMap((part, index) => (part === right[index] ? [] : [index]));
  return different.length === 1 && different[0] !== 0 && different[0] !== left.length - 1;
}

/** What to say of a value that is not among the known ones: an error for a misspelling, else a warning, as it may be newer. */
export function unknownWord(
  word: string,
  known: readonly string[],
): { readonly level: "error" | "warning"; readonly message: string } {
  const near = misspelled(word, known);
  const start = `"${printable(word, 60)}" is not a known value`;
  if (near !== undefined) return { level: "error", message: `${start}; did you mean ${near}?` };
  return {
    level: "warning",
    message: `${start} (${known.join(", ")}); it is sent to AWS unchanged, in case it is newer than this version`,
  };
}

function digitsOf(word: string): string {
  return word.replaceAll(/[^0-9]/g, "");
}

/** Slips from one word to the other (Damerau's distance without overlaps), or `most` when there are at least that many. */
function editDistance(left: string, right: string, most: number): number {
  if (Math.abs(left.length - right.length) >= most) return most;
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const isSwapped = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swapped = isSwapped ? (before[j - 2] ?? most) + 1 : most;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return Math.min(row[right.length] ?? most, most);
}
