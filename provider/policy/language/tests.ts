/** One test of a condition: an operator, a key and values, and whether it holds for what a request has for the key. */

import { isMap } from "../../text/value.ts";
import { contains, parseAddress, parseRange } from "./addresses.ts";
import { spelledOperator } from "./conditions.ts";
import { canonicalKey, factsOfKey, spelledKey } from "./keys.ts";
import { arnPattern, globPattern, literalPattern, matchesPattern, type Pattern } from "./patterns.ts";

/** What a request has for a key: undefined (nothing), or values, of which there are several only for some keys. */
export type KeyValue = readonly string[] | undefined;

export type Family = "text" | "number" | "date" | "bool" | "ip" | "null";

export interface Test {
  readonly key: string;
  /** For people: as AWS spells it, where it is known. */
  readonly spelledKey: string;
  /** Lower case, without quantifier and `IfExists`. */
  readonly operator: string;
  readonly quantifier?: "all" | "any";
  readonly ifExists: boolean;
  readonly negated: boolean;
  readonly family: Family;
  readonly values: readonly string[];
  /** For each value, of family text. */
  readonly patterns: readonly Pattern[];
  /** Why nobody can say whether it holds. Tests with equal `id` hold or fail together all the same. */
  readonly undecidable?: string;
  readonly id: string;
}

const families: Readonly<Record<string, Family>> = {
  string: "text",
  arn: "text",
  numeric: "number",
  date: "date",
  bool: "bool",
  ipaddress: "ip",
  notipaddress: "ip",
  null: "null",
};

/** The tests of a condition, all of which must hold. `variables`: `${…}` stands for something. */
export function testsOf(condition: unknown, variables: boolean): Test[] {
  if (!isMap(condition))
    return condition === undefined ? [] : [unknownTest("the condition is not known", "", condition)];
  return Object.entries(condition).flatMap(([operator, keys]) =>
    isMap(keys)
      ? Object.entries(keys).map(([key, values]) => testOf(operator, key, values, variables))
      : [unknownTest(`the condition ${operator} is not known`, "", keys)],
  );
}

/** Something that may hold or not. It is the same on both sides of a change if the reason is, and what is `written`. */
export function unknownTest(reason: string, key = "", written?: unknown): Test {
  return {
    key,
    spelledKey: spelledKey(key),
    operator: "",
    ifExists: false,
    negated: false,
    family: "text",
    values: [],
    patterns: [],
    undecidable: reason,
    id: `?${reason} ${JSON.stringify(written) ?? ""}`,
  };
}

/** Binary values are in no request to ECR. */
function isOperator(written: string): boolean {
  const spelled = spelledOperator(written);
  return spelled !== undefined && !spelled.includes("Binary");
}

function testOf(written: string, key: string, value: unknown, variables: boolean): Test {
  let operator = written.toLowerCase();
  const quantifier: Test["quantifier"] = operator.startsWith("forallvalues:")
    ? "all"
    : operator.startsWith("foranyvalue:")
      ? "any"
      : undefined;
  if (quantifier) operator = operator.slice(operator.indexOf(":") + 1);
  const ifExists = operator.endsWith("ifexists");
  if (ifExists) operator = operator.slice(0, -"ifexists".length);
  const name = canonicalKey(key);
  const spelled = spelledKey(key);
  if (!isOperator(written)) return unknownTest(`what ${written} of ${spelled} does is not known`, name, value);
  const family = familyOf(operator, name);
  const listed = Array.isArray(value) ? value : [value];
  const known = listed.every((item) => ["string", "number", "boolean"].includes(typeof item));
  const values = known ? [...new Set(listed.map(String))].sort() : [];
  if (!family || !known) return unknownTest(`the values of ${spelled} are not known`, name, value);
  const plain = values.map((text) => (variables ? withoutEscapes(text) : text));
  const id = `${quantifier ?? ""}:${operator}${ifExists ? "?" : ""} ${name} ${JSON.stringify(plain)}`;
  const test: Omit<Test, "patterns"> = {
    key: name,
    spelledKey: spelled,
    operator,
    ...(quantifier ? { quantifier } : {}),
    ifExists,
    negated: operator.includes("not"),
    family,
    values: plain.map((parts) => (typeof parts === "string" ? parts : parts.join(""))),
    id,
  };
  const patterns = family === "text" ? plain.map((parts) => patternOf(operator, parts)) : [];
  const undecidable = flawOf(test, variables, values, patterns);
  return {
    ...test,
    patterns: patterns.filter((pattern) => pattern !== undefined),
    ...(undecidable === undefined ? {} : { undecidable, id: `?${id}` }),
  };
}

/** The time of a request is compared as a date, also where it is written as a number. */
function familyOf(operator: string, key: string): Family | undefined {
  const family = Object.entries(families).find(([prefix]) => operator.startsWith(prefix))?.[1];
  return family === "number" && key === "aws:currenttime" ? "date" : family;
}

