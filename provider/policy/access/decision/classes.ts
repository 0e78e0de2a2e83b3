/**
 * The values of a key, cut into classes that no test tells apart, each with one value that stands for it. Nothing that a
 * request can have is left out: patterns are walked as automata, numbers, dates and addresses are tried at every edge.
 */

import { edgesOf, parseRange } from "../../language/addresses.ts";
import { representatives } from "../../language/automata.ts";
import { type Budget, spend, TooMuch, within } from "../../language/budget.ts";
import { domainOf, factsOfKey } from "../../language/keys.ts";
import { matchesPattern, type Pattern, type Union } from "../../language/patterns.ts";
import { dateOf, type Family, holds, type KeyValue, type Test } from "../../language/tests.ts";
import type { Group, Tuple } from "./joint.ts";

/** What is known of a key's value for one class of principals. */
export interface Knowledge {
  /** All that it can be; absent when it is free. */
  readonly values?: readonly KeyValue[];
  /** Texts that it can be, where it is free and has fewer than its type allows. */
  readonly domains?: readonly Pattern[];
  readonly excluded?: ReadonlySet<string>;
  /** Texts that are told apart from all others, whatever the tests do. */
  readonly apart?: readonly Pattern[];
  /** Whether a request can be without it; by default what its table says. */
  readonly absent?: boolean;
  /** The key's values come together with those of other keys. */
  readonly group?: Group;
  /** Two pieces of knowledge with the same name are the same. */
  readonly name: string;
}

export const freeKey: Knowledge = { name: "" };

/** The families of the tests on one key, apart from `Null`. With two of them the key cannot be cut into classes. */
export function familiesOf(tests: readonly Test[]): Family[] {
  return [...new Set(tests.map(({ family }) => family))].filter((family) => family !== "null");
}

/** Whether a request can have several values of the key; of a key that is not known, if a test takes it for such a one. */
export function isOfSeveral(key: string, tests: readonly Test[]): boolean {
  const facts = factsOfKey(key);
  return facts ? facts.several === true : tests.some(({ quantifier }) => quantifier !== undefined);
}

/** Values of one key, or of keys that hang together, and the tests that hold for them, by their ids. */
export interface ValueClass {
  readonly values: Tuple;
  readonly holding: ReadonlySet<string>;
}

export interface Classes {
  readonly list: readonly ValueClass[];
  /** Only tests are told apart, and not the patterns in the list of a test. */
  readonly coarse: boolean;
}

/** Steps in which the patterns in the lists of tests are told apart, which only serves the words of a report. */
const stepsForWords = 100_000;

/** At least one value for each class; the absent one first. */
export function classesOf(key: string, tests: readonly Test[], knowledge: Knowledge, budget: Budget): Classes {
  const keys = knowledge.group?.keys ?? [key];
  const ofKeys = keys.map((name) => tests.filter((test) => test.key === name));
  const classes = (coarse: boolean, most: number): Classes =>
    within(budget, { most, reason: budget.reason }, (part) => ({
      coarse,
      list: (
        knowledge.group?.tuples(ofKeys, coarse, part) ??
        valuesOf(key, tests, knowledge, coarse, part).map((value) => [value])
      ).map((values) => {
        for (const test of tests) spend(part, 3 * test.values.length);
        const holding = ofKeys.flatMap((some, at) => some.filter((test) => holds(test, values[at])));
        return { values, holding: new Set(holding.map(({ id }) => id)) };
      }),
    }));
  try {
    return classes(false, stepsForWords);
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return classes(true, Number.POSITIVE_INFINITY);
  }
}

function valuesOf(
  key: string,
  tests: readonly Test[],
  knowledge: Knowledge,
  coarse: boolean,
  budget: Budget,
): readonly KeyValue[] {
  if (knowledge.values) return knowledge.values;
  const facts = factsOfKey(key);
  const elements = elementsOf(familiesOf(tests)[0], facts?.type, tests, knowledge, coarse, budget);
  const absent = knowledge.absent ?? !facts?.always;
  // An account is in one place of one organization, though its path comes as a list.
  if (isOfSeveral(key, tests) && facts?.type !== "path")
    return severalOf(elements, tests, budget).filter((value) => absent || value !== undefined);
  return [...(absent ? [undefined] : []), ...elements.map((text) => [text])];
}

