/** Lines that a CI takes for commands when they appear in a job's log, broken by a space in plain sight. */

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
