/**
 * What a change of a policy lets whom do, or no longer do: exact, or said to be undecided. A claim is about the documents
 * that were given; a caller of another account also needs an identity policy of its own that allows the same.
 *
 * Keys of conditions are taken to be independent of each other, except those of `decision/joint.ts`.
 *
 * Lives here: who may do what by a policy, and what a change of it grants or revokes, over classes of requests.
 * May not live here: how actions, keys and principals are written (`../language/`), whether AWS accepts a policy
 *   (`../validate.ts`).
 */

import { type Budget, newBudget, TooMuch, within } from "../language/budget.ts";
import { decide, type Memory, newMemory } from "./decision/decide.ts";
import { type Alike, actionClasses, groupsOf, inScope, matching, namesInScope } from "./decision/groups.ts";
import type { World } from "./decision/knowledge.ts";
import { worldOf } from "./decision/world.ts";
import { addFact, type Fact } from "./facts.ts";
import { type AccessRow, rowsOf } from "./rows.ts";
import type { AskedAction } from "./rules/actions.ts";
import type { AccessContext } from "./rules/context.ts";
import { principalsOf } from "./rules/principals.ts";
import { isAbout, type Resource, resourcesOf } from "./rules/resources.ts";
import { aboutActions, identityPolicies, meaningOf, type Rule, rulesOf } from "./rules/statements.ts";
import { leftOpen, together, type Undecided } from "./undecided.ts";

export type Relation = "equal" | "wider" | "narrower" | "incomparable" | "undecided";

export interface AccessChange {
  /** Of after to before. */
  readonly relation: Relation;
  readonly gains: readonly AccessRow[];
  readonly losses: readonly AccessRow[];
  readonly undecided: readonly Undecided[];
  /** Of one policy that is not a change: what it denies, whatever other policies allow. */
  readonly denied?: readonly AccessRow[];
  /** What can at most be lost, and why it is not known how much of it is. */
  readonly narrowed?: readonly Undecided[];
}

/**
 * Compares two policies, as text or objects; an absent one allows nothing. Never throws. What takes too many steps, what
 * depends on a value that is not in the documents and what is not a policy is undecided, never equal.
 */
export function compareAccess(before: unknown, after: unknown, context: AccessContext = {}): AccessChange {
  const share = { most: stepsOfComparison, free: freeSteps, reason: "too many combinations", ...context.share };
  return within(context.budget ?? newBudget(), share, (budget) => compared(before, after, context, budget));
}

/** What one comparison may do; the first steps are not taken from the budget of its run, so that ordinary policies are always compared. */
const [stepsOfComparison, freeSteps] = [3_000_000, 100_000];

function compared(before: unknown, after: unknown, context: AccessContext, budget: Budget): AccessChange {
  const { kind = "repository", registryPolicy } = context;
  const parts = [
    rulesOf(before, kind, "before", context),
    rulesOf(after, kind, "after", context),
    kind === "repository" ? rulesOf(registryPolicy, "registry", "registry", context) : [],
  ];
  const reasons = parts.flatMap((part) => ("reason" in part ? [part.reason] : []));
  if (reasons.length > 0) return undecided([...new Set(reasons)]);
  try {
    const about = aboutActions(
      parts.flatMap((part) => ("reason" in part ? [] : part)),
      budget,
    );
    const documents = { ...about, rules: about.rules.map((rule) => inScope(rule, context)) };
    const change = compareRules(documents, context, budget);
    const { owner, refusals = true } = context;
    return owner === undefined || !refusals ? change : withRefusals(change, documents, owner, context, budget);
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return undecided([error.message]);
  }
}

/**
 * Adds what the documents refuse, or no longer do, to principals of the owner's account: for them identity policies can
 * allow what this policy does not, and only a Deny of it refuses.
 */
function withRefusals(
  change: AccessChange,
  { rules, actions }: Documents,
  owner: string,
  context: AccessContext,
  budget: Budget,
): AccessChange {
  const denies = rules.filter(({ allow }) => !allow);
  const [before, after] = (["before", "after"] as const).map((side) =>
    denies
      .filter((rule) => rule.side === side)
      .map(meaningOf)
      .sort()
      .join(),
  );
  if (before === after) return change;
  const refusals = compareRules({ rules: [...denies, identityPolicies(owner, actions)], actions }, context, budget);
  const added = (rows: readonly AccessRow[], told: readonly AccessRow[]) =>
    rows
      .filter(({ who }) => "account" in who && who.account === owner)
      .filter((row) => !told.some((other) => isSameClaim(row, other)))
      .map((row) => ({ ...row, refusal: true as const }));
  const gains = [...change.gains, ...added(refusals.gains, change.gains)];
  const losses = [...change.losses, ...added(refusals.losses, change.losses)];
  const narrowed = [...(change.narrowed ?? []), ...(refusals.narrowed ?? [])];
  return changeOf({ gains, losses, undecided: [...change.undecided, ...refusals.undecided], narrowed });
}

