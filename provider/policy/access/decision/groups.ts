/** Principals and actions that every statement treats alike, so that each group is judged once. */

import { type Action, actionTable } from "../../language/action-table.ts";
import { appliesIn } from "../../language/actions.ts";
import { unknownTest } from "../../language/read-tests.ts";
import type { AskedAction } from "../rules/actions.ts";
import type { AccessContext } from "../rules/context.ts";
import { covers, type Principal } from "../rules/principals.ts";
import type { Rule } from "../rules/statements.ts";
import { isTrustedAccount } from "../rules/trust.ts";
import { factsAbout, knownKeys } from "./diagram.ts";
import { isOfFewActions, type World } from "./knowledge.ts";

export type Alike = readonly [Principal, ...Principal[]];

/** Principals of one kind that every rule and every key treat alike are judged once; `about` are the rules that match. */
export function groupsOf(
  rules: readonly Rule[],
  principals: readonly Principal[],
  world: World,
): { alike: Alike; about: readonly Rule[] }[] {
  const groups = new Map<string, { alike: [Principal, ...Principal[]]; about: readonly Rule[] }>();
  for (const principal of principals) {
    const about = matching(rules, (rule) => covers(rule, principal));
    if (about.length === 0) continue;
    const trusted = "account" in principal && isTrustedAccount(principal.account, world.context);
    const facts = factsAbout(knownKeys(about, { principal, action: anyAction }, world));
    const key = [principal.kind, trusted, ...about.map(({ id }) => id), ...facts].join("\n");
    const known = groups.get(key);
    if (known) known.alike.push(principal);
    else groups.set(key, { alike: [principal], about });
  }
  return [...groups.values()];
}

/** What is known of an identity's keys does not hang on the action. */
const anyAction: Action = { name: "", level: "read", scope: "repository" };

/** The rules that match; where that cannot be said, with something undecidable among their tests. */
export function matching(rules: readonly Rule[], judge: (rule: Rule) => boolean | string): Rule[] {
  return rules.flatMap((rule) => {
    const matches = judge(rule);
    if (matches === false) return [];
    if (matches === true) return [rule];
    const test = unknownTest(matches);
    return [
      {
        ...rule,
        id: `${rule.id} ${test.id}`,
        tests: [...rule.tests, test],
        condition: `${rule.condition} & ${test.id}`,
      },
    ];
  });
}

/** Names of the actions that a policy can be about, without `ecr:`. */
export function namesInScope(
  context: AccessContext,
  actions: readonly AskedAction[],
): Record<Action["scope"], string[]> {
  const classes = actionClasses([], { context, tests: new Map(), actions });
  const of = (scope: Action["scope"]) =>
    classes.filter(({ index }) => actions[index]?.scope === scope).flatMap(({ names }) => names);
  return { repository: of("repository"), registry: of("registry") };
}

/** Actions that every rule treats alike, by name. */
export function actionClasses(
  rules: readonly Rule[],
  { context, tests, actions }: Pick<World, "context" | "tests" | "actions">,
): { names: string[]; index: number }[] {
  const { kind = "repository", registryScope } = context;
  const keysMatter = [...tests.keys()].some(isOfFewActions);
  const classes = new Map<string, { names: string[]; index: number }>();
  for (const [index, action] of actions.entries()) {
    const { name, scope, conditionKeys = [], unknown } = action;
    if (!appliesIn(kind, action)) continue;
    if (kind === "registry" && registryScope === "V1" && !firstScope.has(name)) continue;
    const keys = keysMatter ? `${conditionKeys.join()} ${unknown !== undefined}` : "";
    const signature = scope + keys + rules.map((rule) => (rule.actions[index] ? 1 : 0)).join("");
    const known = classes.get(signature);
    if (known) known.names.push(name);
    else classes.set(signature, { names: [name], index });
  }
  return [...classes.values()];
}

const firstScope: ReadonlySet<string> = new Set(["BatchImportUpstreamImage", "CreateRepository", "ReplicateImage"]);

/** Which requests a registry policy applies to is a setting of the registry. */
export function inScope(rule: Rule, { registryScope }: AccessContext): Rule {
  if (rule.kind !== "registry" || registryScope !== "V1") return rule;
  return {
    ...rule,
    actions: rule.actions.map((isListed, index) => isListed && firstScope.has(actionTable[index]?.name ?? "")),
  };
}
