/** What the type of a resource is: one of ECR, in its full form, a provider, one known to hold nothing of ECR, or none of these. */

import { catalog } from "../../catalog.ts";
import { tokenOf } from "../../define/token.ts";
import { resourceCounterparts } from "../../migration/terraform.ts";
import { printable } from "../../text/printable.ts";
import { nativeTypes } from "../vocabulary.ts";
import { fold } from "./expressions/fold.ts";
import { holdsNoEcr } from "./packages.ts";

export type Sort =
  | { readonly sort: "ecr"; readonly type: string }
  | { readonly sort: "provider"; readonly package: string }
  | { readonly sort: "other" }
  | { readonly sort: "unread"; readonly reason: string };

const ours = byFold(catalog.resources.map(({ name }) => name));
const bridged = byFold(
  Object.keys(resourceCounterparts).map((name) =>
    name
      .replace("aws_ecr_", "_")
      .replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
      .replaceAll("_", ""),
  ),
);
const native = byFold(nativeTypes);

function byFold(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [fold(name), name]));
}

/** Pulumi finds a type without regard to case, `a:B` as `a:index:B`, and `aws:ecr:B` as `aws:ecr/b:B`. */
export function sortOf(type: string): Sort {
  const told = printable(type, 100);
  const written = type.split(":");
  const parts = written.map(fold);
  const [packageName = "", second = "", third] = parts;
  if (packageName === "pulumi" && second === "providers" && third) return { sort: "provider", package: third };
  if (type === "pulumi:pulumi:StackReference") return { sort: "other" };
  if (parts.length < 2 || parts.length > 3) return { sort: "unread", reason: `its type "${told}" is not read` };
  const [module, name] = third === undefined ? ["index", second] : [second, third];
  const [area = "", repeated] = module.split("/");
  if (packageName === "ecr") return found(tokenOf(""), module === "index" ? ours.get(name) : undefined, told);
  if (packageName === "aws" && area === "ecr") {
    const known = repeated === undefined || repeated === name ? bridged.get(name) : undefined;
    const section = known && `${known.charAt(0).toLowerCase()}${known.slice(1)}`;
    return found(`aws:ecr/${section}:`, known, told);
  }
  if (packageName === "aws-native" && module === "ecr") return found("aws-native:ecr:", native.get(name), told);
  // A package's name has lower case; in any other it is another package.
  if (written[0] === packageName && holdsNoEcr(packageName, area, name)) return { sort: "other" };
  return { sort: "unread", reason: `its type "${told}" may hold resources of ECR and is not read` };
}

function found(prefix: string, name: string | undefined, told: string): Sort {
  return name === undefined
    ? { sort: "unread", reason: `its type "${told}" is not a type that this version knows` }
    : { sort: "ecr", type: `${prefix}${name}` };
}
