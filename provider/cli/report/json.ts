/** Reports as JSON, in one piece or as lines: safe to print in a terminal, and the same values for whoever parses them. */

import { isInvisible } from "../../text/printable.ts";

/** JSON in which control, bidirectional and other invisible characters are escapes; indented, with a line break at the end. */
export function writeJson(value: object): string {
  return `${visible(JSON.stringify(value, undefined, 2))}\n`;
}

/** One object a line. */
export function writeJsonLines(values: readonly object[]): string {
  return values.map((value) => `${visible(JSON.stringify(value))}\n`).join("");
}

/**
 * JSON text with escapes for what nobody sees and for marks of commands in a CI's log. Line breaks are JSON's own here: those
 * of strings are escapes already. `beyond` writes a character of more than 16 bits.
 */
export function visible(json: string, beyond = pairOf): string {
  return json.replace(/##(?=\w*\[)/g, "#\\u0023").replace(/[^\n\x20-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (!isInvisible(code)) return character;
    return code > 0xffff ? beyond(code) : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

function pairOf(code: number): string {
  const units = String.fromCodePoint(code).split("");
  return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
