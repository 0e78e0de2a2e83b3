/**
 * Statements made ready to be judged: names as sets, conditions as tests, and where each stands in its document.
 *
 * Lives here: what two documents say, as rules, with the principals, actions and resources that the rules can tell apart.
 * May not live here: values of keys and the question whether a rule applies (`../decision/`), words of a report (`../words.ts`).
 */

import { type Position, parseJson } from "../../../text/json.ts";
import { containsUnknown, isMap } from "../../../text/value.ts";
import { actionTable } from "../../language/action-table.ts";
import type { Budget } from "../../language/budget.ts";
import { type PolicyKind, type Statement, statementsOf, stringsOf } from "../../language/document.ts";
import { testsOf, unknownTest } from "../../language/read-tests.ts";
import type { Test } from "../../language/tests.ts";
import type { Resolve } from "../../language/variables.ts";
import { type ActionList, type AskedAction, actionListOf, actionsOf, placesOf } from "./actions.ts";
import { type AccessContext, factsOf } from "./context.ts";
import { type Names, namesOf, nobody, oddNameIn } from "./names.ts";
import { combined, type Resources, resourceWays, waysOf } from "./ways.ts";

export type Side = "before" | "after" | "registry";

export interface Rule {
  /** No other rule has it. */
  readonly id: string;
  readonly kind: PolicyKind;
  readonly side: Side;
  readonly index: number;
  readonly sid?: string;
  readonly allow: boolean;
  readonly names: Names;
  /** `NotPrincipal`: everybody but these. */
  readonly others: boolean;
  readonly listed: ActionList;
  /** The same as written. */
  readonly written: readonly string[];
  /** By place among the actions of a comparison; at first, those of the table. */
  readonly actions: readonly boolean[];
  /** Undefined: whatever the policy is about. */
  readonly resources?: Resources;
  readonly tests: readonly Test[];
  /** The keys of the tests that can be decided. */
  readonly keys: readonly string[];
  /** Equal for rules that allow or refuse under the same conditions. */
  readonly condition: string;
  position(): Position | undefined;
}

/** Why a document cannot be judged at all. */
export interface Unreadable {
  readonly reason: string;
}

/** Undefined and null documents have no statements. */
export function rulesOf(
  source: unknown,
  kind: PolicyKind,
  side: Side,
  context: AccessContext,
): readonly Rule[] | Unreadable {
  if (source === undefined || source === null) return [];
  const parsed = typeof source === "string" ? parseJson(source) : undefined;
  const document = parsed === undefined ? source : parsed.problems.length > 0 ? undefined : parsed.value;
  const statements = statementsOf(document);
  if (!statements || !isMap(document)) {
    return { reason: containsUnknown(document) ? "the policy is not known yet" : "the document is no policy" };
  }
  const resolve = document["Version"] === "2012-10-17" ? knownVariables(context) : undefined;
  const single = !Array.isArray(document["Statement"]);
  const flaw = statements.map(flawOf).find((found) => found !== undefined);
  if (flaw !== undefined) return { reason: flaw };
  return statements.flatMap((statement, index) => {
    const path = single ? ["Statement"] : ["Statement", index];
    const place = { kind, side, index, resolve, position: once(() => parsed?.locate(path)) };
    const effects = containsUnknown(statement["Effect"]) ? ["Allow", "Deny"] : [statement["Effect"]];
    return effects.flatMap((effect) => rulesOfStatement(statement, effect === "Allow", place));
  });
}

/** Variables that every request to the registry has alike. */
function knownVariables({ owner, region, accounts }: AccessContext): Resolve {
  const organization = owner === undefined ? undefined : factsOf(owner, { accounts: accounts ?? {} })?.organization;
  const known: Readonly<Record<string, string | undefined>> = {
    "aws:resourceaccount": owner,
    "aws:requestedregion": region,
    "aws:resourceorgid": organization,
  };
  return (key) => (Object.hasOwn(known, key) ? known[key] : undefined);
}

