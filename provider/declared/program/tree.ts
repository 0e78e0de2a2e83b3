/** The files of one revision, as a checkout of it would have them, and what of the programs in them was not read. */

import { posix } from "node:path";
import { digest } from "./expressions/dependence.ts";

export interface Tree {
  /** Every path, `/` between parts. */
  readonly paths: readonly string[];
  kindOf(path: string): "file" | "link" | "submodule" | undefined;
  /** Differs where the content differs. */
  idOf(path: string): string;
  /** Of those that are files and not larger than what is read; asked for many at once. */
  contents(paths: readonly string[]): ReadonlyMap<string, Uint8Array>;
}

/** A part of a program that was not read, or whose meaning is not known. */
export interface Unread {
  readonly file: string;
  /** Such as `resources.web` or `runtime.options.compiler`; the same in every revision. */
  readonly part: string;
  readonly reason: string;
  /** The same as long as nothing changes that the part depends on. */
  readonly basis: string;
  /** It matters only where both revisions have the part and they differ. */
  readonly onlyIfChanged?: boolean;
}

/** Of a file, or of everything in a folder; the same as long as nothing in it changes. */
export function digestUnder(tree: Tree, path: string): string {
  const within = path === "." ? "" : `${path}/`;
  const found = tree.paths.filter((one) => one === path || one.startsWith(within));
  return digest(...found.flatMap((one) => [one, tree.kindOf(one) ?? "", tree.idOf(one)]));
}

/** A path as a program writes it, from a folder of the tree; undefined when it leaves the tree or goes through a link. */
export function pathFrom(tree: Tree, folder: string, written: string): string | undefined {
  if (written.startsWith("/") || written.includes("\0") || written.includes("\\")) return undefined;
  const joined = folder === "." ? written : `${folder}/${written}`;
  const path = posix.normalize(joined).replace(/\/$/, "");
  if (path === ".." || path.startsWith("../")) return undefined;
  // `link/..` is not where the link is.
  const steps = joined.split("/");
  const through = steps.map((_, index) => posix.normalize(steps.slice(0, index + 1).join("/")));
  return through.some((one) => tree.kindOf(one) === "link" || tree.kindOf(one) === "submodule") ? undefined : path;
}
