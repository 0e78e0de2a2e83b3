/** Differences as rows that a person reads: who, what, where, only if, because of which statement. */

import { spelledKey } from "../language/keys.ts";
import { type Told, tellNames } from "./capabilities.ts";
import { type Fact, implications, isForEverybody, tellingOf } from "./facts.ts";
import { exampleOf, isPublic } from "./reach.ts";
import type { AccessContext } from "./rules/context.ts";
import type { Principal } from "./rules/principals.ts";
import type { Resource } from "./rules/resources.ts";
import type { Side } from "./rules/statements.ts";
import { principalWords, resourceWords } from "./words.ts";

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
  /** This version knows none of the actions: as the statement names them, such as `ecr:Export*`. */
  readonly unknown?: readonly string[];
  readonly resource: string;
  readonly onlyIf?: string;
  readonly because: Because;
  readonly witness: Witness;
}

/** All that there is: names of actions without `ecr:`, by what they are about, and how many classes of repositories. */
export interface Scope {
  readonly actions: Readonly<Record<Resource["kind"], readonly string[]>>;
  /** Those of them that this version does not know. */
  readonly unknown: ReadonlyMap<string, "named" | "pattern">;
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
    const told = tellNames(
      fact.actions,
      fact.cause.granting,
      scope.actions[fact.example.resource.kind],
      scope.unknown,
    ).map((part) => rowOf(fact, part, context, scope.repositories));
    for (const principal of fact.principals) {
      if (isImplied(fact, principal)) continue;
      const words = principalWords(principal, context, isForEverybody(fact));
      const ours = rows.get(principal) ?? [];
      rows.set(principal, ours);
      for (const row of told)
        ours.push({ ...row, principal: words, who: principal, witness: { ...row.witness, principal } });
    }
  }
  return withoutTwins([...rows.values()].flat());
}

/** A session of which it is not known which role's it is stands for itself once. */
function withoutTwins(rows: readonly AccessRow[]): AccessRow[] {
  const seen = new Set<string>();
  return rows.filter(({ who, principal, actions, resource, onlyIf, because }) => {
    if (who.kind !== "named" || !who.arn.includes(":assumed-role/")) return true;
    const name = JSON.stringify([principal, actions, resource, onlyIf, because]);
    return !seen.has(name) && !!seen.add(name);
  });
}

function nameOf(principal: Principal | undefined): string {
  return Object.values(principal ?? {}).join(" ");
}

function rowOf(
  fact: Fact,
  { capability, actions, unknown }: Told,
  context: AccessContext,
  repositories: number,
): AccessRow {
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
    ...(unknown === undefined ? {} : { unknown }),
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
        exampleOf(principal, cause, outside, context).flatMap(([key, value]) =>
          value === undefined ? [] : [[spelledKey(key), value]],
        ),
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
