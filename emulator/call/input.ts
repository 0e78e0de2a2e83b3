/** How operations read their input: members, lists and pages, with AWS's errors for what does not fit. */

import { AwsError, type Json } from "../wire/protocol.ts";

export function text(input: Json, name: string): string {
  const value = input[name];
  if (typeof value !== "string") throw invalid(name, "must be a string");
  return value;
}

export function optionalText(input: Json, name: string): string | undefined {
  return input[name] === undefined || input[name] === null ? undefined : text(input, name);
}

export function listOf(input: Json, name: string, least: number, most: number): unknown[] | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw invalid(name, "must be a list");
  if (value.some((item) => item === undefined || item === null)) throw invalid(name, "must not hold null");
  if (value.length < least || value.length > most)
    throw invalid(name, `must have ${least} to ${most} entries, has ${value.length}`);
  return value;
}

/** AWS's shape of the message; the constraint is in our words. */
export function invalid(name: string, constraint: string): AwsError {
  return new AwsError(
    "InvalidParameterException",
    `Invalid parameter at '${name}' failed to satisfy constraint: '${constraint}'`,
  );
}

/** One page of `all`, with an opaque token for the next. */
export function page<T>(input: Json, all: readonly T[], most = 1_000, usual = 100): { items: T[]; nextToken?: string } {
  const size = input["maxResults"] ?? usual;
  if (typeof size !== "number" || !Number.isInteger(size) || size < 1 || size > most)
    throw invalid("maxResults", `must be 1 to ${most}`);
  const token = optionalText(input, "nextToken");
  const start = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString("utf8").split("after:")[1]);
  if (!Number.isInteger(start) || start < 0) throw invalid("nextToken", "is not a token that was handed out");
  const end = start + size;
  return {
    items: all.slice(start, end),
    ...(end < all.length ? { nextToken: Buffer.from(`ecr:after:${end}`).toString("base64url") } : {}),
  };
}