/** What leaves open what a statement does at all. */
function flawOf(statement: Statement, index: number): string | undefined {
  const { Effect: effect, Principal: principal, NotPrincipal: others } = statement;
  if (effect !== "Allow" && effect !== "Deny" && !containsUnknown(effect))
    return `statement ${index + 1} is neither an Allow nor a Deny`;
  return principal === undefined && others === undefined ? `statement ${index + 1} says of nobody` : undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

type Place = Pick<Rule, "kind" | "side" | "index" | "position"> & { readonly resolve: Resolve | undefined };

/**
 * A statement as rules that together apply where it applies. There are several where policy variables leave open what it
 * says exactly: one rule for what is certain, and one for what is possible, with a test that nobody can decide.
 */
function rulesOfStatement(statement: Statement, allow: boolean, place: Place): Rule[] {
  const { kind, side, index, resolve, position } = place;
  const here = `statement ${index + 1} of the policy ${side === "registry" ? "of the registry" : side}`;
  const unknowns = unknownParts(statement, here, allow).map((reason) => unknownTest(reason));
  const others = statement["Principal"] === undefined;
  const sid = statement["Sid"];
  const listed = actionListOf(statement);
  const made = {
    ...{ kind, side, index, allow, others, listed, position },
    ...(typeof sid === "string" ? { sid } : {}),
    names: namesOf(others ? statement["NotPrincipal"] : statement["Principal"]),
    written: stringsOf(statement["Action"] ?? statement["NotAction"]),
    actions: placesOf(listed, actionTable),
  };
  const ways = combined([...resourceWays(statement, resolve), ...testsOf(statement["Condition"], resolve).map(waysOf)]);
  return ways.map(({ tests: found, resources }, way) => {
    const tests = [...unknowns, ...found];
    const ids = tests.map(({ id }) => id).sort();
    return {
      ...made,
      id: `${side} ${index} ${allow} ${way}`,
      ...(resources ? { resources } : {}),
      tests,
      keys: [...new Set(tests.flatMap(({ key, undecidable }) => (undecidable === undefined ? key : [])))],
      condition: `${allow} ${ids.join(" & ")}`,
    };
  });
}

/** What a preview does not know yet may make the statement apply or not, as the Allow or the Deny that it may be. */
function unknownParts(statement: Statement, here: string, allow: boolean): string[] {
  const parts = ["Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"].filter((element) =>
    containsUnknown(statement[element]),
  );
  const reasons = parts.map((element) => `${element} of ${here} is not known`);
  for (const element of ["Principal", "NotPrincipal"] as const) {
    const odd = oddNameIn(statement[element]);
    if (odd !== undefined && !parts.includes(element))
      reasons.push(`who ${odd} in ${element} of ${here} is, is not known`);
  }
  if (containsUnknown(statement["Effect"]))
    reasons.push(`whether ${here} is ${allow ? "an Allow" : "a Deny"} is not known`);
  return reasons;
}

/** The rules, about all actions that they can tell apart. */
export function aboutActions(
  rules: readonly Rule[],
  budget: Budget,
): { readonly rules: readonly Rule[]; readonly actions: readonly AskedAction[] } {
  const actions = actionsOf(rules, budget);
  const places = new Map<string, boolean[]>();
  const of = (rule: Rule) => {
    const key = `${rule.listed.others} ${rule.listed.patterns.join()}`;
    const known = places.get(key) ?? placesOf(rule.listed, actions);
    places.set(key, known);
    return known;
  };
  return { rules: rules.map((rule) => ({ ...rule, actions: of(rule) })), actions };
}

/** What the identity policies of an account allow at most, as a rule of both sides. */
export function identityPolicies(account: string, actions: readonly AskedAction[]): Rule {
  return {
    id: "identity",
    kind: "repository",
    side: "registry",
    index: 0,
    allow: true,
    names: { ...nobody, aws: [account], accounts: new Set([account]) },
    others: false,
    listed: { patterns: ["*"], others: false },
    written: ["*"],
    actions: actions.map(() => true),
    tests: [],
    keys: [],
    condition: "true ",
    position: () => undefined,
  };
}

/** As text: equal for rules that say the same. */
export function meaningOf({ names, others, actions, resources, condition }: Rule): string {
  const { everybody, aws, service, federated, canonical } = names;
  return JSON.stringify([everybody, aws, service, federated, canonical, others, actions, resources, condition]);
}
