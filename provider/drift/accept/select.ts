/** Which resources a pattern names. Patterns come from outside: `*` and `?` are all that they can do. */

import { matchesWildcard } from "../../text/glob.ts";

/** What a pattern is compared with. */
export interface Named {
  readonly urn: string | null;
  readonly type: string;
  readonly id: string;
}

/** The whole URN, id or type, or the type's last word, such as `RepositoryPolicy`. */
export function isNamed(pattern: string, { urn, type, id }: Named): boolean {
  return [urn ?? "", id, type, type.split(":").at(-1) ?? ""].some(
    (text) => text !== "" && matchesWildcard(pattern, text),
  );
}

/** What `only` names (everything, where there is none) without what `exclude` names. */
export function selection(only: readonly string[], exclude: readonly string[]): (named: Named) => boolean {
  return (named) =>
    (only.length === 0 || only.some((pattern) => isNamed(pattern, named))) &&
    !exclude.some((pattern) => isNamed(pattern, named));
}
