/**
 * Keeps secret values out of sentences: what is secret is known at the edges (`rpc/`, the readers of states), sentences are
 * made everywhere, so each edge passes everything that leaves through the redaction of its secrets.
 */

import { printable } from "../text/printable.ts";
import { isMap } from "../text/value.ts";
import { secretText } from "./pulumi.ts";

/** Takes the values of some secrets out of texts. */
export interface Redaction {
  /** The text with `[secret]` in the place of each secret value, and of each telling part of one. */
  text(text: string): string;
  /** A copy of plain data whose texts are redacted. `isOwn`: a member that has a word of this package in it, and stays. */
  data<T>(data: T, isOwn?: (name: string, members: object) => boolean): T;
  /** Whether a text within the value has a secret value in it, such as the ARN of a secret name. */
  holds(value: unknown): boolean;
}

/** Shorter values are taken out as whole words only: as parts of words they mean nothing, and hiding them would garble the rest. */
const shortest = 8;
/** Parts of names, and values within other values, count from here on. */
const shortestPart = 4;
/** A value as long as this is found by its beginning, because messages cut long texts. */
const beginning = 24;

/** What every access policy has, and what therefore hides nothing. */
const constants: ReadonlySet<string> = new Set(["Allow", "Deny", "2012-10-17", "2008-10-17"]);
/** Names of members and parts of ARNs that hide nothing either; a whole value may be one of them and is hidden all the same. */
const ordinary: ReadonlySet<string> = new Set(
  [
    ["Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource"],
    ["NotResource", "Condition", "AWS", "Service", "Federated", "CanonicalUser"],
    [
      "rules",
      "rulePriority",
      "description",
      "selection",
      "tagStatus",
      "tagPatternList",
      "tagPrefixList",
      "storageClass",
    ],
    ["countType", "countUnit", "countNumber", "action", "type", "targetStorageClass"],
    ["aws-cn", "aws-us-gov", "role", "user", "root", "repository", "secretsmanager", "secret", "ecr-pullthroughcache"],
    ["assumed-role", "service-role", "signer", "signing-profiles", "sha256", "https"],
  ].flat(),
);

const nothing: Redaction = { text: (text) => text, data: (data) => data, holds: () => false };

/**
 * The redaction of these values, each a text, a number, or a document as data or as JSON text. Without secrets it changes nothing.
 * `known` are names of members that anybody can look up, such as those of a schema.
 */
export function redactionOf(secrets: Iterable<unknown>, known: () => ReadonlySet<string> = () => ordinary): Redaction {
  const [words, whole] = [new Set<string>(), new Set<string>()];
  const found: Found = { words, whole, isPublic: (name) => ordinary.has(name) || known().has(name) };
  for (const value of secrets) collect(value, found, 0);
  if (words.size === 0) return nothing;
  const sought = [...words].map(soughtOf);
  const within = [...whole].filter((word) => word.length >= shortestPart).map(soughtOf);
  const text = (from: string) => replaced(from, sought);
  const holds = (value: unknown): boolean =>
    typeof value === "string" ? placesOf(value, within).length > 0 : membersOf(value).some(holds);
  return { text, data: (data, isOwn = () => false) => redacted(data, text, isOwn) as never, holds };
}

/** Secret values that this process has read in plain text, such as those of an export that was made with --show-secrets. */
const read = new Map<string, unknown>();
let ofRead: Redaction | undefined;

/** What readers of states keep and what leaves a command goes past, since one command is one process. */
export const readSecrets = {
  keep(value: unknown): void {
    const key = JSON.stringify(value, (_, member: unknown) => (typeof member === "symbol" ? null : member)) ?? "";
    if (read.has(key)) return;
    read.set(key, value);
    ofRead = undefined;
  },
  redaction(): Redaction {
    ofRead ??= redactionOf(read.values());
    return ofRead;
  },
  /** Another command begins, in a test. */
  forget(): void {
    read.clear();
    ofRead = undefined;
  },
};

function membersOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : isMap(value) ? [...Object.keys(value), ...Object.values(value)] : [];
}

/** What must not be shown: in `words` all of it, in `whole` the values alone, without their parts. */
interface Found {
  readonly words: Set<string>;
  readonly whole: Set<string>;
  isPublic(name: string): boolean;
}

