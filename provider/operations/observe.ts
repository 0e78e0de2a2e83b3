/** Looking at what AWS has, aspect by aspect, and refusing to destroy what somebody else wrote. */

import { ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { containsUnknown, type ValueMap } from "../text/value.ts";
import {
  type AnyAspect,
  add,
  desiredOf,
  has,
  isAbsent,
  isSteered,
  label,
  merged,
  type Operation,
  pick,
  type Resource,
  rows,
} from "./definition.ts";

export interface Observed {
  /** The identity, and the live values of every aspect that could be read; what is not set there is absent. */
  readonly live: ValueMap;
  /** Aspects that the credentials may not read. */
  readonly denied: readonly AnyAspect[];
}

/**
 * The live values, or undefined when the resource is not there. Only a definite not-found means that; the first aspect
 * must be readable, a later one that is denied is reported in `denied`.
 */
export async function observe(
  definition: Resource,
  operation: Operation,
  known: ValueMap,
): Promise<Observed | undefined> {
  const identity = rows(definition, "input").filter(([, row]) => row.identity);
  const live = pick(
    known,
    identity.map(([name]) => name),
  );
  const values = merged(known, live);
  const denied: AnyAspect[] = [];
  for (const [index, aspect] of definition.aspects.entries()) {
    try {
      const seen = await aspect.observe(operation, values);
      if (seen === undefined && index === 0) return undefined;
      add(live, seen);
      add(values, seen);
    } catch (error) {
      if (isAbsent(definition, error)) return undefined;
      if (index === 0 || !(error instanceof ProviderError) || error.code !== "AccessDenied") throw error;
      denied.push(aspect);
    }
  }
  return { live, denied };
}

export function warnDenied(
  definition: Resource,
  operation: Operation,
  values: ValueMap,
  denied: readonly AnyAspect[],
): void {
  for (const aspect of denied) {
    operation.warn(
      `reading the ${aspect.name} of ${label(definition, values, operation.urn)} was denied, so what is recorded stays; allow ${aspect.permissions.observe.join(", ")} to have it compared`,
    );
  }
}

/** Before anything is written. Throws Conflict with everything that the service would refuse. */
export async function refuseObstacles(
  aspects: readonly AnyAspect[],
  operation: Operation,
  inputs: ValueMap,
): Promise<void> {
  const found = await obstacles(aspects, operation, inputs);
  if (found.length > 0) throw new ProviderError("Conflict", found.join("; "));
}

/** In a preview: what is in the way now may be gone when its turn comes. */
export async function warnObstacles(
  aspects: readonly AnyAspect[],
  operation: Operation,
  inputs: ValueMap,
): Promise<void> {
  if (containsUnknown(inputs)) return;
  for (const obstacle of await obstacles(aspects, operation, inputs)) operation.warn(`as it is now, ${obstacle}`);
}

async function obstacles(aspects: readonly AnyAspect[], operation: Operation, inputs: ValueMap): Promise<string[]> {
  const found: string[] = [];
  for (const aspect of aspects) found.push(...((await aspect.obstacles?.(operation, desiredOf(aspect, inputs))) ?? []));
  return found;
}

export function isGuarded(definition: Resource): boolean {
  return rows(definition, "input").some(([, row]) => row.guard);
}

/**
 * Looks before a write at a place that others may write to as well. Answers what is live; throws AlreadyExists (at
 * create) or Conflict (at update) when the write would destroy foreign parts and no control says to take over.
 */
export async function guardWrite(
  definition: Resource,
  operation: Operation,
  desired: ValueMap,
  recorded: ValueMap | undefined,
): Promise<ValueMap | undefined> {
  const observed = await observe(definition, operation, desired);
  if (!observed || isSteered(definition, desired, "takesOver")) return observed?.live;
  const foreign = rows(definition, "input").flatMap(([name, row]) => {
    const live = observed.live[name];
    if (!row.guard || live === undefined || containsUnknown(desired[name])) return [];
    // What is not declared is left alone.
    if (!has(desired, name) && !has(recorded, name)) return [];
    return row.guard.foreign(live, recorded?.[name], desired[name]);
  });
  if (foreign.length === 0) return observed.live;
  const takeOver = rows(definition, "control")
    .filter(([, row]) => row.takesOver !== undefined)
    .map(([name, row]) => `set \`${name}: ${String(row.takesOver)}\``)
    .join(" or ");
  const parts = foreign.map((part) => `\n  - ${printable(part, 4_000)}`).join("");
  const id = await definition.endpoints.identify.format(operation, merged(desired, observed.live));
  throw recorded
    ? new ProviderError(
        "Conflict",
        `it was changed outside since it was recorded, and this update would undo that:${parts}\nRun \`pulumi refresh\` to see and record the change, or ${takeOver} to overwrite it`,
      )
    : new ProviderError(
        "AlreadyExists",
        `it is already there, not made by this stack, and creating it would overwrite:${parts}\nImport it with the id "${printable(id)}", add these parts to the program, or ${takeOver} to overwrite them`,
      );
}
