/** A decision diagram: what decides about one request, as layers of choices, with everything about the rules as bits. */

import { type Budget, spend, TooMuch, within } from "../../language/budget.ts";
import { spelledKey } from "../../language/keys.ts";
import type { KeyValue, Test } from "../../language/tests.ts";
import type { AskedAction } from "../rules/actions.ts";
import type { Principal } from "../rules/principals.ts";
import type { Rule } from "../rules/statements.ts";
import { type Classes, classesOf, type Knowledge } from "./classes.ts";
import type { Tuple } from "./joint.ts";
import { knowledgeOf, type World } from "./knowledge.ts";

/** Who asks, and for what: one of a class of actions. */
export interface Asking {
  readonly principal: Principal;
  readonly action: AskedAction;
}

/** Classes of a key's values, by key and what is known of it; a reason (text) where they are too many. */
export type ClassCache = Map<string, Classes | string>;

export interface Cause {
  /** The statement that allows now; or, `lifted`, the Deny that no longer refuses. */
  readonly rule: Rule;
  readonly lifted: boolean;
  /** Of a loss: that Deny, where its statement is the only one of its side that refuses: the loss is where it applies. */
  readonly lone: Rule | undefined;
  /** The statement that allows. */
  readonly granting: Rule;
  /** Statements of the granting side that may still refuse under conditions. */
  readonly denying: readonly Rule[];
  /** Statements of the other side that allow it under conditions. */
  readonly already: readonly Rule[];
  /** For each key the values of the difference. */
  readonly used: ReadonlyMap<string, Used>;
  /** One request's context that shows it. */
  readonly context: ReadonlyMap<string, KeyValue>;
}

export interface Used {
  readonly values: readonly KeyValue[];
  /** Those are all that there are. */
  readonly all: boolean;
  /** A value stands for all patterns of a test. */
  readonly coarse: boolean;
}

export interface Choice {
  /** One for each key of the layer, in its order. */
  readonly values: readonly Tuple[];
  /** The rules of which all tests on the keys hold. */
  readonly mask: bigint;
}

export interface Layer {
  /** One, or those that hang together. */
  readonly keys: readonly string[];
  readonly coarse: boolean;
  readonly choices: readonly Choice[];
  /** Rules with a test on one of the keys. */
  readonly tested: bigint;
}

/** What decides, with everything about the rules as bits. */
export interface Diagram {
  readonly rules: readonly Rule[];
  readonly layers: readonly Layer[];
  /** Keys that decide nothing here, each with a value that a request can have. */
  readonly idle: ReadonlyMap<string, KeyValue>;
  /** From here on a layer is something undecidable. */
  readonly firstUndecidable: number;
  readonly reasons: readonly string[];
  /** By depth: the rules without a test further on. */
  readonly done: readonly bigint[];
  readonly sides: readonly [SideBits, SideBits];
  readonly budget: Budget;
}

export interface SideBits {
  readonly allow: bigint;
  readonly deny: bigint;
}

export function firstOfEach(rules: readonly Rule[]): Rule[] {
  const seen = new Set<string>();
  return rules.filter(({ side, condition }) => {
    const key = `${side} ${condition}`;
    return !seen.has(key) && !!seen.add(key);
  });
}

/**
 * What is known of every key that the rules test; a reason (text) where its tests cannot be decided. Of keys that hang together
 * there is one entry, by all their names.
 */
export function knownKeys(
  rules: readonly Rule[],
  { principal, action }: Asking,
  world: World,
): Map<string, Knowledge | string> {
  const known = new Map<string, Knowledge | string>();
  const keys = new Set<string>();
  for (const rule of rules) for (const key of rule.keys) keys.add(key);
  for (const key of keys) {
    const knowledge = world.mixed.get(key) ?? knowledgeOf(principal, action, key, world, keys);
    const group = typeof knowledge === "string" ? undefined : knowledge.group;
    if (!group) known.set(key, knowledge);
    else {
      const flaw = group.keys.map((other) => world.mixed.get(other)).find((found) => found !== undefined);
      if (flaw === undefined) known.set(group.keys.join(" "), knowledge);
      else for (const other of group.keys) known.set(other, flaw);
    }
  }
  return known;
}

/** As text: equal when the same is known of the same keys. */
export function factsAbout(known: ReadonlyMap<string, Knowledge | string>): string[] {
  return [...known].map(([key, knowledge]) => (typeof knowledge === "string" ? knowledge : `${key} ${knowledge.name}`));
}

