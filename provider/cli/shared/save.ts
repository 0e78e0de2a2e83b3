/**
 * The one writer of files. A file is written beside its place and renamed into it, so that whoever reads meanwhile, or a run
 * that is ended, sees the former one or the new one, whole. What is written never goes through a link or to a device.
 */

import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";
import { placeOfName } from "./links.ts";

/**
 * Writes a file. `isPrivate` gives it to the user alone, because it holds more than a report; otherwise a former one keeps its
 * permissions. Throws ProviderError; `what` names in it what was to be written.
 */
export function saveText(
  file: string,
  text: string,
  { what, isPrivate = false }: { what: string; isPrivate?: boolean },
): void {
  const doing = `writing ${what} to ${printable(file, 200)}`;
  const { path, link } = placeOfName(file);
  if (link !== undefined)
    throw refusal(doing, `${link} is a link, which is not followed; delete it, or give another name`);
  const former = lstatSync(path, { throwIfNoEntry: false });
  const why = former && flawOf(former);
  if (why !== undefined) throw refusal(doing, why);
  const beside = `${path}.${randomBytes(6).toString("hex")}.new`;
  try {
    writeNew(beside, text, isPrivate ? 0o600 : former && former.mode & 0o777);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw refusal(doing, reasonOf(error), error);
  }
}

function flawOf(former: Stats): string | undefined {
  if (former.isSymbolicLink()) return "it is a link, which is not followed; delete it, or give another name";
  if (former.isDirectory()) return "it is a folder; give a file";
  return former.isFile() ? undefined : "it is not a regular file; give one, or use --format for standard output";
}

/** Fails where there is anything of that name already. */
function writeNew(path: string, text: string, mode: number | undefined): void {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL, mode ?? 0o666);
  try {
    if (mode !== undefined) fchmodSync(descriptor, mode);
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder; check the name",
  ENOTDIR: "there is no such folder; check the name",
  EACCES: "its folder cannot be written to; check its permissions",
  EPERM: "its folder cannot be written to; check its permissions",
  EROFS: "its folder cannot be written to; choose another one",
  EBUSY: "it is mounted by itself, so that it cannot be replaced; mount its folder",
};

function reasonOf(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? `${printable(message)}; check the name`;
}

function refusal(doing: string, why: string, cause?: unknown): ProviderError {
  return new ProviderError("InvalidInput", `${doing}: ${why}`, cause === undefined ? {} : { cause });
}
