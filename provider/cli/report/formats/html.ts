/**
 * Documents as one HTML file: nothing from elsewhere, everything from outside escaped, and no script but the one for
 * sorting, which the page's own policy names by its hash.
 */

import { createHash } from "node:crypto";

import { printable } from "../../../text/printable.ts";
import { type Block, type Document, type Inline, spansOf } from "../document.ts";
import type { Html } from "../markup.ts";
import { sortingScript } from "../sorting.ts";
import { style } from "../style.ts";

type Part = string | number | Html | readonly Html[] | undefined;

/**
 * HTML from a template: what is put in becomes text, unless it is HTML of this function. Invisible and control
 * characters are shown as escapes.
 *
 * @example html`<b title="${tag}">${tag}</b>`
 */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: pieces.map((piece, index) => piece + written(parts[index])).join("") };
}

function written(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escapeHtml(part);
  return "html" in part ? part.html : part.map(({ html: text }) => text).join("");
}

const named: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for elements and quoted attributes. What the log of a CI would take for a command is written otherwise. */
export function escapeHtml(text: string): string {
  return entities(printable(text, Number.POSITIVE_INFINITY))
    .replace(/^(\s*):(?=:)/, "$1&#58;")
    .replace(/#(?=#\w*\[)/g, "&#35;");
}

/** Text in which nothing is markup any more; what cannot be seen stays. */
export function entities(text: string): string {
  return text.replace(/[&<>"']/g, (character) => named[character] ?? "");
}

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const scriptHash = createHash("sha256").update(sortingScript).digest("base64");

/** A whole page. It has a script only when a table of it is to be sorted. */
export function writeHtml(document: Document): string {
  const isSortable = document.blocks.some(
    ({ kind, ...item }) => kind === "table" && "sortable" in item && item.sortable,
  );
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ html: isSortable ? `${policy}; script-src 'sha256-${scriptHash}'` : entities(policy) }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${document.title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<main>
<header>
<h1>${document.title}</h1>
<p class="verdict ${document.tone}">${inline(document.verdict)}</p>
</header>
${document.blocks.map(block)}
</main>
${isSortable ? { html: `<script>${sortingScript}</script>\n` } : undefined}</body>
</html>
`;
  return page.html;
}

function block(item: Block): Html {
  switch (item.kind) {
    case "heading":
      return html`<h2 class="${item.tone ?? ""}">${item.text}${item.count === undefined ? undefined : html` <small>${item.count}</small>`}</h2>
`;
    case "paragraph":
      return html`<p class="${item.tone ?? ""}">${inline(item.text)}</p>
`;
    case "list":
      return html`<ul>
${item.items.map(
  (entry) => html`<li>${inline(entry)}</li>
`,
)}</ul>
`;
    case "tally":
      return html`<dl class="tally">
${item.figures.map(
  ({ label, value, tone }) => html`<div class="${tone ?? ""}"><dd>${value}</dd><dt>${label}</dt></div>
`,
)}</dl>
`;
    case "code":
      return html`<pre><code>${item.text.split("\n").map((line) => codeLine(line, item.language === "diff"))}</code></pre>
`;
    case "fold":
      return html`<details class="fold"><summary>${item.summary}</summary>
${item.blocks.map(block)}</details>
`;
    case "picture":
      return html`<figure>
${item.svg}
<figcaption>${item.caption}</figcaption>
</figure>
`;
    case "table":
      return item.most !== undefined && item.rows.length > item.most && !item.sortable
        ? html`<details><summary>Show ${item.rows.length} rows</summary>
${table(item)}</details>
`
        : table(item);
  }
}

function codeLine(line: string, isDiff: boolean): Html {
  const kind = isDiff && line.startsWith("+") ? "good" : isDiff && line.startsWith("-") ? "bad" : undefined;
  return kind === undefined
    ? html`${line}
`
    : html`<span class="${kind}">${line}</span>
`;
}

function table({ columns, rows, sortable }: Extract<Block, { kind: "table" }>): Html {
  const head = columns.map((column) =>
    sortable ? html`<th><button type="button">${column}</button></th>` : html`<th>${column}</th>`,
  );
  const classes = ["table", ...(sortable ? ["sortable"] : []), ...(columns.length > 4 ? ["wide"] : [])];
  return html`<div class="${classes.join(" ")}"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr>${row.map((cell) => html`<td>${guardOf(cell)}${inline(cell)}</td>`)}</tr>
`,
)}</tbody>
</table></div>
`;
}

/**
 * Spreadsheets open pages too, and compute what a cell begins with `=`, `+`, `-` or `@`; so such a cell begins with an
 * invisible character.
 */
function guardOf(cell: Inline): Html | undefined {
  return /^\s*[=+\-@]/.test(spansOf(cell)[0]?.text ?? "") ? { html: "&#x2060;" } : undefined;
}

function inline(text: Inline): readonly Html[] {
  return spansOf(text).map(({ text: content, code, tone }) =>
    code
      ? html`<code class="${tone ?? ""}">${content}</code>`
      : tone
        ? html`<span class="${tone}">${content}</span>`
        : html`${content}`,
  );
}
