/**
 * The door of momoa: JSON text → a value, with line and column of everything in it and of everything wrong with it.
 *
 * Lives here: text and plain values: JSON and YAML with positions, paths, printable text, findings, errors.
 * May not live here: a rule or a table of AWS, ECR or Pulumi; a property row (`define/`).
 */

import { type AnyNode, type DocumentNode, parse } from "@humanwhocodes/momoa";
import { documentBounds, surveyJson } from "./bounds.ts";
import type { Path } from "./path.ts";
import { printable } from "./printable.ts";

export interface Position {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** What keeps text from being read. Whoever reads it knows of which rule that is a finding. */
export interface JsonProblem extends Position {
  readonly message: string;
}

export interface ParsedJson {
  /** Absent when the text is not JSON. A key `__proto__` is an own member like any other. */
  readonly value?: unknown;
  readonly problems: readonly JsonProblem[];
  /** Where the innermost part of a path stands that exists; undefined when the text is not JSON. */
  locate(path: Path): Position | undefined;
}

const start: Position = { line: 1, column: 1 };

/** What was parsed last, oldest first: one document is looked at by a dozen functions, one after the other. */
const recent = new Map<string, ParsedJson>();
const mostRecent = 8;

/**
 * Never throws. Text that is too long or nested too deeply is refused without being parsed. The value is shared by those who
 * ask for the same text and must not be changed.
 */
export function parseJson(text: string): ParsedJson {
  const known = recent.get(text);
  if (known) return known;
  const parsed = parseAnew(text);
  const [oldest] = recent.size < mostRecent ? [] : recent.keys();
  if (oldest !== undefined) recent.delete(oldest);
  recent.set(text, parsed);
  return parsed;
}

function parseAnew(text: string): ParsedJson {
  const refused = (message: string, at: Position = start): ParsedJson => ({
    problems: [{ message, ...at }],
    locate: () => undefined,
  });
  if (text.length > documentBounds.characters)
    return refused(`has ${text.length} characters, which is more than any policy may have`);
  if (text.startsWith("\ufeff")) return refused("starts with a byte order mark; save it without one");
  const { flaw, members } = surveyJson(text, documentBounds);
  if (flaw) return refused(flaw.message, positionAt(text, flaw.at));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { message, ...at } = syntaxProblem(text);
    return refused(message, at);
  }
  let document: DocumentNode | undefined;
  const tree = (): AnyNode => {
    document ??= parse(text, { mode: "json", ranges: false, allowTrailingCommas: false });
    return document.body;
  };
  // Momoa is slow, so it only looks at text in which there may be something to find.
  const suspicious = countMembers(value) !== members || text.includes("\\u");
  return {
    value,
    problems: [...(suspicious ? inspect(tree()) : []), ...loneSurrogate(text)],
    locate: (path) => locate(tree(), path),
  };
}

/** Fewer than there are colons in the text when a key is repeated: JSON.parse keeps the last. */
function countMembers(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inside = Object.values(value);
  return inside.reduce<number>((sum, member) => sum + countMembers(member), Array.isArray(value) ? 0 : inside.length);
}

/** Why text that is not JSON is none, and from where on; for text of which JSON.parse has thrown. */
export function syntaxProblem(text: string): JsonProblem {
  if (text.trim() === "") return { message: "is empty", ...start };
  try {
    parse(text, { mode: "json", allowTrailingCommas: false });
  } catch (error) {
    const { line = 1, column = 1, offset = 0, message } = error as Error & Partial<Position> & { offset?: number };
    const reason = message.includes("end of input") ? endsEarly : reasonAt(text, offset);
    return { message: `is not JSON: ${reason}`, line, column };
  }
  const { controlAt } = surveyJson(text, { ...documentBounds, characters: Infinity });
  return controlAt === undefined
    ? { message: "is not JSON", ...start }
    : {
        message: `is not JSON: the character ${printable(text[controlAt] ?? "")} in a string must be written as an escape`,
        ...positionAt(text, controlAt),
      };
}

/** The same as a sentence about a whole file, with what to do. */
export function notJson(text: string): string {
  const { message, line, column } = syntaxProblem(text);
  return `it ${message} (line ${line}, column ${column}); correct it there`;
}

const endsEarly = "it ends too early";

function reasonAt(text: string, offset: number): string {
  // Momoa names the start of a number that the text ends in.
  if (text.length - offset < 40 && /^[-+.\deE]+\s*$/.test(text.slice(offset))) return endsEarly;
  const found = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  if (offset >= text.length || text.slice(offset).trim() === "") return endsEarly;
  if (found === "'") return "strings and names are written in double quotes";
  if (found === "/" || found === "#") return "there are no comments in it";
  const before = text.slice(0, offset).trimEnd();
  if ((found === "}" || found === "]") && before.endsWith(",")) return `there is a comma before ${found}`;
  if (isComplete(before)) return `there is more after its end, from "${printable(text.slice(offset), 20)}"`;
  return `"${printable(found)}" was not expected here`;
}

function isComplete(text: string): boolean {
  if (!text.endsWith("}") && !text.endsWith("]")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Line and column of a place in text. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Repeated keys, of which AWS may keep another one than JSON.parse, and strings that are no text. */
function inspect(node: AnyNode): JsonProblem[] {
  if (node.type === "Array") return node.elements.flatMap(({ value }) => inspect(value));
  if (node.type === "String") return surrogateProblem(node.value, node);
  if (node.type !== "Object") return [];
  const seen = new Set<string>();
  return node.members.flatMap((member) => {
    const key = member.name.type === "String" ? member.name.value : member.name.name;
    const again = seen.has(key)
      ? [{ message: `the key "${printable(key, 80)}" is there twice`, ...positionOf(member.name) }]
      : [];
    seen.add(key);
    return [...again, ...surrogateProblem(key, member.name), ...inspect(member.value)];
  });
}

const halfSurrogate = "holds half of a surrogate pair, which is no character";

function surrogateProblem(text: string, node: AnyNode): JsonProblem[] {
  return text.isWellFormed() ? [] : [{ message: halfSurrogate, ...positionOf(node) }];
}

/** Half a pair in the text itself, not written as an escape. */
function loneSurrogate(text: string): JsonProblem[] {
  if (text.isWellFormed()) return [];
  let at = 0;
  for (const character of text) {
    if (!character.isWellFormed()) break;
    at += character.length;
  }
  return [{ message: halfSurrogate, ...positionAt(text, at) }];
}

function positionOf(node: AnyNode): Position {
  const { line, column } = node.loc.start;
  return { line, column };
}

function locate(root: AnyNode, path: Path): Position {
  let node: AnyNode = root;
  for (const segment of path) {
    if (node.type === "Array") {
      const element: { value: AnyNode } | undefined = node.elements[Number(segment)];
      if (!element) break;
      node = element.value;
    } else if (node.type === "Object") {
      const member: { value: AnyNode } | undefined = node.members.findLast(
        ({ name }) => (name.type === "String" ? name.value : name.name) === segment,
      );
      if (!member) break;
      node = member.value;
    } else break;
  }
  return positionOf(node);
}
