/** Differences of one class of principals and of actions, before they are told; and which of them others imply. */

import type { Cause } from "./decision/diagram.ts";
import type { World } from "./decision/knowledge.ts";
import { isOutside } from "./reach.ts";
import type { Principal } from "./rules/principals.ts";
import type { Resource } from "./rules/resources.ts";
import { conditionWords } from "./words.ts";

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

export function tellingOf(cause: Cause): Telling {
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

/** Whether a larger class of principals has the same by the same statement and under the same conditions. */
export function implications(all: readonly Fact[]): (fact: Fact, principal: Principal) => boolean {
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

export function isForEverybody({ cause: { granting } }: Fact): boolean {
  return granting.names.everybody && !granting.others;
}
