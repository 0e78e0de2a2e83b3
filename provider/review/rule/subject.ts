/** What is reviewed: resources as they are before and after a change, whoever declares them and wherever that is written. */

import { definitionOf, documentProperties } from "../../declared/columns.ts";
import { type Declared, ofKind } from "../../declared/declared.ts";
import type { PolicyKind } from "../../policy/language/document.ts";
import { rowOf } from "./difference.ts";

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

/** The documents of a resource, those that are there on one side at least. */
export function documentsOf({ before, after }: Change): DocumentChange[] {
  const kind = (after ?? before)?.kind ?? "";
  return documentProperties(definitionOf(kind)).flatMap(({ language, property }) => {
    const change = { before: documentIn(before, property), after: documentIn(after, property) };
    if (change.before === undefined && change.after === undefined) return [];
    return [
      {
        language: language as DocumentChange["language"],
        property,
        ...change,
        isTemplate: kind === "RepositoryCreationTemplate",
      },
    ];
  });
}

/** Absent where the row's default stands for none. */
function documentIn(side: Declared | undefined, property: string): unknown {
  const value = side?.properties[property];
  return side && value === rowOf(side.kind, property)?.default ? undefined : value;
}

/** The document that is all that a resource is about; undefined for one that has settings of its own. */
export function soleDocument({ kind }: Declared): string | undefined {
  const known = documentProperties(definitionOf(kind));
  return known.length === 1 ? known[0]?.property : undefined;
}

/** The registry's policy among these, where it is declared. */
export function registryPolicyIn(all: readonly Declared[]): unknown {
  const [policy] = ofKind(all, "RegistryPolicy");
  const property = policy && soleDocument(policy);
  return property === undefined ? undefined : policy?.properties[property];
}
