/** What is reviewed: resources as they are before and after a change, whoever declares them and wherever that is written. */

import type { Level } from "../define/finding.ts";
import type { Position } from "../define/json.ts";
import type { Path } from "../define/path.ts";
import type { PolicyKind } from "../policy/document.ts";

/** Something that kept a declaration from being read, found by whoever read it. */
export interface Flaw extends Partial<Position> {
  readonly ruleId: string;
  readonly level: Level;
  readonly message: string;
}

/** One side of a resource, in the words of this package's resources. */
export interface Declared {
  /** A type of this package without prefix, such as `RepositoryPolicy`. */
  readonly kind: string;
  /** Of the repository, a prefix, or `registry`; undefined when it is not known yet. */
  readonly name: string | undefined;
  /** What the program calls it, for a resource whose name is not known yet. */
  readonly label?: string;
  readonly urn?: string;
  /** By our names; what a preview does not know is `unknown`. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly file?: string;
  /** As a program writes it, where the properties are what comes of that. */
  readonly written?: unknown;
  readonly flaws?: readonly Flaw[];
  /** Where a part of the properties is written; the path starts with the property's name. */
  locate?(path: Path): Position | undefined;
}

/** A resource and what happens to it; an absent side is one that is not there. */
export interface Change {
  readonly before?: Declared;
  readonly after?: Declared;
  /** It is deleted and made anew, with everything in it. */
  readonly replaced?: boolean;
}

/** A document inside a resource. */
export interface DocumentChange {
  readonly language: PolicyKind | "lifecycle";
  /** The property that holds it. */
  readonly property: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Repositories that are created later get a copy. */
  readonly isTemplate: boolean;
}

const documents: Readonly<Record<string, readonly Pick<DocumentChange, "language" | "property">[]>> = {
  RepositoryPolicy: [{ language: "repository", property: "policyText" }],
  RegistryPolicy: [{ language: "registry", property: "policyText" }],
  LifecyclePolicy: [{ language: "lifecycle", property: "lifecyclePolicyText" }],
  RepositoryCreationTemplate: [
    { language: "repository", property: "repositoryPolicy" },
    { language: "lifecycle", property: "lifecyclePolicy" },
  ],
};

/** The documents of a resource, those that are there on one side at least. */
export function documentsOf({ before, after }: Change): DocumentChange[] {
  const kind = (after ?? before)?.kind ?? "";
  return (Object.hasOwn(documents, kind) ? (documents[kind] ?? []) : []).flatMap(({ language, property }) => {
    const change = { before: before?.properties[property], after: after?.properties[property] };
    if (change.before === undefined && change.after === undefined) return [];
    return [{ language, property, ...change, isTemplate: kind === "RepositoryCreationTemplate" }];
  });
}

/** The document that is all that a resource is about; undefined for one that has settings of its own. */
export function soleDocument({ kind }: Declared): string | undefined {
  const known = Object.hasOwn(documents, kind) ? documents[kind] : undefined;
  return known?.length === 1 ? known[0]?.property : undefined;
}

/** What a resource is called in reports, the same in every run: its URN, or its kind and name. */
export function resourceId({ urn, kind, name, label }: Declared): string {
  return urn ?? `${kind} ${name ?? label ?? "(not known yet)"}`;
}

const byKind = new WeakMap<readonly Declared[], Map<string, Declared[]>>();

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
