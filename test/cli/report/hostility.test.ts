/**
 * Hostile text in every field of a report, in every format, read back by parsers that are not ours: each finds the parts
 * that harmless text makes, and no others. Long because there is a reader for each format.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { type DefaultTreeAdapterTypes, parse, parseFragment } from "parse5";
import { driftOutput } from "../../../provider/cli/commands/drift/output.ts";
import { reviewOutput } from "../../../provider/cli/commands/review/output.ts";
import { commentBody } from "../../../provider/cli/forge/post.ts";
import { noticeOf } from "../../../provider/cli/notify/notice.ts";
import { eventBridgePayload, slackPayload, webhookPayload } from "../../../provider/cli/notify/payloads.ts";
import { findingsFormats, type SeriesReport, seriesFormats } from "../../../provider/cli/shared/output.ts";
import { isInvisible } from "../../../provider/text/printable.ts";
import { sampleDrift } from "../../harness/drift-report.ts";
import { hostileTexts, withTexts } from "../../harness/hostile.ts";
import { sampleReview } from "../../harness/review-report.ts";

interface Output {
  readonly name: string;
  readonly report: object;
  readonly files: Readonly<Record<string, string>>;
}

/** Both commands with `of` in all fields. */
function outputs(of: (index: number, path: string) => string): Output[] {
  const drift = withTexts(sampleDrift(), of);
  const review = withTexts(sampleReview(), of);
  const notice = noticeOf(drift, []);
  const written = <R>(formats: Readonly<Record<string, (report: R) => string>>, report: R) =>
    Object.fromEntries(Object.entries(formats).map(([name, write]) => [name, write(report)]));
  return [
    {
      name: "drift",
      report: drift,
      files: {
        ...written(seriesFormats, driftOutput(drift) as SeriesReport),
        slack: slackPayload(notice),
        webhook: webhookPayload(notice),
        eventbridge: eventBridgePayload(notice),
      },
    },
    {
      name: "review",
      report: review,
      files: {
        ...written(findingsFormats, reviewOutput(review)),
        comment: commentBody(reviewOutput(review).document("markdown"), "key"),
      },
    },
  ];
}

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

const markdownTree = (text: string) =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node;
const inlines = new Set(["text", "inlineCode", "strong", "emphasis"]);

/** Blocks by type; of inline text only that it is nothing but text. */
function markdownShape({ type, value = "", children }: Node): unknown {
  if (type === "html") return [type, htmlShape(parseFragment(value))];
  if (inlines.has(type)) {
    if (type === "text") assert.doesNotMatch(value, linked, `${JSON.stringify(value)} would be linked`);
    children?.forEach(markdownShape);
    return undefined;
  }
  return [type, ...(children ?? []).map(markdownShape).filter((part) => part !== undefined)];
}

const linked =
  /@\w|[#!%~$&]\d|\bGH-\d|[a-z]+:\/\/|\bwww\.\w|(mailto|xmpp):|:[\w+-]+:|\b(?!\d{12}\b)[0-9a-f]{7,40}\b|^\s*\/\w/i;

type HtmlNode = DefaultTreeAdapterTypes.Node;

/** Elements with their attributes; text only where it is code of ours. */
function htmlShape(node: HtmlNode): unknown {
  assert.notEqual(node.nodeName, "#comment");
  if (node.nodeName === "#text") return undefined;
  const attributes = "attrs" in node ? node.attrs.map(({ name, value }) => `${name}=${value}`) : [];
  const children = "childNodes" in node ? node.childNodes : [];
  const isOurs = node.nodeName === "script" || node.nodeName === "style";
  // How many lines a difference has depends on the text.
  if (node.nodeName === "pre") {
    for (const child of children.flatMap((one) => ("childNodes" in one ? one.childNodes : [])))
      assert.ok(child.nodeName === "#text" || child.nodeName === "span", child.nodeName);
    return ["pre"];
  }
  const inner = isOurs ? children.map((child) => ("value" in child ? child.value : "")) : children.map(htmlShape);
  return [node.nodeName, ...attributes, ...inner.filter((part) => part !== undefined)];
}

interface SarifLog {
  readonly runs: readonly [
    {
      readonly tool: object;
      readonly results: readonly {
        readonly message: { readonly text: string };
        readonly locations: readonly [
          { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } },
        ];
      }[];
    },
  ];
}