function isSameClaim(left: AccessRow, right: AccessRow): boolean {
  return (
    left.principal === right.principal &&
    left.because.policy === right.because.policy &&
    left.because.index === right.because.index &&
    left.actions.every((action) => right.actions.includes(action))
  );
}

function undecided(reasons: readonly string[]): AccessChange {
  return {
    relation: "undecided",
    gains: [],
    losses: [],
    undecided: [{ principal: "everybody", actions: ["ecr:*"], reasons }],
  };
}

interface Found {
  readonly gains: Fact[];
  readonly losses: Fact[];
  readonly undecided: Undecided[];
  readonly narrowed: Undecided[];
}

/** Rules, and all actions that they can tell apart. */
interface Documents {
  readonly rules: readonly Rule[];
  readonly actions: readonly AskedAction[];
}

function compareRules({ rules, actions: all }: Documents, context: AccessContext, budget: Budget): AccessChange {
  const principals = principalsOf(rules, context);
  const world = { ...worldOf(rules, principals, context), actions: all };
  const resources = resourcesOf(rules, context, budget);
  const classes = actionClasses(rules, world);
  const memory = newMemory();
  const found: Found = { gains: [], losses: [], undecided: [], narrowed: [] };
  for (const { alike, about } of groupsOf(rules, principals, world)) {
    for (const actions of classes) {
      try {
        compareClass(about, alike, actions, { world, resources, memory, budget }, found);
      } catch (error) {
        if (!(error instanceof TooMuch)) throw error;
        found.undecided.push(...leftOpen(alike, actions.names, [error.message], world));
      }
    }
  }
  const unknown = new Map(all.flatMap((action) => (action.unknown ? [[action.name, action.unknown] as const] : [])));
  const scope = { actions: namesInScope(context, all), unknown, repositories: resources.length - 1 };
  const tell = (facts: readonly Fact[]) => rowsOf(facts, context, scope);
  return changeOf({ ...found, gains: tell(found.gains), losses: tell(found.losses) });
}

function changeOf({
  gains,
  losses,
  undecided: open,
  narrowed,
}: Required<Omit<AccessChange, "relation" | "denied">>): AccessChange {
  return {
    relation: relationOf(gains.length > 0, losses.length + narrowed.length > 0, open.length > 0),
    gains,
    losses,
    undecided: together(open),
    ...(narrowed.length > 0 ? { narrowed: together(narrowed) } : {}),
  };
}

function relationOf(gains: boolean, losses: boolean, undecided: boolean): Relation {
  if (gains && losses) return "incomparable";
  if (undecided) return "undecided";
  if (gains) return "wider";
  return losses ? "narrower" : "equal";
}

interface Work {
  readonly world: World;
  readonly resources: readonly Resource[];
  readonly memory: Memory;
  readonly budget: Budget;
}

function compareClass(
  about: readonly Rule[],
  principals: Alike,
  { names, index }: { names: string[]; index: number },
  { world, resources, memory, budget }: Work,
  found: Found,
): void {
  const listed = about.filter(({ actions }) => actions[index]);
  if (listed.length === 0) return;
  const facts = { gains: new Map<string, Fact>(), losses: new Map<string, Fact>() };
  const reasons = { undecided: new Set<string>(), narrowed: new Set<string>() };
  const action = world.actions[index];
  if (!action) return;
  const asking = { principal: principals[0], action };
  const isOfRegistry = action.scope === "registry";
  for (const resource of resources) {
    if ((resource.kind === "registry") !== isOfRegistry) continue;
    const outcome = decide(
      matching(listed, (rule) => isAbout(rule, resource)),
      asking,
      world,
      memory,
      budget,
    );
    for (const way of ["undecided", "narrowed"] as const) for (const reason of outcome[way]) reasons[way].add(reason);
    for (const way of ["gains", "losses"] as const)
      for (const cause of outcome[way]) addFact(facts[way], { principals, cause, names, resource, world });
  }
  found.gains.push(...facts.gains.values());
  found.losses.push(...facts.losses.values());
  for (const way of ["undecided", "narrowed"] as const)
    if (reasons[way].size > 0) found[way].push(...leftOpen(principals, names, [...reasons[way]].sort(), world));
}
