/**
 * Documents for a terminal: aligned, wrapped, colored only where that is wanted; no control character from outside.
 *
 * Lives here: one file per format. Each escapes all of the text that it writes.
 * May not live here: a choice of what is reported, and text that other formats do not have.
 */

import { printable, withoutCommands } from "../../../text/printable.ts";
import { type Block, type Document, type Inline, spansOf, type Tone } from "../document.ts";

export interface Screen {
  /** Columns; text is wrapped to them where that is possible. */
  readonly width: number;
  readonly color: boolean;
}

/** A screen for what goes to a file or another program. */
export const plainScreen: Screen = { width: 100, color: false };

/** What a stream can show: `NO_COLOR` and `TERM=dumb` are kept to. */
export function screenOf(stream: { isTTY?: boolean; columns?: number }, environment: NodeJS.ProcessEnv): Screen {
  if (!stream.isTTY) return plainScreen;
  const color = !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  return { width: Math.max(60, Math.min(stream.columns ?? 100, 200)), color };
}

const codes: Readonly<Record<Tone | "bold", string>> = { bad: "31", warn: "33", good: "32", quiet: "2", bold: "1" };

function paint(text: string, tone: Tone | "bold" | undefined, { color }: Screen): string {
  return color && tone && text !== "" ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text;
}

/** A whole document, the verdict first. */
export function writeText(document: Document, screen: Screen = plainScreen): string {
  const head = `${paint(shown(document.title), "bold", screen)}\n${paint(plain(document.verdict), document.tone, screen)}\n`;
  const blocks = document.blocks.map((item) => block(item, screen)).filter((text) => text !== "");
  return withoutCommands([head, ...blocks].join("\n"));
}

function shown(text: string): string {
  return printable(text.replace(/\s+/g, " "), Number.POSITIVE_INFINITY);
}

function plain(inline: Inline): string {
  return spansOf(inline)
    .map(({ text }) => shown(text))
    .join("");
}

function block(item: Block, screen: Screen): string {
  switch (item.kind) {
    case "heading": {
      const text = `${shown(item.text)}${item.count === undefined ? "" : ` (${item.count})`}`;
      return `${paint(paint(text, item.tone, screen), "bold", screen)}\n`;
    }
    case "paragraph":
      return `${wrap(plain(item.text), screen.width)
        .map((line) => paint(line, item.tone, screen))
        .join("\n")}\n`;
    case "list":
      return `${item.items
        .flatMap((entry) =>
          // What is to be copied stays on its line.
          (spansOf(entry).every(({ code }) => code) ? [plain(entry)] : wrap(plain(entry), screen.width - 2)).map(
            (line, index) => `${index === 0 ? "- " : "  "}${line}`,
          ),
        )
        .join("\n")}\n`;
    case "tally":
      return `${item.figures.map(({ label, value, tone }) => paint(`${value} ${label}`, tone, screen)).join("  ")}\n`;
    case "code":
      return `${item.text
        .split("\n")
        .map((line) => `${gap}${paint(printable(line, Number.POSITIVE_INFINITY), codeTone(item, line), screen)}`)
        .join("\n")}\n`;
    case "picture":
    case "fold":
      return "";
    case "table":
      return table(item.columns, item.rows, item.most, screen);
  }
}

function codeTone({ language }: Extract<Block, { kind: "code" }>, line: string): Tone | undefined {
  if (language !== "diff") return undefined;
  return line.startsWith("+") ? "good" : line.startsWith("-") ? "bad" : undefined;
}

const gap = "  ";
/** Only the last column wraps, and never to less than this. */
const narrowest = 30;
const widest = 40;

function table(
  columns: readonly string[],
  rows: readonly (readonly Inline[])[],
  most: number | undefined,
  screen: Screen,
): string {
  const some = rows.slice(0, most);
  const widths = columns.map((name, column) =>
    some.reduce((width, row) => Math.min(widest, Math.max(width, plain(row[column] ?? "").length)), name.length),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, gap.length);
  const last = Math.max(narrowest, screen.width - before);
  const lines = some.flatMap((row) => {
    const cells = columns.map((_, column) => {
      const text = plain(row[column] ?? "");
      return column === columns.length - 1 ? wrap(text, last) : wrap(text, widths[column] ?? widest);
    });
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((cell, column) => {
          const text = cell[line] ?? "";
          const tone = spansOf(row[column] ?? "")[0]?.tone;
          const padding =
            column === columns.length - 1 ? "" : " ".repeat(Math.max(0, (widths[column] ?? 0) - text.length));
          return paint(text, tone, screen) + padding;
        })
        .join(gap)
        .replace(/^/, gap)
        .trimEnd(),
    );
  });
  const left = rows.length - some.length;
  const head =
    gap +
    columns.map((name, column) => name.padEnd(column === columns.length - 1 ? 0 : (widths[column] ?? 0))).join(gap);
  return `${[paint(head.trimEnd(), "quiet", screen), ...lines, ...(left > 0 ? [`${gap}… and ${left} more`] : [])].join("\n")}\n`;
}

/** Lines of at most `width` characters, broken at spaces; a longer word is broken where it must. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    for (; line === "" && word.length > width; word = word.slice(width)) lines.push(word.slice(0, width));
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
