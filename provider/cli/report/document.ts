/**
 * What a command has to say, before it has a format: a few kinds of blocks that hold plain text. A command builds one
 * document, and files of `formats/` write it. Nothing in a block is markup: whoever writes a format escapes all of it, so
 * that names, tags and policy text from outside stay text.
 *
 * Lives here: what reports are made of: blocks, findings, JSON, differences of lines.
 * May not live here: any knowledge of policies or images, a single format (`formats/`), files (`shared/`).
 */

import type { Html } from "./markup.ts";

/** How a line or cell is meant; formats without color leave it out. */
export type Tone = "bad" | "warn" | "good" | "quiet";

/** A piece of text; `code` for identifiers that are to be copied as they are. */
export interface Span {
  readonly text: string;
  readonly code?: boolean;
  readonly tone?: Tone;
}

/** Text, a span, or several of them side by side. */
export type Inline = string | Span | readonly (string | Span)[];

export interface Figure {
  readonly label: string;
  readonly value: string | number;
  readonly tone?: Tone;
}

export type Block =
  | { readonly kind: "heading"; readonly text: string; readonly count?: number; readonly tone?: Tone }
  | { readonly kind: "paragraph"; readonly text: Inline; readonly tone?: Tone }
  | { readonly kind: "list"; readonly items: readonly Inline[] }
  /** Figures side by side. */
  | { readonly kind: "tally"; readonly figures: readonly Figure[] }
  /** Lines as they are; of a diff, those that start with `+` and `-` have colors. */
  | { readonly kind: "code"; readonly text: string; readonly language?: "diff" | "json" | "sh" }
  /** What not everybody needs to see. Left out as a whole where there is no room for it, and no part of a terminal's text. */
  | { readonly kind: "fold"; readonly summary: string; readonly blocks: readonly Block[] }
  | {
      readonly kind: "table";
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Inline[])[];
      /** At most so many rows where room is short (terminal, pull-request comment); elsewhere more are folded away. */
      readonly most?: number;
      /** Where there is a pointer: sorted by a click on a column, and narrowed to rows that hold a text. */
      readonly sortable?: boolean;
    }
  /** A picture; formats without pictures leave it out, so nothing may be said by it alone. */
  | { readonly kind: "picture"; readonly svg: Html; readonly caption: string };

export interface Document {
  readonly title: string;
  /** The answer in one line. */
  readonly verdict: Inline;
  readonly tone: Tone;
  readonly blocks: readonly Block[];
}

/** The spans of a piece of text. */
export function spansOf(inline: Inline): readonly Span[] {
  const parts = typeof inline === "string" || !Array.isArray(inline) ? [inline as string | Span] : inline;
  return parts.map((part) => (typeof part === "string" ? { text: part } : part));
}
