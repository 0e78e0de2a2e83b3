/** What would have to change in AWS for a resource to be as declared, as a patch that programs can apply. */

import type { DeclaredInState } from "../../declared/pulumi/export.ts";
import { has } from "../../operations/definition.ts";
import type { Read } from "../../operations/read.ts";
import { type PatchOperation, patchBetween } from "../../text/json-patch.ts";
import type { Path } from "../../text/path.ts";
import { isMap } from "../../text/value.ts";
import { shownValue } from "./shown.ts";
import type { Drifted } from "./three-way.ts";

/**
 * RFC 6902, from the live properties to the declared ones, of what differs and nothing else. Policies are objects in it, in the
 * declared order. What is secret is left out.
 */
export function patchOf(
  { properties: inputs, secret }: DeclaredInState,
  { inputs: read, outputs }: Read,
  differences: readonly Drifted[],
): PatchOperation[] {
  const [live, declared]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const { path, row, moved, ...sides } of differences) {
    const name = String(path[0]);
    if (moved === "converged" || secret.has(name)) continue;
    const whole = shownValue(row, has(read, name) ? read[name] : outputs[name], inputs[name]);
    const said = shownValue(row, sides.declared, inputs[name]);
    if (whole !== null) live[name] = whole;
    // Where one list begins otherwise all that follows is at another index, so a list is replaced as a whole.
    const isInList = path.some((step) => typeof step === "number");
    const before = Object.hasOwn(declared, name) ? declared[name] : whole;
    const after = isInList ? shownValue(row, inputs[name], inputs[name]) : withValue(before, path.slice(1), said);
    if (after !== null) declared[name] = after;
  }
  return patchBetween(live, declared);
}

/** A copy in which the member at the path is this value, or is gone for null. */
function withValue(value: unknown, [name, ...rest]: Path, member: unknown): unknown {
  if (name === undefined) return member;
  const members = new Map<string, unknown>(Object.entries(isMap(value) ? value : {}));
  const found = withValue(members.get(String(name)), rest, member);
  if (found === null) members.delete(String(name));
  else members.set(String(name), found);
  return Object.fromEntries(members);
}
