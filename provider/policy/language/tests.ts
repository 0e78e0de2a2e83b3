/** One test of a condition: an operator, a key and values, and whether it holds for what a request has for the key. */

import { contains, parseAddress, parseRange } from "./addresses.ts";
import { matchesPattern, type Pattern } from "./patterns.ts";

/** What a request has for a key: undefined (nothing), or values, of which there are several only for some keys. */
export type KeyValue = readonly string[] | undefined;

export type Family = "text" | "number" | "date" | "bool" | "ip" | "null";

/** What is known about a test with a policy variable: it holds where all tests of a list hold. */
export interface Bounds {
  /** Where these hold it holds; absent where nothing is certain. */
  readonly certain?: readonly Test[];
  /** Where one of these fails it fails. */
  readonly possible: readonly Test[];
}

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
  /** A pattern stands for a policy variable, so that the value itself is not what is compared. */
  readonly open?: true;
  /** Why it is not known whether it holds. Tests with equal `id` hold or fail together all the same. */
  readonly undecidable?: string;
  /** What is known about it nevertheless. */
  readonly bounds?: Bounds;
  readonly id: string;
}

export function isBool(text: string): boolean {
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
export function matchesValue({ family, operator, values, patterns, open }: Test, index: number, text: string): boolean {
  const wanted = values[index] ?? "";
  switch (family) {
    case "text":
      if (!open && (operator === "stringequals" || operator === "stringnotequals")) return wanted === text;
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
