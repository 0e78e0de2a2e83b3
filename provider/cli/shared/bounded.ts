/** Files that others wrote, read without being larger, deeper or of more parts than this process can take. */

import { createReadStream, readFileSync, statSync } from "node:fs";
import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";

const mebibyte = 1024 * 1024;
/** A preview of 5,000 resources has 30 MiB. */
const mostBytes = 256 * mebibyte;
const mostParsedBytes = 48 * mebibyte;
const deepest = 100;
const mostValues = 2_000_000;

function sizeOf(file: string, what: string): number {
  try {
    const found = statSync(file);
    if (found.isDirectory())
      throw new ProviderError("InvalidInput", `reading ${what} from ${name(file)}: it is a folder`);
    return found.size;
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : message;
    throw new ProviderError("InvalidInput", `reading ${what} from ${name(file)}: ${why}`);
  }
}

function name(file: string): string {
  return printable(file, 200);
}

/** The bytes of a file in pieces; `-` is standard input. Throws InvalidInput for one that is too large. */
export async function* chunksOf(file: string, what: string): AsyncGenerator<Buffer> {
  if (file !== "-" && sizeOf(file, what) > mostBytes) refuse(file, what, mostBytes);
  let bytes = 0;
  for await (const chunk of file === "-" ? process.stdin : createReadStream(file, { highWaterMark: mebibyte })) {
    bytes += (chunk as Buffer).length;
    if (bytes > mostBytes) refuse(file, what, mostBytes);
    yield chunk as Buffer;
  }
}

function refuse(file: string, what: string, most: number): never {
  throw new ProviderError(
    "InvalidInput",
    `reading ${what} from ${name(file)}: it has more than ${most / mebibyte} MiB, which is not read`,
  );
}

/** The value of a JSON file. Throws InvalidInput for one that is too large, nested too deeply or no JSON. */
export function readBoundedJson(file: string, what: string): unknown {
  if (file !== "-" && sizeOf(file, what) > mostParsedBytes) refuse(file, what, mostParsedBytes);
  const text = readFileSync(file === "-" ? 0 : file, "utf8");
  if (text.length > mostParsedBytes) refuse(file, what, mostParsedBytes);
  const flaw = flawIn(text);
  if (flaw !== undefined) throw new ProviderError("InvalidInput", `reading ${what} from ${name(file)}: ${flaw}`);
  try {
    return JSON.parse(text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch (error) {
    const why = printable((error as Error).message, 160);
    throw new ProviderError("InvalidInput", `reading ${what} from ${name(file)}: it is no JSON (${why})`);
  }
}

/** What would make parsing cost more than it may; one pass over the characters. */
function flawIn(text: string): string | undefined {
  let [depth, values, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      values++;
      if (++depth > deepest) return `it is nested more than ${deepest} levels deep`;
    } else if (code === 0x5d || code === 0x7d) depth--;
    else if (code === 0x2c) values++;
    if (values > mostValues) return `it has more than ${mostValues} values`;
  }
  return undefined;
}
