/** Differences as rows that a person reads: who, what, where, only if, because of which statement. */

import { spelledKey } from "../language/keys.ts";
import { type Told, tellActions } from "./capabilities.ts";
import type { Cause } from "./decision/diagram.ts";
import type { World } from "./decision/knowledge.ts";
import { isOutside, isPublic } from "./reach.ts";
import type { AccessContext } from "./rules/context.ts";
import type { Principal } from "./rules/principals.ts";
import type { Resource } from "./rules/resources.ts";
import type { Side } from "./rules/statements.ts";
import { conditionWords, principalWords, resourceWords } from "./words.ts";

export interface Because {
  /** Which document the statement stands in. */
  readonly policy: Side;
  /** 0-based place of the statement. */
  readonly index: number;
  readonly sid?: string;
  readonly line?: number;
  /** The statement is a Deny that is gone or no longer refuses this (of a gain), or that is new (of a loss). */
  readonly deny: boolean;
}

/** One request that shows the difference. */
export interface Witness {
  readonly principal: Principal;
  readonly action: string;
  /** ARN of a repository, where the name is known. */
  readonly resource?: string;
  /** What the request has, by keys as AWS spells them; keys that are not there it lacks. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

export interface AccessRow {
  /** In plain words. */
  readonly principal: string;
  readonly who: Principal;
  /**
   * Not what the policy allows, but what it refuses, or no longer does: identity policies of the owner's account may allow
   * the same.
   */
  readonly refusal?: true;
  /** Someone who is neither of the owner's account nor trusted. */
  readonly outside: boolean;
  /** Any account at all, from the internet; of a service: on behalf of anybody. */
  readonly public: boolean;
  /** Such as `pull`; undefined where the actions make up none that has a name. */
  readonly capability?: string;
  /** With `ecr:`. */
  readonly actions: readonly string[];
  readonly resource: string;
  readonly onlyIf?: string;
  readonly because: Because;
  readonly witness: Witness;
}

/** A difference of one class of principals and of actions, before it is told. */
export interface Fact {
  /** All that it is about, treated alike; the first stands for them. */
  readonly principals: readonly Principal[];
  readonly cause: Cause;
  readonly onlyIf: string | undefined;
  readonly outside: boolean;
  readonly actions: string[];
  readonly arns: Set<string>;
  readonly example: { readonly action: string; readonly resource: Resource };
}

/** What is the same for all principals of a cause, made once. */
interface Telling {
  readonly onlyIf: string | undefined;
  /** By which statements, and only if what. */
  readonly name: string;
  /** The same, and by which request. */
  readonly example: string;
}

const tellings = new WeakMap<Cause, Telling>();

function tellingOf(cause: Cause): Telling {
  const known = tellings.get(cause);
  if (known) return known;
  const onlyIf = conditionWords(cause);
  const name = JSON.stringify([cause.rule.id, cause.granting.id, onlyIf]);
  const made = { onlyIf, name, example: name + JSON.stringify([...cause.context]) };
  tellings.set(cause, made);
  return made;
}

export function addFact(
  facts: Map<string, Fact>,
  {
    principals,
    cause,
    names,
    resource,
    world,
  }: {
    principals: readonly [Principal, ...Principal[]];
    cause: Cause;
    names: string[];
    resource: Resource;
    world: World;
  },
): void {
  const { onlyIf, name } = tellingOf(cause);
  const outside = isOutside(principals[0], cause, world.context);
  const key = `${name} ${outside}`;
  const arn = resource.kind === "repository" ? (resource.arn ?? "") : "";
  const known = facts.get(key);
  if (known) known.arns.add(arn);
  else
    facts.set(key, {
      principals,
      cause,
      onlyIf,
      outside,
      actions: [...names],
      arns: new Set([arn]),
      example: { action: `ecr:${names[0] ?? ""}`, resource },
    });
}

/** All that there is: names of actions without `ecr:`, by what they are about, and how many classes of repositories. */
export interface Scope {
  readonly actions: Readonly<Record<Resource["kind"], readonly string[]>>;
  readonly repositories: number;
}

