/** Documents as GitHub-flavoured Markdown, for comments and job summaries; text from outside cannot become markup. */

import { printable, withoutCommands } from "../../../text/printable.ts";
import { type Block, type Document, type Inline, spansOf } from "../document.ts";
import { entities } from "./html.ts";

/** Invisible, and no part of a word: it parts what would be a mention, a reference or a link. */
const apart = "\u2060";

/**
 * Text for a paragraph or a table cell. Markup, HTML and pipes are escaped; mentions, references to issues and commits,
 * emoji and links are broken with an invisible character, since sites look for them in what is left after Markdown;
 * line breaks become spaces.
 */
export function escapeMarkdown(text: string): string {
  const line = printable(text.replace(/\s+/g, " "), Number.POSITIVE_INFINITY)
    .replace(/[\\`*_{}[\]<>()#!|~&$^]/g, "\\$&")
    .replace(
      /^(\s*)([-+=]|\d+[.)])/,
      (_, space: string, mark: string) => `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}`,
    );
  return unlinked(line);
}

/**
 * Text in which sites find no mention, reference, emoji or link. GitLab has more marks of references, and commands that
 * start a line with a slash. Twelve decimal digits are an account, to be copied, and stay.
 */
function unlinked(text: string): string {
  return text
    .replace(/@|\\?[#!%~$&](?=\w)|\bGH-(?=\d)|^\s*\//gi, `$&${apart}`)
    .replace(/:(?=\/\/|[\w+-]+:)/g, `:${apart}`)
    .replace(/\b(?:mailto|xmpp):/gi, (scheme) => `${scheme.slice(0, -1)}${apart}:`)
    .replace(/\bwww\./gi, (start) => `${start.slice(0, 3)}${apart}.`)
    .replace(/\b(?!\d{12}\b)[0-9a-f]{7,}\b/gi, (digits) => digits.replace(/.{6}(?=.)/g, `$&${apart}`));
}

/**
 * Text as code, to be copied as it is: in a fence of backticks longer than any run of them inside. No code in a table can
 * hold a pipe, so text with one is not given here.
 */
function markdownCode(text: string): string {
  const content = withoutCommands(printable(text.replace(/\s+/g, " "), Number.POSITIVE_INFINITY));
  if (content.trim() === "") return "";
  const fence = "`".repeat(longestRun(content) + 1);
  const pad = content.startsWith("`") || content.endsWith("`") ? " " : "";
  return `${fence}${pad}${content}${pad}${fence}`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** Where room is short, tables that do not say otherwise have at most so many rows. */
const mostRows = 100;

export interface Room {
  /** In UTF-16 units, for the whole text. */
  readonly characters: number;
}

/**
 * A whole document, the verdict first. Where it would be longer than the room, folds are left out as wholes, the last ones
 * first, then tables and lists become shorter, and it says so; nothing is cut in the middle.
 */
export function writeMarkdown(document: Document, room: Room = { characters: Number.POSITIVE_INFINITY }): string {
  const head = `## ${escapeMarkdown(document.title)}\n\n**${inline(document.verdict)}**\n`;
  const note = (text: string) => `*${text}: there is no room for more here, the report has all of it.*\n`;
  const folds = document.blocks.filter(({ kind }) => kind === "fold").map((item) => block(item, mostRows));
  for (let most = mostRows; ; most = Math.floor(most / 2)) {
    const parts = document.blocks.map((item) => (item.kind === "fold" ? undefined : block(item, most)));
    const shown = parts.filter((part) => part !== undefined).filter((part) => part !== "");
    const shortened = most < mostRows ? [note("Tables and lists are shortened")] : [];
    let left = room.characters - lengthOf([head, ...shown, ...shortened]) - 200;
    if (left < 0 && most > 0) continue;
    if (left < 0) return `${head}\n${note("Only the verdict is shown")}`.slice(0, Math.max(0, room.characters));
    const kept = folds.map((fold) => {
      const fits = left >= fold.length + 1;
      left = fits ? left - fold.length - 1 : -1;
      return fits ? fold : undefined;
    });
    const dropped = kept.filter((fold) => fold === undefined).length;
    const texts = parts.map((part, index) =>
      document.blocks[index]?.kind === "fold" ? (kept.shift() ?? "") : (part ?? ""),
    );
    const dropping = dropped > 0 ? [note(`${dropped} folded ${dropped === 1 ? "part is" : "parts are"} left out`)] : [];
    return [head, ...texts.filter((text) => text !== ""), ...shortened, ...dropping].join("\n");
  }
}

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length + 1, 0);
}

function block(item: Block, mostOf: number): string {
  switch (item.kind) {
    case "heading":
      return `### ${escapeMarkdown(item.text)}${item.count === undefined ? "" : ` (${item.count})`}\n`;
    case "paragraph":
      return `${inline(item.text)}\n`;
    case "list":
      return shorter(
        item.items.map((entry) => `- ${inline(entry)}`),
        mostOf,
      );
    case "tally":
      return `${item.figures.map(({ label, value }) => `${escapeMarkdown(String(value))} ${escapeMarkdown(label)}`).join(" · ")}\n`;
    case "code":
      return codeBlock(item.text, item.language);
    case "fold": {
      const inner = item.blocks.map((part) => block(part, mostOf)).filter((text) => text !== "");
      return `<details><summary>${entities(unlinked(withoutCommands(printable(item.summary.replace(/\s+/g, " ")))))}</summary>\n\n${inner.join("\n")}\n</details>\n`;
    }
    case "picture":
      return "";
    case "table": {
      const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
      const head = [line(item.columns.map(escapeMarkdown)), line(item.columns.map(() => "---"))];
      const most = Math.min(item.most ?? mostOf, mostOf);
      if (most === 0) return `… and ${item.rows.length} more\n`;
      return shorter(
        item.rows.slice(0, most).map((row) => line(row.map(inline))),
        most,
        item.rows.length,
        head,
      );
    }
  }
}

/** The first lines, and how many there are beside them. */
function shorter(lines: readonly string[], most: number, all = lines.length, head: readonly string[] = []): string {
  const some = lines.slice(0, most);
  const left = all - some.length;
  const text = some.length > 0 ? `${[...head, ...some].join("\n")}\n` : "";
  return `${text}${left > 0 ? `${text === "" ? "" : "\n"}… and ${left} more\n` : ""}`;
}

/** Lines in a fence that none of them can end; what cannot be seen is shown as escapes. */
function codeBlock(text: string, language = ""): string {
  const lines = text.split("\n").map((line) => printable(line, Number.POSITIVE_INFINITY));
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${withoutCommands(lines.join("\n"))}\n${fence}\n`;
}

/** Neighbours that are no code are escaped as one: what is a mention or a link may begin in one and end in the next. */
function inline(text: Inline): string {
  const parts: { text: string; code: boolean }[] = [];
  for (const { text: content, code = false } of spansOf(text)) {
    const isCode = code && !content.includes("|");
    const last = parts.at(-1);
    if (last && !last.code && !isCode) last.text += content;
    else parts.push({ text: content, code: isCode });
  }
  return parts.map((part) => (part.code ? markdownCode(part.text) : escapeMarkdown(part.text))).join("");
}
