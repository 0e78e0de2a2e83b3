/** The tests of a condition, as a document writes them. */

import { isMap } from "../../text/value.ts";
import { parseRange } from "./addresses.ts";
import { spelledOperator } from "./conditions.ts";
import { canonicalKey, factsOfKey, spelledKey } from "./keys.ts";
import { anyPattern, arnPattern, globPattern, literalPattern, type Pattern } from "./patterns.ts";
import { type Bounds, dateOf, type Family, isBool, isNumber, type Test } from "./tests.ts";
import { type Piece, piecesOf, type Resolve } from "./variables.ts";

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

/** The tests of a condition, all of which must hold. `resolve`: `${…}` stands for something. */
export function testsOf(condition: unknown, resolve: Resolve | undefined): Test[] {
  if (!isMap(condition))
    return condition === undefined ? [] : [unknownTest("the condition is not known", "", condition)];
  return Object.entries(condition).flatMap(([operator, keys]) =>
    isMap(keys)
      ? Object.entries(keys).map(([key, values]) => testOf(operator, key, values, resolve))
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

function testOf(written: string, key: string, value: unknown, resolve: Resolve | undefined): Test {
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
  if (!family || !known) return unknownTest(`the values of ${spelled} are not known`, name, value);
  const values = [...new Set(listed.map(String))].sort().map((text) => piecesOf(text, resolve));
  const read = values.map((pieces) => (pieces.every(isWritten) ? textOf(pieces) : pieces));
  return withFlaw(
    {
      key: name,
      spelledKey: spelled,
      operator,
      ...(quantifier ? { quantifier } : {}),
      ifExists,
      negated: operator.includes("not"),
      family,
      id: `${quantifier ?? ""}:${operator}${ifExists ? "?" : ""} ${name} ${JSON.stringify(read)}`,
    },
    values,
  );
}

type Written = Omit<Test, "values" | "patterns">;

function withFlaw(test: Written, values: readonly Piece[][]): Test {
  const variable = values.flat().find(({ kind }) => kind === "variable");
  const whole = withValues(test, values);
  if (variable) {
    const undecidable = `the policy variable ${variable.text} is not known`;
    return { ...whole, undecidable, id: `?${test.id}`, bounds: boundsOf(test, values) };
  }
  const undecidable = flawOf(whole, values.length);
  return undecidable === undefined ? whole : { ...whole, undecidable, id: `?${test.id}` };
}

function withValues(test: Written, values: readonly Piece[][]): Test {
  const patterns = test.family === "text" ? values.map((pieces) => patternOf(test.operator, pieces)) : [];
  return { ...test, values: values.map(textOf), patterns: patterns.filter((pattern) => pattern !== undefined) };
}

/**
 * A variable stands for any text, or for none: then a value matches nothing, says IAM's guide, so that a positive operator
 * does not match and an inverted one does. So values with variables match at most what their patterns do, and at least nothing.
 */
function boundsOf(test: Written, values: readonly Piece[][]): Bounds {
  const { family, quantifier, ifExists, negated, key, spelledKey: spelled, id } = test;
  const without = values.filter((pieces) => pieces.every(({ kind }) => kind !== "variable"));
  const bound = (some: readonly Piece[][], name: string): Test => ({
    ...withValues({ ...test, id: `${id} ${name}` }, some),
    ...(some.length > without.length ? { open: true as const } : {}),
  });
  const least = bound(negated ? values : without, "at least");
  const most = bound(negated ? without : values, "at most");
  const isSeveral = factsOfKey(key)?.several && !quantifier;
  if (
    family === "text" &&
    !isSeveral &&
    [least, most].every(({ values: all, patterns }) => all.length === patterns.length)
  ) {
    const passesAbsent = ifExists || quantifier === "all";
    return { possible: [most], ...(negated || without.length > 0 || passesAbsent ? { certain: [least] } : {}) };
  }
  if (family === "null") return { possible: [] };
  const passesAbsent = ifExists || (quantifier ? quantifier === "all" : negated);
  const presence = nullTest(key, spelled, passesAbsent);
  return passesAbsent ? { certain: [presence], possible: [] } : { possible: [presence] };
}

function nullTest(key: string, spelled: string, absent: boolean): Test {
  const values = [String(absent)];
  return {
    ...{ key, spelledKey: spelled, operator: "null", ifExists: false, negated: false, family: "null" },
    ...{ values, patterns: [], id: `:null ${key} ${JSON.stringify(values)}` },
  };
}

function isWritten({ kind }: Piece): boolean {
  return kind === "written";
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/** The time of a request is compared as a date, also where it is written as a number. */
function familyOf(operator: string, key: string): Family | undefined {
  const family = Object.entries(families).find(([prefix]) => operator.startsWith(prefix))?.[1];
  return family === "number" && key === "aws:currenttime" ? "date" : family;
}

/** Undefined for what has to be an ARN and is none. */
function patternOf(operator: string, pieces: readonly Piece[]): Pattern | undefined {
  if (operator.startsWith("arn")) return arnOf(pieces);
  const fold = operator.endsWith("ignorecase");
  const glob = operator.endsWith("like");
  return pieces.flatMap(({ kind, text }) => {
    if (kind === "variable") return anyPattern;
    return glob && kind === "written" ? globPattern(text) : literalPattern(text, fold);
  });
}

/** A variable may hold colons, so that it can be any part of an ARN, or all of it. */
function arnOf(pieces: readonly Piece[]): Pattern | undefined {
  if (pieces.some(({ kind }) => kind === "literal")) return undefined;
  if (pieces.every(isWritten)) return arnPattern(textOf(pieces));
  return pieces.flatMap(({ kind, text }) => (kind === "variable" ? anyPattern : globPattern(text)));
}

/** What keeps a test without variables from being decided. */
function flawOf(
  { key, spelledKey: spelled, family, quantifier, values, patterns }: Test,
  written: number,
): string | undefined {
  if (family === "text" && patterns.length < written) return `a value of ${spelled} is compared as an ARN and is none`;
  const parses = {
    number: isNumber,
    date: (text: string) => dateOf(text) !== undefined,
    ip: (text: string) => !!parseRange(text),
    bool: isBool,
    null: isBool,
  };
  if (family in parses && !values.every(parses[family as keyof typeof parses]))
    return `a value of ${spelled} is of the wrong type`;
  if (factsOfKey(key)?.several && !quantifier && family !== "null")
    return `${spelled} can have several values, and the operator does not say how many must match`;
  return undefined;
}