function elementsOf(
  family: Family | undefined,
  type: Parameters<typeof domainOf>[0],
  tests: readonly Test[],
  { domains = [domainOf(type)], excluded = new Set(), apart = [] }: Knowledge,
  coarse: boolean,
  budget: Budget,
): string[] {
  const values = tests.filter((test) => test.family === family).flatMap((test) => test.values);
  // A tag's value may be of no type that a test asks for, and a fraction.
  const loose = type === undefined || type === "string";
  const odd = loose ? ["x"] : [];
  switch (family) {
    case "bool":
      return ["true", "false", ...odd];
    case "ip":
      return [...edgesOf(values.flatMap((text) => parseRange(text) ?? [])), ...odd];
    case "number":
      return [...pointsOf(values.map(Number), loose ? undefined : 1).map(String), ...odd];
    case "date":
      return [
        ...pointsOf(
          values.flatMap((text) => dateOf(text) ?? []),
          1_000,
        ).flatMap((time) => (Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : [])),
        ...odd,
      ];
    default:
      if (type === "bool") return ["true", "false"];
      if (type === "ip") return edgesOf([]);
      return textsOf(tests, { domains, excluded, apart }, coarse, budget);
  }
}

/** Every bound, a point between each two, and one on either side; without a unit, fractions are values as well. */
function pointsOf(bounds: readonly number[], least?: number): number[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  const unit = least ?? 1;
  const whole = least !== undefined && sorted.every((bound) => Number.isInteger(bound / unit));
  const between = sorted.slice(1).flatMap((high, index) => {
    const low = sorted[index] ?? high;
    if (!whole) return [(low + high) / 2];
    return high - low > unit ? [low + unit] : [];
  });
  const [first = 0, last = first] = [sorted[0], sorted.at(-1)];
  return [first - unit, ...sorted, ...between, last + unit];
}

/** Values without wildcards stand for themselves; only the others need to be walked, `coarse`: those of one test as one. */
function textsOf(
  tests: readonly Test[],
  { domains, excluded, apart }: Required<Pick<Knowledge, "domains" | "excluded" | "apart">>,
  coarse: boolean,
  budget: Budget,
): string[] {
  const literals = new Set<string>();
  const unions: Union[] = [];
  for (const union of [apart, ...tests.map((test) => test.patterns)]) {
    const open = union.filter((pattern) => {
      const isLiteral = pattern.every(({ star, only, fold }) => !star && only !== undefined && !fold);
      if (isLiteral) literals.add(pattern.map(({ only }) => only).join(""));
      return !isLiteral;
    });
    if (coarse && open.length > 0) unions.push(open);
    else unions.push(...open.map((pattern) => [pattern]));
  }
  const possible = [...literals].filter(
    (text) => domains.some((domain) => matchesPattern(domain, text)) && !excluded.has(text),
  );
  const others = new Set([...literals, ...excluded]);
  return [...possible, ...representatives(unions, domains, others, budget)];
}

function truthOf(tests: readonly Test[], value: KeyValue): string {
  return tests.map((test) => (holds(test, value) ? 1 : 0)).join("");
}

/**
 * Sets of values: all that can be told apart, found by adding one value at a time. A quantified test is an "all" or an
 * "any" over the set, so sets with the same truths for both grow into sets with the same truths.
 */
function severalOf(elements: readonly string[], tests: readonly Test[], budget: Budget): KeyValue[] {
  const both = tests.flatMap((test) => [
    { ...test, quantifier: "all" as const },
    { ...test, quantifier: "any" as const },
  ]);
  const found = new Map<string, KeyValue>([["", undefined]]);
  let layer: readonly (readonly string[])[] = [[]];
  while (layer.length > 0) {
    const next: (readonly string[])[] = [];
    for (const set of layer)
      for (const element of elements) {
        spend(budget, both.length * (1 + set.length));
        const grown = [...set, element];
        const truth = truthOf(both, grown);
        if (found.has(truth)) continue;
        found.set(truth, grown);
        next.push(grown);
      }
    layer = next;
  }
  return [...found.values()];
}
