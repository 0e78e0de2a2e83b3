/** The door of momoa: JSON text → a value, with line and column of everything in it and of everything wrong with it. */

import { type AnyNode, type DocumentNode, parse } from "@humanwhocodes/momoa";
import type { Path } from "./path.ts";
import { printable } from "./printable.ts";

export interface Position {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export interface JsonProblem extends Position {
  readonly message: string;
}

export interface ParsedJson {
  /** Absent when the text is not JSON. */
  readonly value?: unknown;
  readonly problems: readonly JsonProblem[];
  /** Where the value at a path stands; undefined when there is none. */
  locate(path: Path): Position | undefined;
}

const start: Position = { line: 1, column: 1 };
/** Larger than any document of ECR, and small enough that hostile text costs nothing. */
const mostCharacters = 256 * 1024;
const deepest = 64;

/** Never throws. Text that is too long or nested too deeply is refused without being parsed. */
export function parseJson(text: string): ParsedJson {
  const refused = (message: string, at: Position = start): ParsedJson => ({
    problems: [{ message, ...at }],
    locate: () => undefined,
  });
  if (text.length > mostCharacters)
    return refused(`has ${text.length} characters, which is more than any policy may have`);
  if (text.startsWith("\ufeff")) return refused("starts with a byte order mark; save it without one");
  const tooDeep = depthExceeded(text);
  if (tooDeep !== undefined) return refused(`is nested more than ${deepest} levels deep`, positionAt(text, tooDeep));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return syntaxProblem(text, refused);
  }
  let document: DocumentNode | undefined;
  const tree = () => {
    document ??= parse(text, { mode: "json", ranges: false, allowTrailingCommas: false });
    return document;
  };
  return {
    value,
    problems: [...duplicateKeys(tree().body), ...loneSurrogate(text)],
    locate: (path) => locate(tree().body, path),
  };
}

function syntaxProblem(text: string, refused: (message: string, at?: Position) => ParsedJson): ParsedJson {
  if (text.trim() === "") return refused("is empty");
  try {
    parse(text, { mode: "json", allowTrailingCommas: false });
  } catch (error) {
    const { line = 1, column = 1, message } = error as { line?: number; column?: number; message: string };
    const reason = message.replace(/\s*\(\d+:\d+\)\s*$/, "");
    return refused(`is not JSON: ${printable(reason, 120)}`, { line, column });
  }
  return refused("is not JSON");
}

/** The offset at which nesting gets too deep; strings are skipped. */
function depthExceeded(text: string): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      if (++depth > deepest) return at;
    } else if (character === "}" || character === "]") depth--;
  }
  return undefined;
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** JSON.parse keeps the last of two equal keys in silence, and AWS may keep another. */
function duplicateKeys(node: AnyNode): JsonProblem[] {
  if (node.type === "Array") return node.elements.flatMap(({ value }) => duplicateKeys(value));
  if (node.type !== "Object") return [];
  const seen = new Set<string>();
  return node.members.flatMap((member) => {
    const key = member.name.type === "String" ? member.name.value : member.name.name;
    const again = seen.has(key)
      ? [{ message: `the key "${printable(key, 80)}" is there twice`, ...positionOf(member.name) }]
      : [];
    seen.add(key);
    return [...again, ...duplicateKeys(member.value)];
  });
}

function loneSurrogate(text: string): JsonProblem[] {
  if (text.isWellFormed()) return [];
  const at = [...text].findIndex((character) => !character.isWellFormed());
  return [
    {
      message: "holds half of a surrogate pair, which is no character",
      ...positionAt(text, [...text].slice(0, at).join("").length),
    },
  ];
}

function positionOf(node: AnyNode): Position {
  const { line, column } = node.loc.start;
  return { line, column };
}

/** The innermost part of the path that exists; a missing member is at its parent. */
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
