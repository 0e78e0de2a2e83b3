/** Differences as rows that a person reads: who, what, where, only if, because of which statement. */

import { type Told, tellActions } from "./capabilities.ts";
import type { AccessContext } from "./context.ts";
import type { Cause } from "./diagram.ts";
import type { World } from "./knowledge.ts";
import type { Principal } from "./principals.ts";
import { isOutside, isPublic } from "./reach.ts";
import type { Resource } from "./resources.ts";
import type { Side } from "./statements.ts";
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
  /** What the request has; keys that are not there it lacks. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

export interface AccessRow {
  /** In plain words. */
  readonly principal: string;
  readonly who: Principal;
  /** Someone who is neither of the owner's account nor trusted. */
  readonly outside: boolean;
  /** Any account at all, from the internet. */
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
  readonly principal: Principal;
  readonly cause: Cause;
  readonly onlyIf: string | undefined;
  readonly outside: boolean;
  readonly actions: string[];
  readonly arns: Set<string>;
  readonly example: { readonly action: string; readonly resource: Resource };
}

const words = new WeakMap<Cause, string | undefined>();

/** Of one cause for many principals, made once. */
function wordsOf(cause: Cause): string | undefined {
  if (!words.has(cause)) words.set(cause, conditionWords(cause));
  return words.get(cause);
}

export function addFact(
  facts: Map<string, Fact>,
  {
    principal,
    cause,
    names,
    resource,
    world,
  }: { principal: Principal; cause: Cause; names: string[]; resource: Resource; world: World },
): void {
  const onlyIf = wordsOf(cause);
  const outside = isOutside(principal, cause, world.context);
  const key = JSON.stringify([cause.rule.id, cause.granting.id, onlyIf, outside]);
  const arn = resource.kind === "repository" ? (resource.arn ?? "") : "";
  const known = facts.get(key);
  if (known) known.arns.add(arn);
  else
    facts.set(key, {
      principal,
      cause,
      onlyIf,
      outside,
      actions: [...names],
      arns: new Set([arn]),
      example: { action: `ecr:${names[0] ?? ""}`, resource },
    });
}

/** All that there is: names of actions without `ecr:`, and how many classes of repositories. */
export interface Scope {
  readonly actions: readonly string[];
  readonly repositories: number;
}

/** Facts about the same principals, statement, condition and repositories are told together; what others imply, not at all. */
export function rowsOf(facts: readonly Fact[], context: AccessContext, scope: Scope): AccessRow[] {
  const merged = new Map<string, Fact>();
  for (const fact of facts) {
    const key = JSON.stringify([
      fact.principal,
      isPublic(fact.principal, fact.cause),
      fact.cause.rule.id,
      fact.cause.granting.id,
      fact.onlyIf,
      fact.outside,
      [...fact.arns],
      [...fact.cause.context],
    ]);
    const known = merged.get(key);
    if (known) known.actions.push(...fact.actions);
    else merged.set(key, { ...fact, actions: [...fact.actions] });
  }
  const all = [...merged.values()];
  const larger = new Map<string, Fact[]>();
  for (const fact of all) {
    if (fact.principal.kind === "named" || fact.principal.kind === "service") continue;
    larger.set(causeName(fact), [...(larger.get(causeName(fact)) ?? []), fact]);
  }
  return all
    .filter((fact) => !larger.get(causeName(fact))?.some((other) => implies(other, fact)))
    .flatMap((fact) =>
      tellActions(fact.actions, scope.actions).map((told) => rowOf(fact, told, context, scope.repositories)),
    );
}

/** By which statements, and only if what. */
function causeName({ cause, onlyIf }: Fact): string {
  return JSON.stringify([cause.rule.id, cause.granting.id, onlyIf]);
}

/** A larger class of principals has the same by the same statement. */
function implies(larger: Fact, smaller: Fact): boolean {
  if (larger === smaller) return false;
  const [big, small] = [larger.principal, smaller.principal];
  const contains =
    (big.kind === "anyAccount" && small.kind !== "anyAccount" && isForEverybody(larger)) ||
    (big.kind === "account" && small.kind === "named" && big.account === small.account) ||
    (big.kind === "anyService" && small.kind === "service");
  return (
    contains &&
    smaller.actions.every((action) => larger.actions.includes(action)) &&
    [...smaller.arns].every((arn) => larger.arns.has(arn))
  );
}

function isForEverybody({ cause: { granting } }: Fact): boolean {
  return granting.names.everybody && !granting.others;
}

function rowOf(fact: Fact, { capability, actions }: Told, context: AccessContext, repositories: number): AccessRow {
  const { principal, cause, onlyIf, outside, arns, example } = fact;
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
        [...cause.context].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
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
