/**
 * One class of principals, one class of actions, one resource: under which conditions does the answer differ between
 * before and after? The values of each key are cut into classes, and a decision diagram over the keys is walked in which
 * equal situations are visited once. What cannot be decided stands last in it, as something that may hold or not: a
 * difference counts only if it is there either way, and else is undecided.
 *
 * Lives here: what the keys of a request can be, cut into classes, and under which of them the answers of two policies differ.
 * May not live here: the reading of documents (`../rules/`), words of a report (`../words.ts`).
 */

import { type Budget, spend } from "../../language/budget.ts";
import type { KeyValue } from "../../language/tests.ts";
import type { Rule } from "../rules/statements.ts";
import {
  type Asking,
  allOf,
  type Cause,
  type Choice,
  type ClassCache,
  type Diagram,
  diagramOf,
  factsAbout,
  firstOfEach,
  knownKeys,
  type Layer,
  type SideBits,
  type Used,
} from "./diagram.ts";
import type { World } from "./knowledge.ts";

export interface Outcome {
  readonly gains: readonly Cause[];
  readonly losses: readonly Cause[];
  /** Why there may be a gain; empty when there is none, or only those that are told. */
  readonly undecided: readonly string[];
  /** Why there may be a loss, where nothing can be gained. */
  readonly narrowed: readonly string[];
}

const same: Outcome = { gains: [], losses: [], undecided: [], narrowed: [] };

/** What was found out in one comparison, so that alike questions are answered once. */
export interface Memory {
  readonly classes: ClassCache;
  readonly outcomes: Map<string, Outcome>;
}

export function newMemory(): Memory {
  return { classes: new Map(), outcomes: new Map() };
}

/** `rules` are those that match the principal, the action and the resource. */
export function decide(rules: readonly Rule[], asking: Asking, world: World, memory: Memory, budget: Budget): Outcome {
  if (!rules.some(({ allow }) => allow) || conditionsOf(rules, "before") === conditionsOf(rules, "after")) return same;
  const known = knownKeys(rules, asking, world);
  const question = [...rules.map(({ id }) => id), ...factsAbout(known)].join("\n");
  const answer =
    memory.outcomes.get(question) ?? outcomeOf(diagramOf(firstOfEach(rules), known, world, memory.classes, budget));
  memory.outcomes.set(question, answer);
  return answer;
}

function conditionsOf(rules: readonly Rule[], side: "before" | "after"): string {
  const ours = rules.filter((rule) => rule.side === side || rule.side === "registry");
  return [...new Set(ours.map(({ condition }) => condition))].sort().join("\n");
}

function outcomeOf(diagram: Diagram): Outcome {
  const visit = visitor(diagram);
  const found = visit(0, allOf(diagram.rules));
  return {
    gains: found & gain ? causesOf(diagram, visit, "after") : [],
    losses: found & loss ? causesOf(diagram, visit, "before") : [],
    undecided: found & mayGain ? diagram.reasons : [],
    narrowed: found & mayLose && !(found & mayGain) ? diagram.reasons : [],
  };
}

/** What is found below a place. */
const [gain, loss, mayGain, mayLose] = [1, 2, 4, 8] as const;
/** Leaves by before and after: neither, gained, lost, both. */
const leaves = [1, 2, 4, 8] as const;

function kindOf(outcomes: number): number {
  if (outcomes === 2) return gain;
  if (outcomes === 4) return loss;
  return (outcomes & 2 ? mayGain : 0) | (outcomes & 4 ? mayLose : 0);
}

/** Allowed, refused, or not settled yet by the rules that are done. */
function verdict({ allow, deny }: SideBits, alive: bigint, done: bigint): 0 | 1 | undefined {
  if (alive & done & deny) return 0;
  if ((alive & allow) === 0n) return 0;
  return alive & done & allow && (alive & deny) === 0n ? 1 : undefined;
}

/** Rules that no longer matter are taken out, so that equal situations are equal numbers. */
function reduced({ sides, done }: Diagram, depth: number, alive: bigint): { leaf?: number; alive: bigint } {
  const settled = done[depth] ?? 0n;
  const [before, after] = [verdict(sides[0], alive, settled), verdict(sides[1], alive, settled)];
  if (before !== undefined && after !== undefined)
    return { leaf: leaves[((before << 1) | after) as 0 | 1 | 2 | 3], alive };
  let kept = 0n;
  for (const [index, known] of [before, after].entries()) {
    const { allow, deny } = sides[index] ?? { allow: 0n, deny: 0n };
    if (known === undefined) {
      const granted = alive & settled & allow;
      kept |= alive & deny;
      kept |= granted ? lowest(granted) : alive & allow;
    } else kept |= known === 1 ? lowest(alive & settled & allow) : lowest(alive & settled & deny);
  }
  return { alive: kept };
}

function lowest(bits: bigint): bigint {
  return bits & -bits;
}

type Visit = (depth: number, alive: bigint) => number;

