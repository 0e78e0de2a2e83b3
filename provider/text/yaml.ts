/**
 * The door of yaml: YAML text → a value, with line and column of everything in it and of everything wrong with it. For text
 * from outside: one document, JSON's types only, no tags, few aliases, bounded before and after it is parsed.
 */

import { Document, isAlias, isScalar, LineCounter, parseDocument, Scalar, type ScalarTag, visit } from "yaml";
import { documentBounds, flawOf, tooDeep } from "./bounds.ts";
import type { JsonProblem, ParsedJson, Position } from "./json.ts";
import type { Path } from "./path.ts";
import { printable, visible } from "./printable.ts";

export interface ParsedYaml extends ParsedJson {
  /** Where a place inside the text of a scalar stands, such as in a policy that is written as a block of JSON. */
  locateInText(path: Path, inner: Position): Position | undefined;
}

const start: Position = { line: 1, column: 1 };
const mostCharacters = 1024 * 1024;
const { depth: deepest } = documentBounds;
const mostProblems = 20;

/** How another reader takes the same text: what it makes of a scalar without quotes. */
export type Scalars = (source: string) => null | boolean | number | string;

/**
 * Never throws. Text that is too long or nested too deeply is refused without being parsed. With `scalars` the text is meant for
 * another reader of YAML: what the two may read in different ways is refused as well.
 */
export function parseYaml(text: string, scalars?: Scalars): ParsedYaml {
  if (text.length > mostCharacters) return refused(`has ${text.length} characters, which is more than is read`);
  const deep = nestedTooDeeply(text);
  if (deep !== undefined) return refused(tooDeep(deepest), deep);
  const ambiguous = scalars && ambiguousCharacter(text);
  if (ambiguous) return refused(ambiguous.message, ambiguous);
  try {
    return parsed(text, scalars);
  } catch (error) {
    // Aliases that multiply and what nests too deeply for the parser; both are its own protections.
    const why = error instanceof RangeError ? "it is nested too deeply" : (error as Error).message;
    return refused(`is no YAML that is read: ${printable(why, 200)}`);
  }
}

function refused(message: string, at: Position = start): ParsedYaml {
  return { problems: [{ message, ...at }], locate: () => undefined, locateInText: () => undefined };
}

/** Where brackets or the indentation first go deeper than allowed; what stands in quotes only makes it stricter. */
function nestedTooDeeply(text: string): Position | undefined {
  let depth = 0;
  for (const [index, line] of text.split("\n").entries()) {
    let dashes = 0;
    let onlyDashes = true;
    for (const [column, character] of [...line].entries()) {
      if (character === "[" || character === "{") depth++;
      else if (character === "]" || character === "}") depth = Math.max(0, depth - 1);
      else if (onlyDashes && (character === "-" || character === "?")) dashes++;
      else if (character !== " ") onlyDashes = false;
      if (depth > deepest || dashes > deepest) return { line: index + 1, column: column + 1 };
    }
  }
  return undefined;
}

/** What ends a line for YAML 1.1 and not for 1.2, and what only one of them takes. */
function ambiguousCharacter(text: string): JsonProblem | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
  const found = /\r(?!\n)|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|^%/m.exec(text);
  if (!found) return undefined;
  const before = text.slice(0, found.index).split("\n");
  const what = found[0] === "%" ? "a directive" : `the character U+${hex(found[0])}`;
  return {
    message: `has ${what}, which is not read`,
    line: before.length,
    column: (before.at(-1) ?? "").length + 1,
  };
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

function parsed(text: string, scalars: Scalars | undefined): ParsedYaml {
  const lines = new LineCounter();
  // The library compares each key with each other one, which takes minutes for a hostile map; `oddities` does not.
  const options = { merge: false, prettyErrors: false, uniqueKeys: false, lineCounter: lines } as const;
  const document = parseDocument(text, { ...options, schema: scalars ? "failsafe" : "core" });
  if (scalars) {
    visit(document, {
      Scalar(_, node) {
        if (node.type === "PLAIN" && node.tag === undefined) node.value = scalars(node.source ?? "");
        // A block that ends with the text and not with a line has no end of line of its own.
        const isLast = node.type?.startsWith("BLOCK") && !text.endsWith("\n") && (node.range?.[1] ?? 0) >= text.length;
        if (isLast && typeof node.value === "string") node.value = node.value.replace(/\n$/, "");
      },
    });
  }
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: JsonProblem[] = [
    ...[...document.errors, ...document.warnings].map(({ message, pos }) => ({
      message: `is no YAML that is read: ${printable(message, 200)}`,
      offset: pos[0],
    })),
    ...oddities(document),
    ...(scalars ? ambiguities(document, text) : []),
  ]
    .slice(0, mostProblems)
    .map(({ message, offset }) => ({ message, ...at(offset) }));
  const nodeAt = (path: Path): { range: readonly number[]; type: string | undefined } | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const found = document.getIn(path.slice(0, length), true);
      const node = isAlias(found) ? found.resolve(document) : (found as { range?: readonly number[] } | undefined);
      if (node?.range) return { range: node.range, type: isScalar(node) ? (node.type ?? undefined) : undefined };
    }
    return undefined;
  };
  const locate = (path: Path) => {
    const node = nodeAt(path);
    return node ? at(node.range[0] ?? 0) : undefined;
  };
  const value: unknown = problems.length === 0 ? document.toJS({ maxAliasCount: 100 }) : undefined;
  const flaw = flawOf(value);
  return {
    ...(problems.length === 0 && flaw === undefined ? { value } : {}),
    problems: flaw === undefined ? problems : [...problems, { message: flaw, ...start }],
    locate,
    locateInText(path, inner) {
      const node = nodeAt(path);
      const outer = node && at(node.range[0] ?? 0);
      if (!node || !outer) return undefined;
      if (node.type === "BLOCK_LITERAL") {
        const line = outer.line + inner.line;
        const written = text.split("\n")[line - 1] ?? "";
        const first = text.split("\n")[outer.line] ?? "";
        const indent = first.length - first.trimStart().length;
        return { line, column: Math.min(indent + inner.column, written.length + 1) };
      }
      const quoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
      if (inner.line > 1 || node.type === "BLOCK_FOLDED" || node.type === "QUOTE_DOUBLE") return outer;
      return { line: outer.line, column: outer.column + inner.column - (quoted ? 0 : 1) };
    },
  };
}

