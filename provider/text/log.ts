/** Text for a log that a terminal or a CI reads along: a CI's commands in it are broken by a space in plain sight. */

import { isInvisible, printable } from "./printable.ts";

/**
 * What makes a command, and what breaks it. GitHub obeys `::command::` at the start of a line, whatever space is before it,
 * and `##[command]` anywhere; Azure obeys `##vso[…]` and TeamCity `##teamcity[…]` anywhere; Buildkite opens and closes
 * groups at `--- `, `+++ `, `~~~ ` and `^^^ `. GitLab's sections need a carriage return and an escape character, which no
 * output has.
 */
const marks: readonly (readonly [RegExp, string])[] = [
  [/^([^\S\n]*):(?=:)/gm, "$1: "],
  [/#(?=#\w*\[)/g, "# "],
  [/^(?=(?:---|\+\+\+|~~~|\^\^\^) )/gm, " "],
];

/** The text without a command of any CI; again the same when it is done twice. */
export function withoutCommands(text: string): string {
  return marks.reduce((so, [mark, broken]) => so.replace(mark, broken), text);
}

/** One character, with what follows where it begins one of the colors of the reports in text. */
const special = /[^\n\x20-\x7e](?:\[(?:[0-2]|3[1-3])m)?/gu;
/** Joins no letters and breaks no line: reports in Markdown keep sites from linking with it. */
const joiner = "\u2060";

/**
 * The text with nothing in it that a terminal or a CI obeys: no command, and control characters other than line breaks as
 * escapes. `withColors` leaves the colors of the reports in text.
 */
export function obeyedByNothing(text: string, withColors = false): string {
  const visible = /^[\n\x20-\x7e]*$/.test(text)
    ? text
    : text.replace(special, (found) => {
        const isColor = withColors && found.startsWith("\u001b[");
        const isSeen = found.startsWith(joiner) || !isInvisible(found.codePointAt(0) ?? 0);
        return isColor || isSeen ? found : printable(found);
      });
  return withoutCommands(visible);
}
