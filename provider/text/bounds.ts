/** How large and how deep text and values from outside may be: the one guard, which looks at them without recursion. */

import { isUnknown } from "./value.ts";

export interface Bounds {
  /** Characters of the text. */
  readonly characters: number;
  /** Lists and objects inside each other. */
  readonly depth: number;
  readonly values: number;
  /** Characters of one text inside. */
  readonly text: number;
}

/** Larger than any document of ECR, and small enough that hostile text costs nothing. */
export const documentBounds: Bounds = { characters: 256 * 1024, depth: 64, values: 200_000, text: Infinity };

/** Of files whose value is kept whole, such as 100,000 images. */
export const fileBounds: Bounds = { characters: 48 << 20, depth: 64, values: 2_000_000, text: Infinity };

/** What is too large about a text, before it is read; it has an offset and not yet a place. */
export interface Flaw {
  /** Goes on from the name of what is wrong: `is nested more than 64 levels deep`. */
  readonly message: string;
  /** Place in the text. */
  readonly at: number;
}

/** What one pass over the characters of JSON text finds, before anything recursive sees them. */
export interface Survey {
  readonly flaw?: Flaw;
  /** Colons outside strings: as many members as objects have. */
  readonly members: number;
  /** The first control character inside a string. */
  readonly controlAt?: number;
}

export function surveyJson(text: string, { characters, depth: most, values: mostValues }: Bounds): Survey {
  let [depth, members, values, inString] = [0, 0, 1, false];
  let controlAt: number | undefined;
  const flawed = (message: string, at: number): Survey => ({ flaw: { message, at }, members });
  if (text.length > characters) return flawed(`has more than ${characters} characters`, 0);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
      else if (code < 0x20) controlAt ??= at;
    } else if (code === 0x22) inString = true;
    else if (code === 0x3a) members++;
    else if (code === 0x2c) values++;
    else if (code === 0x7b || code === 0x5b) {
      values++;
      if (++depth > most) return flawed(tooDeep(most), at);
    } else if (code === 0x7d || code === 0x5d) depth--;
    if (values > mostValues) return flawed(tooMany(mostValues), at);
  }
  return { members, ...(controlAt === undefined ? {} : { controlAt }) };
}

/** What keeps a value from being a JSON document that is not hostile; unknowns are not a flaw. */
export function flawOf(
  value: unknown,
  { depth: most, values: mostValues, text }: Bounds = documentBounds,
): string | undefined {
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  let values = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (++values > mostValues) return tooMany(mostValues);
    if (typeof value === "object" && value !== null) {
      if (depth === most) return tooDeep(most);
      for (const member of Object.values(value)) waiting.push({ value: member, depth: depth + 1 });
    } else if (typeof value === "string") {
      if (!value.isWellFormed()) return "holds half of a surrogate pair, which is no character";
      if (value.length > text) return `holds a text of more than ${text} characters`;
    } else if (["bigint", "function"].includes(typeof value) || (typeof value === "symbol" && !isUnknown(value))) {
      return `holds a ${typeof value}, which JSON does not have`;
    }
  }
  return undefined;
}

/** Whether there are more values in a value than so many. */
export function hasMoreValues(value: unknown, most: number): boolean {
  const waiting: unknown[] = [value];
  for (let count = 1; waiting.length > 0; count++) {
    if (count > most) return true;
    const next = waiting.pop();
    if (typeof next === "object" && next !== null) for (const member of Object.values(next)) waiting.push(member);
  }
  return false;
}

export function tooDeep(most: number): string {
  return `is nested more than ${most} levels deep`;
}

function tooMany(most: number): string {
  return `has more than ${most} values`;
}