function visitor(diagram: Diagram): Visit {
  const known = new Map<string, number>();
  const { layers, firstUndecidable, budget } = diagram;
  const visit = (depth: number, alive: bigint): number => {
    const state = reduced(diagram, depth, alive);
    if (state.leaf !== undefined) return depth > firstUndecidable ? state.leaf : kindOf(state.leaf);
    const key = `${depth} ${state.alive}`;
    let found = known.get(key);
    if (found === undefined) {
      const choices = layers[depth]?.choices ?? [];
      spend(budget, 20 + 15 * choices.length);
      found = 0;
      for (const { mask } of choices) found |= visit(depth + 1, state.alive & mask);
      if (depth === firstUndecidable) found = kindOf(found);
      known.set(key, found);
    }
    return found;
  };
  return visit;
}

/**
 * The statements that make the difference, as few as show all of it in words. What is certain is so also when nothing
 * undecidable holds, so a statement that hangs on such a thing is none of them.
 */
function causesOf(diagram: Diagram, visit: Visit, side: "before" | "after"): Cause[] {
  const [bits, other] = side === "after" ? diagram.sides.toReversed() : diagram.sides;
  if (!bits || !other) return [];
  const causes: Cause[] = [];
  for (const [index, rule] of diagram.rules.entries()) {
    const settled = diagram.done[diagram.firstUndecidable] ?? 0n;
    if ((bits.allow & settled & (1n << BigInt(index))) === 0n) continue;
    const region = regionOf(diagram, visit, side === "after" ? gain : loss, index);
    if (!region) continue;
    const used = new Map(
      region.used.flatMap((choices, depth) => {
        const layer = diagram.layers[depth];
        return layer ? layer.keys.map((key, at) => [key, usedOf(layer, at, choices)] as const) : [];
      }),
    );
    const lifted = liftedDeny(diagram, side, region.path);
    causes.push({
      rule: lifted ?? rule,
      lifted: lifted !== undefined,
      lone:
        lifted &&
        side === "before" &&
        diagram.rules.every((one, at) => !(other.deny & (1n << BigInt(at))) || one.index === lifted.index)
          ? lifted
          : undefined,
      granting: rule,
      denying: diagram.rules.filter((_, at) => bits.deny & (1n << BigInt(at))),
      already: diagram.rules.filter((_, at) => other.allow & (1n << BigInt(at))),
      used,
      context: new Map([
        ...diagram.idle,
        ...region.path.flatMap((choice, depth) =>
          (diagram.layers[depth]?.keys ?? []).map((key, at) => [key, choice.values[0]?.[at]] as const),
        ),
      ]),
    });
    if ([...used.values()].every(({ all }) => all)) return causes.slice(-1);
  }
  return causes;
}

/** What of one key of a layer belongs to some of its choices. */
function usedOf({ keys, choices, coarse }: Layer, at: number, some: ReadonlySet<Choice>): Used {
  const valuesIn = (chosen: Iterable<Choice>) => [...chosen].flatMap(({ values }) => values.map((tuple) => tuple[at]));
  const values = valuesIn(some);
  if (keys.length === 1) return { values, all: some.size === choices.length, coarse };
  const distinct = (all: readonly KeyValue[]) => new Set(all.map((value) => JSON.stringify(value))).size;
  return { values, all: distinct(values) === distinct(valuesIn(choices)), coarse };
}

interface Region {
  readonly used: readonly ReadonlySet<Choice>[];
  /** A first way to it. */
  readonly path: readonly Choice[];
}

/** Where a kind of difference is, among the situations in which one rule holds. */
function regionOf(diagram: Diagram, visit: Visit, kind: number, rule: number): Region | undefined {
  const { layers, firstUndecidable, budget } = diagram;
  const bit = 1n << BigInt(rule);
  const allowed = layers.slice(0, firstUndecidable).map(({ choices }) => choices.filter(({ mask }) => mask & bit));
  const used = allowed.map(() => new Set<Choice>());
  const known = new Map<string, readonly Choice[] | undefined>();
  const search = (depth: number, alive: bigint): readonly Choice[] | undefined => {
    if ((visit(depth, alive) & kind) === 0) return undefined;
    const state = reduced(diagram, depth, alive);
    if (state.leaf !== undefined || depth === firstUndecidable) {
      if (allowed.slice(depth).some((choices) => choices.length === 0)) return undefined;
      for (const [at, choices] of allowed.entries())
        if (at >= depth) for (const choice of choices) used[at]?.add(choice);
      return allowed.slice(depth).flatMap((choices) => choices.slice(0, 1));
    }
    const key = `${depth} ${state.alive}`;
    if (known.has(key)) return known.get(key);
    spend(budget, 20 + 15 * (allowed[depth]?.length ?? 0));
    let path: readonly Choice[] | undefined;
    for (const choice of allowed[depth] ?? []) {
      const rest = search(depth + 1, state.alive & choice.mask);
      if (!rest) continue;
      used[depth]?.add(choice);
      path ??= [choice, ...rest];
    }
    known.set(key, path);
    return path;
  };
  const path = search(0, allOf(diagram.rules));
  return path && { used, path };
}

/** The Deny of the other side that refused, there, what was allowed all the same. */
function liftedDeny({ rules, sides }: Diagram, side: "before" | "after", path: readonly Choice[]): Rule | undefined {
  const alive = path.reduce((bits, { mask }) => bits & mask, allOf(rules));
  const { allow, deny } = sides[side === "after" ? 0 : 1];
  if ((alive & allow) === 0n || (alive & deny) === 0n) return undefined;
  return rules.find((_, index) => alive & deny & (1n << BigInt(index)));
}
