/** The commands that would settle a finding, quoted for a POSIX shell. Nothing here runs one. */

import { type Others, uniqueNames } from "../../declared/names.ts";
import type { DeclaredInState } from "../../declared/pulumi/export.ts";
import { typeLike } from "../../declared/vocabulary.ts";
import { tokenOf } from "../../define/token.ts";
import { printable } from "../../text/printable.ts";
import { byPlace, type Class, type DriftResource, type FieldDrift } from "./report.ts";

/** An argument in single quotes where it needs any; undefined for text that a terminal would not show as it is. */
export function quoted(argument: string): string | undefined {
  if (printable(argument, Number.POSITIVE_INFINITY) !== argument) return undefined;
  return /^[A-Za-z0-9_./:=@,+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** A command line; null when an argument cannot be quoted safely. */
function commandLine(...words: readonly string[]): string | null {
  const parts = words.map(quoted);
  return parts.includes(undefined) ? null : parts.join(" ");
}

/** How to make live what is declared; where only the record is old, how to renew it. */
export function fixOf({ urn, tool }: DeclaredInState, kind: Class, fields: readonly FieldDrift[]): string | null {
  const onlyConverged = fields.length > 0 && fields.every(({ moved }) => moved === "converged");
  const changed = kind === "changed" || kind === "missing";
  if (!changed && !onlyConverged) return null;
  if (tool === "terraform")
    return commandLine("terraform", "apply", ...(changed ? [] : ["-refresh-only"]), `-target=${urn}`);
  // Without --refresh the engine compares with its record, in which nothing is wrong.
  return changed
    ? commandLine("pulumi", "up", "--refresh", "--target", urn)
    : commandLine("pulumi", "refresh", "--target", urn);
}

/** How to take over what nobody declares, in the words of the provider that the registry's other resources have. */
function importOf({ kind, resource, like }: Unmanaged, name: string): string | null {
  if (like?.tool === "terraform") return null;
  return commandLine("pulumi", "import", typeLike(like?.type ?? "", kind), name, resource.id);
}

/** A resource that is in no stack. */
export interface Unmanaged {
  readonly resource: DriftResource;
  /** A type of this package without prefix. */
  readonly kind: string;
  /** What it is called where it is listed. */
  readonly name: string;
  /** One of the resources declared beside it. */
  readonly like: DeclaredInState | undefined;
}

/** How to take over each of them, under a name of its own, which is the one that `import-file` gives it. */
export function importsOf(all: readonly Unmanaged[], others: Others): ReadonlyMap<DriftResource, string | null> {
  const sorted = all.toSorted((a, b) => byPlace(a.resource, b.resource));
  const names = uniqueNames(
    sorted.map(({ kind, resource: { id }, name }) => ({ type: tokenOf(kind), id, name })),
    others,
  );
  return new Map(sorted.map((one, index) => [one.resource, importOf(one, names[index] ?? "")]));
}
