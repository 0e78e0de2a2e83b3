/** Reports as JSON, in one piece or as lines: safe to print in a terminal, and the same values for whoever parses them. */

import { visible } from "../../text/printable.ts";

/** JSON in which control, bidirectional and other invisible characters are escapes; indented, with a line break at the end. */
export function writeJson(value: object): string {
  return `${visible(JSON.stringify(value, undefined, 2))}\n`;
}

/** One object a line. */
export function writeJsonLines(values: readonly object[]): string {
  return values.map((value) => `${visible(JSON.stringify(value))}\n`).join("");
}