/** What YAML allows and JSON does not: tags, keys that are no text, and keys that are there twice. */
function oddities(document: Document): { message: string; offset: number }[] {
  const found: { message: string; offset: number }[] = [];
  visit(document, {
    Node(_, node) {
      if (!isAlias(node) && node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:"))
        found.push({ message: "has a tag, which is not read", offset: node.range?.[0] ?? 0 });
    },
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        const offset = (key as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
        if (!isScalar(key)) found.push({ message: "has a key that is no text", offset });
        const name = isScalar(key) ? String(key.value) : "";
        if (seen.has(name)) found.push({ message: `the key "${printable(name, 80)}" is there twice`, offset });
        seen.add(name);
      }
    },
  });
  return found;
}

/** Exponents with a point, without which YAML 1.1 takes them for text. It writes and never reads. */
const exponent: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  identify: (value) => typeof value === "number" && /^-?\d+e/.test(JSON.stringify(value)),
  default: true,
  test: /^(?!)/,
  resolve: Number,
  stringify: ({ value }) => JSON.stringify(value).replace("e", ".0e"),
};

const mergeTag = "tag:yaml.org,2002:merge";

/** Keys that are the same text in YAML and JSON; words such as `yes` are seen to by the library. */
const plainKey = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * JSON values as YAML in blocks, from which every reader of YAML 1.1 and 1.2 gets the same values: text is in double
 * quotes, with the escapes of JSON. Ends in a line break.
 */
export function writeYaml(value: unknown): string {
  const document = new Document(value, {
    version: "1.1",
    aliasDuplicateObjects: false,
    // The tag of merging takes every `<<` for itself, in quotes or not.
    customTags: (tags) => [exponent, ...tags.filter((tag) => typeof tag === "string" || tag.tag !== mergeTag)],
  });
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && !plainKey.test(String(key.value))) key.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    doubleQuotedAsJSON: true,
    lineWidth: 0,
  });
  // YAML has an escape of its own for a character of more than 16 bits.
  return visible(text, (code) => `\\U${code.toString(16).padStart(8, "0")}`);
}

/** What YAML 1.1 and 1.2 may read in different ways, or one of them not at all. */
function ambiguities(document: Document, text: string): { message: string; offset: number }[] {
  const found: { message: string; offset: number }[] = [];
  const quoted: (readonly [start: number, end: number])[] = [];
  visit(document, {
    Node(_, node) {
      const offset = node.range?.[0] ?? 0;
      if (isAlias(node)) found.push({ message: "has an alias, which is not read", offset });
      else if (node.anchor !== undefined) found.push({ message: "has an anchor, which is not read", offset });
      else if (node.tag !== undefined) found.push({ message: "has a tag, which is not read", offset });
      if (/^[|>][-+]?\d/.test(text.slice(offset, offset + 3)) && isScalar(node) && node.type?.startsWith("BLOCK"))
        found.push({ message: "has a block with its own indentation, which is not read", offset });
      if (isScalar(node) && node.range && node.type !== "PLAIN") quoted.push([node.range[0], node.range[1]]);
    },
    Pair(_, { key }) {
      const isText = isScalar(key) && typeof key.value === "string";
      const offset = (key as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
      if (!isText) found.push({ message: "has a key that is not text", offset });
    },
  });
  for (let at = text.indexOf("\t"); at >= 0; at = text.indexOf("\t", at + 1)) {
    if (quoted.some(([from, to]) => from < at && at < to)) continue;
    found.push({ message: "has a tab outside of quotes, which is not read", offset: at });
    break;
  }
  return found;
}