/** Booleans have no text to look for. */
function collect(value: unknown, found: Found, depth: number): void {
  if (typeof value === "number") found.words.add(String(value));
  else if (typeof value === "string") collectText(value, found, depth);
  else if (Array.isArray(value)) for (const item of value) collect(item, found, depth);
  else if (isMap(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (!found.isPublic(name)) collectText(name, found, depth);
      collect(member, found, depth);
    }
  }
}

function collectText(text: string, found: Found, depth: number): void {
  const trimmed = text.trim();
  if (trimmed === "" || constants.has(trimmed)) return;
  found.whole.add(text);
  for (const form of formsOf(trimmed)) found.words.add(form);
  const document = depth < 2 && /^[[{"]/.test(trimmed) ? parsed(trimmed) : undefined;
  if (document !== undefined) collect(document, { ...found, whole: new Set() }, depth + 1);
  else if (!/\s/.test(trimmed))
    for (const part of trimmed.split(/[:/@,]/))
      if (part.length >= shortestPart && !ordinary.has(part)) found.words.add(part);
}

/** As it is, as JSON writes it once and twice, as messages show it, and as a part of a URL. */
function formsOf(text: string): string[] {
  const escaped = JSON.stringify(text).slice(1, -1);
  return [
    text,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    printable(text, Number.POSITIVE_INFINITY),
    encodeURIComponent(text.toWellFormed()),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Sought {
  readonly word: string;
  /** What is looked for; the match then goes on as far as the texts are the same. */
  readonly start: string;
}

function soughtOf(text: string): Sought {
  const word = text.length < shortest ? text : lower(text);
  return { word, start: word.slice(0, beginning) };
}

/** Lower case of the same length, because policies are shown in a form where case does not count. */
function lower(text: string): string {
  const lowered = text.toLowerCase();
  return lowered.length === text.length ? lowered : text;
}

/** From and to, without the latter. */
type Place = readonly [number, number];

function placesOf(text: string, sought: readonly Sought[]): Place[] {
  const lowered = lower(text);
  const places: Place[] = [];
  for (const { word, start } of sought) {
    const inside = word.length < shortest ? text : lowered;
    for (let at = inside.indexOf(start); at >= 0; at = inside.indexOf(start, at + 1)) {
      let end = at + start.length;
      while (end < inside.length && end - at < word.length && inside[end] === word[end - at]) end++;
      if (word.length >= shortest || isWhole(inside, at, end)) places.push([at, end]);
    }
    for (let cut = inside.indexOf("…"); cut >= 0; cut = inside.indexOf("…", cut + 1)) {
      const length = longestBefore(inside, cut, word);
      if (length >= shortestPart) places.push([cut - length, cut]);
    }
  }
  return places;
}

/** How much of the beginning of `word` ends at `cut`, where a message was cut. */
function longestBefore(text: string, cut: number, word: string): number {
  for (let length = Math.min(word.length, cut); length >= shortestPart; length--)
    if (text.startsWith(word.slice(0, length), cut - length)) return length;
  return 0;
}

/** Whether no word goes on at either side. */
function isWhole(text: string, from: number, to: number): boolean {
  const joins = (left: string | undefined, right: string | undefined) =>
    left !== undefined && right !== undefined && /[\p{L}\p{N}]/u.test(left) && /[\p{L}\p{N}]/u.test(right);
  return !joins(text[from - 1], text[from]) && !joins(text[to - 1], text[to]);
}

function replaced(text: string, sought: readonly Sought[]): string {
  const places = placesOf(text, sought).sort(([a], [b]) => a - b);
  let [result, done] = ["", 0];
  for (const [from, to] of places) {
    if (from >= done) result += text.slice(done, from) + secretText;
    done = Math.max(done, to);
  }
  return result + text.slice(done);
}

function redacted(
  data: unknown,
  text: (text: string) => string,
  isOwn: (name: string, members: object) => boolean,
): unknown {
  if (typeof data === "string") return text(data);
  if (Array.isArray(data)) return data.map((item) => redacted(item, text, isOwn));
  if (!isMap(data)) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, member]) => {
      // Names of members are this package's own, unless nobody would call a member so.
      const shown = /^[a-z][A-Za-z]*$/.test(name) ? name : text(name);
      return [shown, isOwn(name, data) ? member : redacted(member, text, isOwn)];
    }),
  );
}