/** Facts about the same principals, statement, condition and repositories are told together; what others imply, not at all. */
export function rowsOf(facts: readonly Fact[], context: AccessContext, scope: Scope): AccessRow[] {
  const merged = new Map<string, Fact>();
  for (const fact of facts) {
    const { principals, outside, arns } = fact;
    const key = `${nameOf(principals[0])} ${outside} ${[...arns].join()} ${tellingOf(fact.cause).example}`;
    const known = merged.get(key);
    if (known) known.actions.push(...fact.actions);
    else merged.set(key, { ...fact, actions: [...fact.actions] });
  }
  const all = [...merged.values()];
  const isImplied = implications(all);
  const rows = new Map<Principal, AccessRow[]>();
  for (const fact of all) {
    const told = tellActions(fact.actions, scope.actions[fact.example.resource.kind]).map((part) =>
      rowOf(fact, part, context, scope.repositories),
    );
    for (const principal of fact.principals) {
      if (isImplied(fact, principal)) continue;
      const words = principalWords(principal, context, isForEverybody(fact));
      const ours = rows.get(principal) ?? [];
      rows.set(principal, ours);
      for (const row of told)
        ours.push({ ...row, principal: words, who: principal, witness: { ...row.witness, principal } });
    }
  }
  return [...rows.values()].flat();
}

function nameOf(principal: Principal | undefined): string {
  return Object.values(principal ?? {}).join(" ");
}

/** Whether a larger class of principals has the same by the same statement and under the same conditions. */
function implications(all: readonly Fact[]): (fact: Fact, principal: Principal) => boolean {
  const hasNamed = all.some(({ principals }) => principals.some(({ kind }) => kind === "named"));
  const larger = new Map<string, Fact[]>();
  const add = (fact: Fact, where: string) => {
    const name = `${where} ${tellingOf(fact.cause).name}`;
    larger.set(name, [...(larger.get(name) ?? []), fact]);
  };
  for (const fact of all)
    for (const principal of fact.principals) {
      if (principal.kind === "anyAccount" && isForEverybody(fact)) add(fact, "everybody");
      if (principal.kind === "anyService") add(fact, "services");
      if (principal.kind === "account" && hasNamed) add(fact, principal.account);
    }
  if (larger.size === 0) return () => false;
  return (fact, { kind, ...principal }) => {
    const places = [
      ...(kind === "anyAccount" ? [] : ["everybody"]),
      ...(kind === "service" ? ["services"] : []),
      ...(kind === "named" && "account" in principal ? [principal.account] : []),
    ];
    const { name } = tellingOf(fact.cause);
    return places.some((place) => larger.get(`${place} ${name}`)?.some((other) => holdsAll(other, fact)));
  };
}

function holdsAll(larger: Fact, smaller: Fact): boolean {
  return (
    larger !== smaller &&
    smaller.actions.every((action) => larger.actions.includes(action)) &&
    [...smaller.arns].every((arn) => larger.arns.has(arn))
  );
}

function isForEverybody({ cause: { granting } }: Fact): boolean {
  return granting.names.everybody && !granting.others;
}

function rowOf(fact: Fact, { capability, actions }: Told, context: AccessContext, repositories: number): AccessRow {
  const { principals, cause, onlyIf, outside, arns, example } = fact;
  const [principal = { kind: "anyService", service: "" }] = principals;
  const { rule, lifted } = cause;
  const line = rule.position()?.line;
  return {
    principal: principalWords(principal, context, isForEverybody(fact)),
    who: principal,
    outside,
    public: isPublic(principal, cause),
    ...(capability === undefined ? {} : { capability }),
    actions,
    resource: placeWords(fact, context, repositories),
    ...(onlyIf === undefined ? {} : { onlyIf }),
    because: {
      policy: rule.side,
      index: rule.index,
      ...(rule.sid === undefined ? {} : { sid: rule.sid }),
      ...(line === undefined ? {} : { line }),
      deny: lifted,
    },
    witness: {
      principal,
      action: actions[0] ?? example.action,
      ...(arns.values().next().value ? { resource: arns.values().next().value ?? "" } : {}),
      context: Object.fromEntries(
        [...cause.context].flatMap(([key, value]) => (value === undefined ? [] : [[spelledKey(key), value]])),
      ),
    },
  };
}

function placeWords(
  { cause, arns, example }: Fact,
  { kind = "repository", repository }: AccessContext,
  repositories: number,
): string {
  if (kind === "repository") return repository === undefined ? "the repository" : repository;
  return example.resource.kind === "registry"
    ? "the registry"
    : resourceWords(cause, [...arns], arns.size === repositories);
}
