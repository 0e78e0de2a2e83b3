/** Files that commands read whole. */

import { readFileSync, statSync } from "node:fs";
import { printable } from "../define/printable.ts";
import { ProviderError } from "../errors.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it may not be read",
};

/**
 * The text of a file, or of standard input for `-`. One of more than `most` bytes is not read: so many blanks stand for
 * it, and whoever judges the text says that it is too large. Throws ProviderError; `what` says in it what was to be read.
 */
export function readText(file: string, { what, most }: { what?: string; most?: number } = {}): string {
  try {
    if (file === "-") return readFileSync(0, "utf8");
    if (most !== undefined && statSync(file).size > most) return " ".repeat(most);
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const place = `${what === undefined ? "" : `${what} from `}${printable(file)}`;
    throw new ProviderError(
      "InvalidInput",
      `reading ${place}: ${reasons[code] ?? printable(message)}; check the name`,
      {
        cause: error,
      },
    );
  }
}