const sarif = new Ajv2020({ strict: false, validateFormats: false }).compile<SarifLog>(
  JSON.parse(readFileSync(join(import.meta.dirname, "../../testdata/sarif-2.1.0.json"), "utf8")),
);
const xml = new XMLParser({ ignoreAttributes: false, preserveOrder: true, trimValues: false });

/** Members and lengths, without texts. */
function dataShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dataShape);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, dataShape(member)]));
}

const xmlShape = (nodes: readonly Record<string, unknown>[]): unknown =>
  nodes
    .filter((node) => !("#text" in node))
    .map((node) => {
      const [name = ""] = Object.keys(node);
      const attributes = Object.keys((node[":@"] ?? {}) as object);
      return [name, attributes, xmlShape(node[name] as Record<string, unknown>[])];
    });

/** Prometheus' text format, read strictly. */
function prometheusShape(text: string): unknown {
  assert.ok(text.endsWith("\n"));
  return text
    .slice(0, -1)
    .split("\n")
    .map((line) => {
      const comment = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
      if (comment) return comment.slice(1, 3);
      const [, name, labels = "", value = ""] =
        /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/.exec(line) ?? assert.fail(line);
      assert.ok(Number.isFinite(Number(value)), line);
      return [name, [...labels.matchAll(/([a-z_]+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label)];
    });
}

/** Workflow commands by their grammar. */
function annotationShape(text: string): unknown {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [, name, properties = "", message = ""] =
        /^::(error|warning|notice)(?: ([^:]*))?::(.+)$/.exec(line) ?? assert.fail(line);
      for (const part of [properties, message]) assert.doesNotMatch(part, /%(?!25|3A|2C|0D|0A)/, line);
      for (const property of properties === "" ? [] : properties.split(","))
        assert.match(property, /^(file|line|col|title)=[^:,]*$/);
      return name;
    });
}

const readers: Readonly<Record<string, (text: string, report: object) => unknown>> = {
  text: () => "text",
  json: (text, report) => {
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(report)));
    return "as it was";
  },
  jsonl: (text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).kind),
  markdown: (text) => markdownShape(markdownTree(text)),
  comment: (text) => {
    const [marker = "", ...rest] = text.split("\n");
    assert.match(marker, /^<!-- pulumi-ecr:review:[0-9a-f]{16} -->$/);
    assert.ok(text.length <= 65_000);
    return markdownShape(markdownTree(rest.join("\n")));
  },
  html: (text) => htmlShape(parse(text)),
  sarif: (text) => {
    const log: SarifLog = JSON.parse(text);
    assert.ok(sarif(log), JSON.stringify(sarif.errors?.slice(0, 3)));
    for (const { message, locations } of log.runs[0].results) {
      assert.doesNotMatch(message.text.replace(/\\./g, ""), /[[\]]/);
      const { uri } = locations[0].physicalLocation.artifactLocation;
      assert.match(new URL(uri, "file:///root/").href, /^file:\/\/\/root\//);
    }
    return [log.runs[0].results.length, dataShape(log.runs[0].tool)];
  },
  junit: (text) => {
    assert.equal(XMLValidator.validate(text), true);
    return xmlShape(xml.parse(text));
  },
  annotations: annotationShape,
  "code-quality": (text) => dataShape(JSON.parse(text)),
  rdformat: (text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => {
        const { message, location } = JSON.parse(line);
        assert.deepEqual(markdownShape(markdownTree(message)), ["root", ["paragraph"]]);
        return typeof location.path;
      }),
  prometheus: prometheusShape,
  slack: (text) => {
    const { blocks } = JSON.parse(text) as { blocks: { text?: { type: string; text: string } }[] };
    for (const { text: inner } of blocks) if (inner) assert.equal(inner.type, "plain_text");
    return blocks.length;
  },
  webhook: (text) => dataShape(JSON.parse(text)),
  eventbridge: (text) => dataShape(JSON.parse(JSON.parse(text)[0].Detail)),
};

