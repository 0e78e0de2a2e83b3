/** Formats of reports: whatever text comes from outside, it stays text. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import type { Document } from "../../provider/cli/report/document.ts";
import { html, writeHtml } from "../../provider/cli/report/formats/html.ts";
import { escapeMarkdown, writeMarkdown } from "../../provider/cli/report/formats/markdown.ts";
import { wrap, writeText } from "../../provider/cli/report/formats/text.ts";
import { runs } from "../harness/runs.ts";

interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

const parse = (markdown: string) =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node;
const shape = ({ type, children }: Node): unknown =>
  children && type !== "paragraph" && type !== "tableCell" && type !== "heading"
    ? [type, ...children.map(shape)]
    : type;
const kinds = (node: Node): string[] => [node.type, ...(node.children ?? []).flatMap(kinds)];
const words = (node: Node): string => node.value ?? (node.children ?? []).map(words).join("");

const nasty = fc.oneof(
  fc.constantFrom(
    "<script>alert(1)</script>",
    "</details><!-- x -->",
    "@octocat and #12 and GH-7",
    "a | b",
    "`code` ``two``",
    "https://evil.example/ www.evil.example a@b.example",
    "[x](javascript:alert(1)) ![](http://x)",
    "# heading",
    "- item",
    "1. item",
    "**bold** _it_ ~~no~~ $x$",
    ":smile: &lt; &#64;octocat",
    "line\r\nbreak",
    "\u001b[31mred\u0007",
    "\u202eevil\u200b",
    "deadbeefcafe0123",
    "---",
    "\\",
  ),
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom("`", "|", "\\", "*", "_", "[", "]", "<", ">", "!", "#", "-", " ", "@", "a", "\n"),
  }),
);

const documentOf = (text: string): Document => ({
  title: `T ${text}`,
  verdict: `V ${text}`,
  tone: "good",
  blocks: [
    { kind: "heading", text: `H ${text}`, count: 1 },
    { kind: "paragraph", text: ["P ", { text, code: true }, text] },
    { kind: "list", items: [`L ${text}`] },
    { kind: "table", columns: ["A", "B"], rows: [[text, { text, code: true, tone: "bad" }]] },
  ],
});

test("Markdown from hostile text has the parts that were written, and no others", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const tree = parse(writeMarkdown(documentOf(text)));
      assert.deepEqual(shape(tree), [
        "root",
        "heading",
        "paragraph",
        "heading",
        "paragraph",
        ["list", ["listItem", "paragraph"]],
        ["table", ["tableRow", "tableCell", "tableCell"], ["tableRow", "tableCell", "tableCell"]],
      ]);
      const allowed = new Set(
        "root heading text paragraph strong inlineCode list listItem table tableRow tableCell".split(" "),
      );
      for (const kind of kinds(tree)) assert.ok(allowed.has(kind), `${kind} from ${JSON.stringify(text)}`);
    }),
    runs,
  );
});

test("nothing in Markdown mentions, refers or links", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const left = words(parse(escapeMarkdown(text)));
      assert.doesNotMatch(left, /@\w|#\d|GH-\d|https?:\/\/|www\.\w|:[\w+-]+:|\b(?!\d{12}\b)[0-9a-f]{7,40}\b/i);
    }),
    runs,
  );
});

test("Markdown says what the text says, but for what is invisible", () => {
  const visible = fc.string({ unit: "grapheme-ascii" }).map((text) => text.trim().replace(/\s+/g, " "));
  fc.assert(
    fc.property(visible, (text) => {
      assert.equal(words(parse(escapeMarkdown(text))).replaceAll("\u2060", ""), text);
    }),
    runs,
  );
});

test("HTML from hostile text has no element, attribute or entity of its own", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const page = writeHtml(documentOf(text));
      const plain = writeHtml(documentOf(""));
      const tags = (written: string) => written.replace(/<style>[\s\S]*<\/style>/, "").match(/<[^>]*>/g);
      assert.deepEqual(tags(page), tags(plain));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      assert.doesNotMatch(page, /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u200b]/);
      assert.equal(html`<b title="${text}"></b>`.html.match(/"/g)?.length, 2);
    }),
    runs,
  );
});

test("a terminal gets no control character from a document, and lines that fit", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const written = writeText(documentOf(text));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      assert.doesNotMatch(written, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u200b]/);
    }),
    runs,
  );
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 5, max: 40 }), (text, width) => {
      const lines = wrap(text, width);
      assert.ok(lines.every((line) => line.length <= width));
      assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
    }),
    runs,
  );
});

test("colors are there for a screen that has them, and end where they began", () => {
  const written = writeText(documentOf("x"), { width: 80, color: true });
  assert.ok(written.includes("\u001b[31mx\u001b[0m"), written);
  const [codes, ends] = ["\u001b[", "\u001b[0m"].map((part) => written.split(part).length - 1);
  assert.equal(codes, 2 * (ends ?? 0));
});

test("long tables are cut where room is short, which is said, and folded where it is not", () => {
  const rows = Array.from({ length: 120 }, (_, index) => [`row ${index}`]);
  const document: Document = {
    title: "T",
    verdict: "V",
    tone: "good",
    blocks: [{ kind: "table", columns: ["A"], rows, most: 10 }],
  };
  assert.match(writeText(document), /row 9\n {2}… and 110 more/);
  assert.match(writeMarkdown(document), /row 9 \|\n\n… and 110 more/);
  const page = writeHtml(document);
  assert.match(page, /<details><summary>Show 120 rows/);
  assert.match(page, /row 119/);
});
