/**
 * Which links are followed. Below the working directory and inside a clone (a folder with `.git`, and all that is below it) files are what the
 * author of a change put there: a path that has a link there, at a folder or at its end, is refused. Above, where whoever
 * runs the command decides what there is, such as mounted configuration, links are followed.
 */

import { existsSync, lstatSync, realpathSync } from "node:fs";
import { join, parse, relative, resolve, sep } from "node:path";
import { printable } from "../../text/printable.ts";

export interface Place {
  /** Absolute, and without `..`, which is taken out of the name and not out of what a link leads to. */
  readonly path: string;
  /** Whether no link is followed on its last parts. */
  readonly isInside: boolean;
  /** The first link on those parts, fit to print. */
  readonly link?: string;
}

/** Where a name leads. Parts that do not exist are no links. */
export function placeOfName(file: string): Place {
  const path = resolve(file);
  const { root } = parse(path);
  const here = process.cwd();
  let [at, isInside] = [root, false];
  for (const part of path.slice(root.length).split(sep)) {
    at = join(at, part);
    if (isInside && isLink(at)) return { path, isInside, link: shown(at, here) };
    isInside ||= existsSync(join(at, ".git")) || isSame(at, here);
  }
  return { path, isInside };
}

function shown(path: string, here: string): string {
  return printable(path.startsWith(`${here}${sep}`) ? relative(here, path) : path);
}

/** Whether the last part of a path is a link, wherever it leads. */
function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function isSame(path: string, folder: string): boolean {
  try {
    return realpathSync(path) === folder;
  } catch {
    return false;
  }
}