/** What nobody sees, and what terminals and logs obey, is in no file; our own joiner between letters may be. */
function judgeCharacters(name: string, text: string): void {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    assert.ok(code === 0x0a || code === 0x2060 || !isInvisible(code), `${name} has U+${code.toString(16)}`);
  }
  if (name === "annotations") return;
  assert.doesNotMatch(text, /^\s*::\w/m, name);
  assert.doesNotMatch(text, /##\w*\[/, name);
}

const shapes = new WeakMap<Output, Map<string, unknown>>();

/** What a reader finds in harmless output, read once. */
function expectedShape(output: Output | undefined, format: string): unknown {
  if (!output) return assert.fail("there is no such command");
  const known = shapes.get(output) ?? new Map<string, unknown>();
  shapes.set(output, known);
  if (!known.has(format)) known.set(format, readers[format]?.(output.files[format] ?? "", output.report));
  return known.get(format);
}

function judge(of: (index: number, path: string) => string, harmless: Output[], what: string): void {
  for (const [at, { name, report, files }] of outputs(of).entries()) {
    for (const [format, text] of Object.entries(files)) {
      const read = readers[format] ?? assert.fail(`${format} has no reader`);
      judgeCharacters(format, text);
      const shape = read(text, report);
      // A comment that would be too long has fewer parts.
      if (format === "comment" && text.includes("there is no room for more")) continue;
      assert.deepEqual(shape, expectedShape(harmless[at], format), `${name} as ${format} with ${what}`);
    }
  }
}

const isFile = (path: string) => path.endsWith(".file");

test(`${hostileTexts.length} hostile texts in all fields at once are text in every format`, () => {
  assert.ok(hostileTexts.length >= 300);
  const harmless = outputs((index) => `plain ${index}`);
  for (const hostile of hostileTexts)
    judge((index) => `${hostile}${index}`, harmless, JSON.stringify(hostile.slice(0, 80)));
});

test("hostile texts in one field after the other are text in every format", () => {
  const paths = new Set<string>();
  outputs((_, path) => {
    paths.add(path);
    return "";
  });
  const fields = [...paths];
  const plain = outputs((index) => `plain ${index}`);
  for (const [at, hostile] of hostileTexts.slice(0, hostileTexts.length / 3).entries()) {
    const chosen = fields[at % fields.length] ?? "";
    const isBlank = hostile.trim() === "";
    const harmless = isBlank ? outputs((index, path) => (path === chosen ? "" : `plain ${index}`)) : plain;
    const of = (index: number, path: string) => (path === chosen ? hostile : `plain ${index}`);
    judge(of, harmless, `${JSON.stringify(hostile.slice(0, 80))} at ${chosen}`);
  }
});

test("no text is lost: what can be seen of it stands in every report", () => {
  const words = (node: Node): string => node.value ?? (node.children ?? []).map(words).join("");
  for (const hostile of hostileTexts.filter((text) => /^[\x21-\x7e]{1,60}$/.test(text))) {
    for (const { files } of outputs((index, path) => (isFile(path) ? `f${index}` : hostile))) {
      const seen = words(markdownTree(files["markdown"] ?? "")).replaceAll("\u2060", "");
      const told = hostile.replace(/^(\s*):(?=:)/gm, "$1: ").replace(/#(?=#\w*\[)/g, "# ");
      assert.ok(seen.includes(hostile) || seen.includes(told), hostile);
      assert.deepEqual(JSON.parse(files["sarif"] ?? "").version, "2.1.0");
    }
  }
});
