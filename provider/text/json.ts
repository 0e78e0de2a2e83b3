/** The door of momoa: JSON text → a value, with line and column of everything in it and of everything wrong with it. */

import { type AnyNode, type DocumentNode, parse } from "@humanwhocodes/momoa";
import type { Path } from "./path.ts";
import { printable } from "./printable.ts";
import { isUnknown } from "./value.ts";

export interface Position {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

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
/** Larger than any document of ECR, and small enough that hostile text costs nothing. */
const mostCharacters = 256 * 1024;
export const deepest = 64;

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
  if (text.length > mostCharacters)
    return refused(`has ${text.length} characters, which is more than any policy may have`);
  if (text.startsWith("\ufeff")) return refused("starts with a byte order mark; save it without one");
  const { tooDeepAt, controlAt, members } = scan(text);
  if (tooDeepAt !== undefined)
    return refused(`is nested more than ${deepest} levels deep`, positionAt(text, tooDeepAt));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { message, ...at } = syntaxProblem(text, controlAt);
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

/** One pass over the characters, before anything recursive sees them. */
function scan(text: string): { tooDeepAt?: number; controlAt?: number; members: number } {
  let depth = 0;
  let members = 0;
  let controlAt: number | undefined;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
      else if (character < " ") controlAt ??= at;
    } else if (character === '"') inString = true;
    else if (character === ":") members++;
    else if (character === "{" || character === "[") {
      if (++depth > deepest) return { tooDeepAt: at, members };
    } else if (character === "}" || character === "]") depth--;
  }
  return { ...(controlAt === undefined ? {} : { controlAt }), members };
}

/** Fewer than there are colons in the text when a key is repeated: JSON.parse keeps the last. */
function countMembers(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inside = Object.values(value);
  return inside.reduce<number>((sum, member) => sum + countMembers(member), Array.isArray(value) ? 0 : inside.length);
}

function syntaxProblem(text: string, controlAt: number | undefined): JsonProblem {
  if (text.trim() === "") return { message: "is empty", ...start };
  try {
    parse(text, { mode: "json", allowTrailingCommas: false });
  } catch (error) {
    const { line = 1, column = 1, offset = 0, message } = error as Error & Partial<Position> & { offset?: number };
    const reason = message.includes("end of input") ? endsEarly : reasonAt(text, offset);
    return { message: `is not JSON: ${reason}`, line, column };
  }
  return controlAt === undefined
    ? { message: "is not JSON", ...start }
    : {
        message: `is not JSON: the character ${printable(text[controlAt] ?? "")} in a string must be written as an escape`,
        ...positionAt(text, controlAt),
      };
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

function positionAt(text: string, offset: number): Position {
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

/** What keeps a value from being a JSON document that is not hostile; unknowns are no flaw. Looks without recursion. */
export function flawOf(value: unknown): string | undefined {
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  let values = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (++values > mostValues) return `has more than ${mostValues} values`;
    if (typeof value === "object" && value !== null) {
      if (depth === deepest) return `is nested more than ${deepest} levels deep`;
      for (const member of Object.values(value)) waiting.push({ value: member, depth: depth + 1 });
    } else if (typeof value === "string") {
      if (!value.isWellFormed()) return "holds half of a surrogate pair, which is no character";
    } else if (["bigint", "function"].includes(typeof value) || (typeof value === "symbol" && !isUnknown(value))) {
      return `holds a ${typeof value}, which JSON does not have`;
    }
  }
  return undefined;
}
/** More values than the longest text that is parsed can hold. */
export const mostValues = 200000;
