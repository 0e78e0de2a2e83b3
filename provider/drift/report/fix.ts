/** The commands that would settle a finding, quoted for a POSIX shell. Nothing here runs one. */

import type { Declared } from "../../declared/pulumi/export.ts";
import { typeLike } from "../../declared/vocabulary.ts";
import { printable } from "../../text/printable.ts";
import type { Class, FieldDrift } from "./report.ts";

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
export function fixOf({ urn, tool }: Declared, kind: Class, fields: readonly FieldDrift[]): string | null {
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
export function importOf(typeName: string, id: string, like: Declared | undefined): string | null {
  if (like?.tool === "terraform") return null;
  const name = id.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "resource";
  return commandLine("pulumi", "import", typeLike(like?.type ?? "", typeName), name, id);
}
