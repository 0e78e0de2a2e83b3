/** How ECR's filters and prefixes match names and tags. None of them is a regular expression. */

import type { NameFilter, Repository } from "../state/store.ts";

/** `*` stands for any characters; everything else for itself. The whole value must match. */
export function matchesWildcard(pattern: string, value: string): boolean {
  const parts = pattern.split("*");
  const first = parts.shift() ?? "";
  if (parts.length === 0) return value === first;
  const last = parts.pop() ?? "";
  if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = value.indexOf(part, at);
    if (found < 0 || found + part.length > value.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether a tag that exists may not move: excluded tags have the other mutability. */
export function isImmutable({ mutability, exclusionFilters = [] }: Repository, tag: string): boolean {
  const excluded = exclusionFilters.some(({ filter }) => matchesWildcard(filter, tag));
  return mutability.startsWith("IMMUTABLE") !== excluded;
}

/** A filter of registry scanning: without `*` it is found anywhere in the name. */
export function matchesScanFilter({ filter }: NameFilter, name: string): boolean {
  return filter.includes("*") ? matchesWildcard(filter, name) : name.includes(filter);
}

/**
 * The entry with the longest prefix of a repository name. Prefixes end at a slash, which is implied; `ROOT` goes with every
 * name that no other prefix fits.
 */
export function byLongestPrefix<T>(
  entries: Readonly<Record<string, T>> | undefined,
  name: string,
  wanted: (entry: T) => boolean = () => true,
): T | undefined {
  const fitting = Object.entries(entries ?? {}).filter(
    ([prefix, entry]) => wanted(entry) && (prefix === "ROOT" || name.startsWith(`${withoutSlash(prefix)}/`)),
  );
  const length = (prefix: string) => (prefix === "ROOT" ? -1 : prefix.length);
  return fitting.sort(([a], [b]) => length(b) - length(a))[0]?.[1];
}

/** A prefix as it is compared. */
export function withoutSlash(prefix: string): string {
  return prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
}
