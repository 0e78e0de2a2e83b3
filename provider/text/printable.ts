/** Text from outside made fit to be shown: in a message, in JSON, and in a log that a terminal or a CI reads along. */

/**
 * Text from outside made fit for a message: control, bidirectional and other invisible characters are shown as escapes,
 * and what is longer than `most` characters is cut.
 */
export function printable(text: string, most = 200): string {
  if (text.length <= most && /^[ -~]*$/.test(text)) return text;
  let shown = "";
  for (const character of text) {
    if (shown.length >= most) return `${shown}…`;
    shown += isInvisible(character.codePointAt(0) ?? 0)
      ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
      : character;
  }
  return shown;
}

/** Whether a code point shows nothing by itself, or changes how its neighbors are shown. */
export function isInvisible(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0xad ||
    code === 0x34f ||
    code === 0x61c ||
    code === 0x115f ||
    code === 0x1160 ||
    code === 0x180e ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0x3164 ||
    code === 0xfeff ||
    code === 0xffa0 ||
    (code >= 0xfff9 && code <= 0xfffb) ||
    (code & 0xfffe) === 0xfffe ||
    (code >= 0xe0000 && code <= 0xe0fff)
  );
}

/**
 * JSON text with escapes for what shows nothing by itself and for marks of commands in a CI's log. Line breaks are JSON's own here: those
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
