/** Documents as GitHub-flavoured Markdown, for comments and job summaries; text from outside cannot become markup. */

import { printable } from "../../define/printable.ts";
import { type Block, type Document, type Inline, type Span, spansOf } from "./document.ts";

/** Invisible, and no part of a word: it parts what would be a mention, a reference or a link. */
const apart = "\u2060";

/**
 * Text for a paragraph or a table cell. Markup, HTML and pipes are escaped; mentions, references to issues and commits,
 * emoji and links are broken with an invisible character, since sites look for them in what is left after Markdown;
 * line breaks become spaces.
 */
export function escapeMarkdown(text: string): string {
  return printable(text.replace(/\s+/g, " "), Number.POSITIVE_INFINITY)
    .replace(/[\\`*_{}[\]<>()#!|~&$^]/g, "\\$&")
    .replace(
      /^(\s*)([-+=]|\d+[.)])/,
      (_, space: string, mark: string) => `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}`,
    )
    .replace(/@|\\#|\bGH-(?=\d)/gi, `$&${apart}`)
    .replace(/:(?=\/\/|[\w+-]+:)/g, `:${apart}`)
    .replace(/\bwww\./gi, `www${apart}.`)
    .replace(/\b[0-9a-f]{7,}\b/gi, (digits) => digits.replace(/.{6}(?=.)/g, `$&${apart}`));
}

/**
 * Text as code, to be copied as it is: in a fence of backticks longer than any run of them inside. Text with a pipe, which
 * no code in a table can hold, is not code.
 */
export function markdownCode(text: string): string {
  const content = printable(text.replace(/\s+/g, " "), Number.POSITIVE_INFINITY);
  if (content.trim() === "") return "";
  if (content.includes("|")) return escapeMarkdown(text);
  const longest = Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = content.startsWith("`") || content.endsWith("`") ? " " : "";
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** Where room is short, tables that do not say otherwise have at most so many rows. */
const mostRows = 100;

/** A whole document, the verdict first. */
export function writeMarkdown(document: Document): string {
  const head = `## ${escapeMarkdown(document.title)}\n\n**${escapeMarkdown(document.verdict)}**\n`;
  return [head, ...document.blocks.map(block).filter((text) => text !== "")].join("\n");
}

function block(item: Block): string {
  switch (item.kind) {
    case "heading":
      return `### ${escapeMarkdown(item.text)}${item.count === undefined ? "" : ` (${item.count})`}\n`;
    case "paragraph":
      return `${inline(item.text)}\n`;
    case "list":
      return `${item.items.map((entry) => `- ${inline(entry)}`).join("\n")}\n`;
    case "picture":
      return "";
    case "table": {
      const most = Math.min(item.most ?? mostRows, mostRows);
      const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
      const rows = item.rows.slice(0, most).map((row) => line(row.map(inline)));
      const left = item.rows.length - rows.length;
      const table = [line(item.columns.map(escapeMarkdown)), line(item.columns.map(() => "---")), ...rows];
      return `${table.join("\n")}\n${left > 0 ? `\n… and ${left} more\n` : ""}`;
    }
  }
}

function inline(text: Inline): string {
  return spansOf(text)
    .map(({ text: content, code }: Span) => (code ? markdownCode(content) : escapeMarkdown(content)))
    .join("");
}
