/**
 * Properties as `@pulumi/policy` hands them over → plain values. They are proxies there that throw when an unknown of a
 * preview is read, which would silence a whole policy for one value that it may not even need.
 */

import { unknown, type Value, type ValueMap, valueMap } from "../text/value.ts";
import { secretText } from "../values/pulumi.ts";

/** No property of ours is nested deeper; below it nothing is known. */
const deepest = 100;

/** Never throws. What a preview does not know, or a file does not tell, is `unknown`; a member that is null is absent. */
export function plainProperties(properties: object): ValueMap {
  return membersOf(properties, 0);
}

function membersOf(source: object, depth: number): ValueMap {
  const members = Object.keys(source).map((key) => [key, memberOf(source, key, depth)] as const);
  return valueMap(members.filter(([, member]) => member !== null));
}

function memberOf(source: object, key: string | number, depth: number): Value {
  let member: unknown;
  try {
    member = (source as Record<string | number, unknown>)[key];
  } catch {
    return unknown;
  }
  // `pulumi policy analyze --file` shows the text of a secret in place of what it cannot decrypt.
  if (member === secretText || depth > deepest) return unknown;
  if (typeof member !== "object" || member === null) return (member ?? null) as Value;
  if (!Array.isArray(member)) return membersOf(member, depth + 1);
  return Array.from({ length: member.length }, (_, index) => memberOf(member as object, index, depth + 1));
}
