/** Files that commands read and write whole. */

import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";

const reasons: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder",
  EACCES: "access to it is denied",
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
    throw failed("reading", `${what === undefined ? "" : `${what} from `}${printable(file)}`, error);
  }
}

/** The same; undefined when there is no such file. */
export function readTextIfThere(file: string, options: { what?: string } = {}): string | undefined {
  try {
    return readText(file, options);
  } catch (error) {
    if (codeOf((error as ProviderError).cause) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Writes a file, or what stands for one, such as a pipe. `replace` puts a whole file into the place of the former one, so
 * that whoever reads meanwhile, or a run that is ended, sees one or the other. Throws ProviderError, as above.
 */
export function saveText(
  file: string,
  text: string,
  { what, replace = false }: { what: string; replace?: boolean },
): void {
  try {
    const first = replace ? `${file}.new` : file;
    writeFileSync(first, text);
    if (replace) renameSync(first, file);
  } catch (error) {
    throw failed("writing", `${what} to ${printable(file)}`, error);
  }
}

function failed(doing: "reading" | "writing", place: string, error: unknown): ProviderError {
  const code = codeOf(error);
  const missing = doing === "reading" ? "there is no such file" : "there is no such folder";
  const why = code === "ENOENT" ? missing : (reasons[code] ?? printable((error as Error).message));
  return new ProviderError("InvalidInput", `${doing} ${place}: ${why}; check the name`, { cause: error });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? "";
}