/** `${*}`, `${?}` and `${$}` are the characters themselves: parts at odd places are meant literally. */
function withoutEscapes(text: string): string | string[] {
  const parts: string[] = [];
  let rest = text;
  for (;;) {
    const at = ["*", "?", "$"].map((character) => rest.indexOf(`\${${character}}`)).filter((index) => index >= 0);
    if (at.length === 0) break;
    const first = Math.min(...at);
    parts.push(rest.slice(0, first), rest[first + 2] ?? "");
    rest = rest.slice(first + 4);
  }
  return parts.length === 0 ? text : [...parts, rest];
}

function patternOf(operator: string, parts: string | string[]): Pattern | undefined {
  const fold = operator.endsWith("ignorecase");
  if (operator.startsWith("arn")) return typeof parts === "string" ? arnPattern(parts) : undefined;
  const glob = operator.endsWith("like");
  return [parts]
    .flat()
    .flatMap((part, index) => (glob && index % 2 === 0 ? globPattern(part) : literalPattern(part, fold)));
}

/** What keeps a test from being decided. */
function flawOf(
  {
    key,
    spelledKey,
    family,
    quantifier,
    values,
  }: Pick<Test, "key" | "spelledKey" | "family" | "quantifier" | "values">,
  variables: boolean,
  written: readonly string[],
  patterns: readonly (Pattern | undefined)[],
): string | undefined {
  const variable = variables ? written.map(variableIn).find((name) => name !== undefined) : undefined;
  if (variable !== undefined) return `the policy variable ${variable} is not known`;
  if (patterns.includes(undefined)) return `a value of ${spelledKey} is compared as an ARN and is none`;
  const parses = {
    number: isNumber,
    date: (text: string) => dateOf(text) !== undefined,
    ip: (text: string) => !!parseRange(text),
    bool: isBool,
    null: isBool,
  };
  if (family in parses && !values.every(parses[family as keyof typeof parses]))
    return `a value of ${spelledKey} is of the wrong type`;
  if (factsOfKey(key)?.several && !quantifier && family !== "null")
    return `${spelledKey} can have several values, and the operator does not say how many must match`;
  return undefined;
}

/** `${aws:PrincipalTag/team}` in a text. */
export function variableIn(text: string): string | undefined {
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at + 2)) {
    const end = text.indexOf("}", at);
    if (end < 0) return undefined;
    if (!["*", "?", "$"].includes(text.slice(at + 2, end))) return text.slice(at, end + 1);
  }
  return undefined;
}

function isBool(text: string): boolean {
  return ["true", "false"].includes(text.toLowerCase());
}

/** A decimal number. What else JavaScript reads, such as `0x10`, AWS may read otherwise. */
export function isNumber(text: string): boolean {
  return /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text);
}

const isoDate = /^([+-]\d{6}|\d{4})-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?$/;

/**
 * Milliseconds of an ISO 8601 date, with its zone where it has a time, or of seconds since 1970; undefined for what AWS may
 * read otherwise, such as four digits.
 */
export function dateOf(text: string): number | undefined {
  if (isNumber(text)) return text.length === 4 ? undefined : Number(text) * 1_000;
  const time = isoDate.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/**
 * Whether the test holds. An absent key fails a positive test and passes a negated one, `IfExists` and `ForAllValues`;
 * `ForAnyValue` it fails.
 */
export function holds(test: Test, value: KeyValue): boolean {
  const absent = value === undefined || value.length === 0;
  if (test.family === "null") return test.values.some((text) => (text.toLowerCase() === "true") === absent);
  if (absent) return test.ifExists || (test.quantifier ? test.quantifier === "all" : test.negated);
  const one = (text: string) => test.values.some((_, index) => matchesValue(test, index, text)) !== test.negated;
  return test.quantifier === "all" ? value.every(one) : value.some(one);
}

/** Whether one value of the test, without its negation, is that of the request. */
export function matchesValue({ family, operator, values, patterns }: Test, index: number, text: string): boolean {
  const wanted = values[index] ?? "";
  switch (family) {
    case "text":
      if (operator === "stringequals" || operator === "stringnotequals") return wanted === text;
      return matchesPattern(patterns[index] ?? [], text);
    case "bool":
      return wanted.toLowerCase() === text.toLowerCase();
    case "ip": {
      const [range, address] = [parseRange(wanted), parseAddress(text)];
      return range !== undefined && address !== undefined && contains(range, address);
    }
    case "number":
      return isNumber(text) && compares(operator, Number(text), Number(wanted));
    case "date": {
      const [time, bound] = [dateOf(text), dateOf(wanted)];
      return time !== undefined && bound !== undefined && compares(operator, time, bound);
    }
    default:
      return false;
  }
}

function compares(operator: string, left: number, right: number): boolean {
  if (operator.endsWith("lessthanequals")) return left <= right;
  if (operator.endsWith("greaterthanequals")) return left >= right;
  if (operator.endsWith("lessthan")) return left < right;
  if (operator.endsWith("greaterthan")) return left > right;
  return left === right;
}
