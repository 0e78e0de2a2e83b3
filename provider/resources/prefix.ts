/** Prefixes of repository names: a slash at their end is implied, and AWS drops one that is written. */

import { type Schema, string } from "../define/property.ts";

/** ECR's own pattern (service model of 2026), without the slash that Check takes away. */
const pattern = "^([a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*|ROOT)$";

export function prefixSchema(description: string, minLength: number, maxLength: number): Schema<string> {
  return string(description, {
    minLength,
    maxLength,
    pattern,
    patternMessage:
      "must be ROOT or the start of repository names: lower-case letters and digits, with single separators (. _ __ - /) between them",
  });
}

/** `team/` → `team`. What is no text, such as an unknown, stays what it is. */
export function withoutSlash<T extends string | undefined>(prefix: T): T {
  return (typeof prefix === "string" && prefix.endsWith("/") ? prefix.slice(0, -1) : prefix) as T;
}
