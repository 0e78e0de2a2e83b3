/** Documents as one HTML file: no script, nothing from elsewhere, everything from outside escaped. */

import { printable } from "../../define/printable.ts";
import { type Block, type Document, type Inline, spansOf } from "./document.ts";
import { style } from "./style.ts";

/** Text that is HTML already. Only `html` makes it. */
export interface Html {
  readonly html: string;
}

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

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return printable(text, Number.POSITIVE_INFINITY).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A whole page. */
export function writeHtml(document: Document): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${document.title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<main>
<header>
<h1>${document.title}</h1>
<p class="verdict ${document.tone}">${document.verdict}</p>
</header>
${document.blocks.map(block)}
</main>
</body>
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
    case "picture":
      return html`<figure>
${item.svg}
<figcaption>${item.caption}</figcaption>
</figure>
`;
    case "table":
      return item.most !== undefined && item.rows.length > item.most
        ? html`<details><summary>Show ${item.rows.length} rows</summary>
${table(item)}</details>
`
        : table(item);
  }
}

function table({ columns, rows }: Extract<Block, { kind: "table" }>): Html {
  return html`<div class="table"><table>
<thead><tr>${columns.map((column) => html`<th>${column}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>
`,
)}</tbody>
</table></div>
`;
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