export function diagramOf(
  rules: readonly Rule[],
  known: ReadonlyMap<string, Knowledge | string>,
  world: World,
  cache: ClassCache,
  budget: Budget,
): Diagram {
  for (const { tests } of rules) spend(budget, 2 + known.size * (1 + tests.length));
  const open = new Map<string, string>();
  const decided: Layer[] = [];
  for (const [key, knowledge] of known) {
    const group = typeof knowledge === "string" ? undefined : knowledge.group;
    const keys = group?.keys ?? [key];
    const tests = keys.flatMap((name) => world.tests.get(name) ?? []);
    if (typeof knowledge === "string") {
      for (const { id } of tests) open.set(id, knowledge);
      continue;
    }
    const classes = knownClasses(key, tests, knowledge, cache, budget);
    if (typeof classes === "string") {
      for (const { id } of tests) open.set(id, classes);
      continue;
    }
    const options = classes.list.map(({ values, holding }) => ({ values, test: ({ id }: Test) => holding.has(id) }));
    const isOurs = (test: Test) => keys.includes(test.key) && test.undecidable === undefined;
    decided.push({ ...layerOf(keys, options, rules, isOurs), coarse: classes.coarse });
  }
  for (const { id, undecidable } of rules.flatMap(({ tests }) => tests))
    if (undecidable !== undefined) open.set(id, undecidable);
  const either = [true, false].map((truth) => ({ values: [undefined], test: () => truth }));
  const undecidable = [...open.keys()].map((id) => layerOf([id], either, rules, (test) => test.id === id));
  const isIdle = ({ choices }: Layer) => choices.length === 1 && choices[0]?.mask === allOf(rules);
  const deciding = decided.filter((layer) => !isIdle(layer));
  const unsettled = undecidable.filter(({ tested }) => tested > 0n);
  const layers = [...deciding, ...unsettled];
  return {
    rules,
    layers,
    idle: new Map(
      decided.filter(isIdle).flatMap(({ keys, choices }) => keys.map((key, at) => [key, choices[0]?.values[0]?.[at]])),
    ),
    firstUndecidable: deciding.length,
    reasons: [...new Set(unsettled.map(({ keys }) => open.get(keys[0] ?? "") ?? ""))].sort(),
    done: doneBy(layers, rules),
    sides: [bitsOf(rules, "before"), bitsOf(rules, "after")],
    budget,
  };
}

/** Steps for one key, so that one key does not take from all others. */
const stepsOfKey = 1_500_000;

function knownClasses(
  key: string,
  tests: readonly Test[],
  knowledge: Knowledge,
  cache: ClassCache,
  budget: Budget,
): Classes | string {
  const name = `${key} ${knowledge.name}`;
  const known = cache.get(name);
  if (known !== undefined) return known;
  let found: Classes | string;
  try {
    const reason = `the tests on ${spelledKey(key)} have too many combinations`;
    found = within(budget, { most: stepsOfKey, reason }, (part) => classesOf(key, tests, knowledge, part));
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    found = error.message;
  }
  cache.set(name, found);
  return found;
}

export function allOf(rules: readonly Rule[]): bigint {
  return (1n << BigInt(rules.length)) - 1n;
}

/** Values under which the same rules go on are one choice. */
function layerOf(
  keys: readonly string[],
  options: readonly { values: Tuple; test(test: Test): boolean }[],
  rules: readonly Rule[],
  isOurs: (test: Test) => boolean,
): Layer {
  const ours = rules.map(({ tests }) => tests.filter(isOurs));
  const tested = ours.reduce((bits, tests, index) => (tests.length > 0 ? bits | (1n << BigInt(index)) : bits), 0n);
  const choices = new Map<bigint, { values: Tuple[]; mask: bigint }>();
  for (const { values, test } of options) {
    const mask = ours.reduce((bits, tests, index) => (tests.every(test) ? bits | (1n << BigInt(index)) : bits), 0n);
    const known = choices.get(mask);
    if (known) known.values.push(values);
    else choices.set(mask, { values: [values], mask });
  }
  return { keys, coarse: false, choices: [...choices.values()], tested };
}

function doneBy(layers: readonly Layer[], rules: readonly Rule[]): bigint[] {
  const done = [allOf(rules)];
  for (const { tested } of layers.toReversed()) done.unshift((done[0] ?? 0n) & ~tested);
  return done;
}

function bitsOf(rules: readonly Rule[], side: "before" | "after"): SideBits {
  const pick = (allow: boolean) =>
    rules.reduce(
      (bits, rule, index) =>
        rule.allow === allow && (rule.side === side || rule.side === "registry") ? bits | (1n << BigInt(index)) : bits,
      0n,
    );
  return { allow: pick(true), deny: pick(false) };
}
