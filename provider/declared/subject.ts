/** One side of a declared resource, in the words of this package's resources, whoever declares it and wherever that is written. */

import type { Finding } from "../text/finding.ts";
import type { Position } from "../text/json.ts";
import type { Path } from "../text/path.ts";

/** One side of a resource, in the words of this package's resources. */
export interface Declared {
  /** A type of this package without prefix, such as `RepositoryPolicy`. */
  readonly kind: string;

  /** Of the repository, a prefix, or `registry`; undefined when it is not known yet. */
  readonly name: string | undefined;

  /** What the program calls it, for a resource whose name is not known yet. */
  readonly label?: string;
  readonly urn?: string;

  /** What of its URN a program in YAML decides; a child has the types of its parents in it. */
  readonly inProgram?: { readonly project: string; readonly name: string; readonly isChild: boolean };

  /** By our names; what a preview does not know is `unknown`. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly file?: string;

  /** It is a resource of this package, whose provider sends its documents. */
  readonly ours?: boolean;

  /** What it comes of, where a program declares it: the same as long as nothing changes that it depends on. */
  readonly written?: unknown;

  /** Properties of which a deployment keeps the value that it finds, whatever is declared (`ignoreChanges`). */
  readonly keeps?: readonly string[];
  /** What kept the declaration from being read, found by whoever read it. */
  readonly flaws?: readonly Finding[];

  /** Where a part of the properties is written; the path starts with the property's name. `inText`: a position inside the text there. */
  locate?(path: Path, inText?: Position): Position | undefined;
}

/** What a resource is called in reports, the same in every run: its URN, or its kind and name. */
export function resourceId({ urn, kind, name, label }: Declared): string {
  return urn ?? `${kind} ${name ?? label ?? "(not known yet)"}`;
}

export const byKind = new WeakMap<readonly Declared[], Map<string, Declared[]>>();

/** Those of one kind, sorted out once for each list. */
export function ofKind(all: readonly Declared[], kind: string): readonly Declared[] {
  const known = byKind.get(all) ?? new Map<string, Declared[]>();
  if (known.size === 0) {
    for (const one of all) {
      const same = known.get(one.kind);
      if (same) same.push(one);
      else known.set(one.kind, [one]);
    }
  }
  byKind.set(all, known);
  return known.get(kind) ?? [];
}
