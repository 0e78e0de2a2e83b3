/**
 * The bytes of files. Whatever an option names is opened here: only regular files and standard input, never more than is
 * asked for, and with one sentence for each fault, `reading WHAT from FILE: WHY; what to do`.
 */

import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";
import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";
import { placeOfName } from "./links.ts";

const mebibyte = 1024 * 1024;
/** Of what is read in pieces. A preview of 5,000 resources has 30 MiB. */
const mostStreamed = 1024 * mebibyte;

/** `the plan from plan.json`, as messages name it. */
export function placeOf(file: string, what: string): string {
  return `${what} from ${file === "-" ? "standard input" : printable(file, 200)}`;
}

/** The bytes of a file in pieces, of at most 1 GiB; `-` is standard input. Throws as above. */
export async function* chunksOf(file: string, what: string): AsyncGenerator<Buffer> {
  const stream =
    file === "-"
      ? process.stdin
      : createReadStream("", { fd: opened(file, what, mostStreamed), highWaterMark: mebibyte });
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      const some = chunk as Buffer;
      const isFirst = bytes === 0;
      bytes += some.length;
      if (bytes > mostStreamed) refuseLarge(file, what, mostStreamed);
      if (isFirst) refuseUtf16(some, file, what);
      yield isFirst && mark.equals(some.subarray(0, mark.length)) ? some.subarray(mark.length) : some;
    }
  } catch (error) {
    throw error instanceof ProviderError ? error : failed(placeOf(file, what), error);
  }
}

/** A pipe that is opened so does not wait for its other end. */
const readOnly = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** What may be read: it is asked before it is opened, because a device may act on that, and again then. */
function opened(file: string, what: string, most: number): number {
  let descriptor: number | undefined;
  try {
    const { path, isInside, link } = placeOfName(file);
    if (link !== undefined) refuse(file, what, `${link} is a link, which is not followed; give the file itself`);
    refuseUnlessFile(isInside ? lstatSync(path) : statSync(path), file, what, most);
    descriptor = openSync(path, isInside ? readOnly | constants.O_NOFOLLOW : readOnly);
    refuseUnlessFile(fstatSync(descriptor), file, what, most);
    return descriptor;
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw error instanceof ProviderError ? error : failed(placeOf(file, what), error);
  }
}

/** At most so many bytes: neither a device nor what grows meanwhile is read to an end that does not come. */
export function bytesOf(file: string, what: string, most: number): Buffer {
  const descriptor = file === "-" ? 0 : opened(file, what, most);
  try {
    const parts: Buffer[] = [];
    let bytes = 0;
    for (let part = readPart(descriptor); part.length > 0; part = readPart(descriptor)) {
      parts.push(part);
      bytes += part.length;
      if (bytes > most) refuseLarge(file, what, most);
    }
    return Buffer.concat(parts);
  } catch (error) {
    throw error instanceof ProviderError ? error : failed(placeOf(file, what), error);
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}

/** Empty at the end. Standard input that does not wait by itself is waited for. */
function readPart(descriptor: number): Buffer {
  const part = Buffer.allocUnsafe(64 * 1024);
  for (;;) {
    try {
      return part.subarray(0, readSync(descriptor, part));
    } catch (error) {
      const code = codeOf(error);
      if (code === "EOF") return part.subarray(0, 0);
      if (code !== "EAGAIN" || descriptor !== 0) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** As PowerShell writes it. */
export function refuseUtf16(bytes: Buffer, file: string, what: string): void {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    refuse(file, what, "it is UTF-16 text; save it as UTF-8");
}

/** Whether there is anything under that name, such as a link to nothing. */
export function exists(file: string): boolean {
  try {
    return file === "-" || lstatSync(file) !== undefined;
  } catch (error) {
    return codeOf(error) !== "ENOENT";
  }
}

function refuseUnlessFile(stats: Stats, file: string, what: string, most: number): void {
  if (stats.isDirectory()) refuse(file, what, "it is a folder; give a file");
  if (!stats.isFile()) refuse(file, what, "it is not a regular file; give one, or - for standard input");
  if (stats.size > most) refuseLarge(file, what, most);
}

function refuseLarge(file: string, what: string, most: number): never {
  return refuse(file, what, `it has more than ${most / mebibyte} MiB; give a smaller one`);
}

/** Throws InvalidInput for a file that cannot be used; `why` says what to do as well. */
export function refuse(file: string, what: string, why: string): never {
  throw new ProviderError("InvalidInput", `reading ${placeOf(file, what)}: ${why}`);
}

const reasons: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder; give a file",
  EACCES: "access to it is denied; check its permissions",
  EPERM: "access to it is denied; check its permissions",
};

/** What kept a file from being read, and what to do. */
function failed(place: string, error: unknown): ProviderError {
  const code = codeOf(error);
  const why =
    code === "ENOENT" || code === "ENOTDIR"
      ? "there is no such file; check the name"
      : (reasons[code] ?? `${printable((error as Error).message)}; check the name`);
  return new ProviderError("InvalidInput", `reading ${place}: ${why}`, { cause: error });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? "";
}
