/**
 * Where the files of a tar archive begin, without unpacking it: one look at each header, then blobs are read in place.
 * Understands ustar, the pax records `path` and `size`, and GNU long names.
 */

import type { FileHandle } from "node:fs/promises";
import { printable } from "../text/printable.ts";
import { refuse } from "./manifest.ts";

export interface Entry {
  /** Of the first byte of the contents. */
  readonly offset: number;
  readonly size: number;
  /** A file whose bytes stand here; links and devices are not. */
  readonly isFile: boolean;
}

const block = 512;
const mostEntries = 200_000;
const longestName = 1024 * 1024;

/** The entries by name, without a leading `./`; of two of the same name the last counts. Throws InvalidInput. */
export async function indexTar(file: FileHandle, place: string): Promise<ReadonlyMap<string, Entry>> {
  const { size: end } = await file.stat();
  const entries = new Map<string, Entry>();
  let [name, size]: [string | undefined, number | undefined] = [undefined, undefined];
  let seen = 0;
  for (let at = 0; at + block <= end; ) {
    const header = await readExactly(file, at, block, place);
    if (header.every((byte) => byte === 0)) break;
    if (!isHeader(header)) refuse(place, notTar(header, at));
    if (++seen > mostEntries) refuse(place, `has more than ${mostEntries} entries`);
    const type = String.fromCharCode(header[156] ?? 0);
    const extends_ = type === "x" || type === "L" || type === "K" || type === "g";
    const length = extends_ ? numberAt(header, 124, 12) : (size ?? numberAt(header, 124, 12));
    const offset = at + block;
    if (!Number.isSafeInteger(length) || length < 0 || offset + length > end)
      refuse(place, "ends in the middle of a file; write or download it again");
    if (extends_) {
      if (length > longestName) refuse(place, `has an entry whose name takes ${length} bytes`);
      const body = await readExactly(file, offset, length, place);
      if (type === "L") name = textOf(body);
      if (type === "x") ({ name = name, size = size } = paxRecords(body));
    } else {
      const isFile = type === "0" || type === "\0" || type === "7";
      entries.set(plainName(name ?? headerName(header)), { offset, size: length, isFile });
      [name, size] = [undefined, undefined];
    }
    at = offset + Math.ceil(length / block) * block;
  }
  return entries;
}

/** Exactly these bytes; throws InvalidInput when the file is shorter. */
export async function readExactly(file: FileHandle, at: number, length: number, place: string): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, at + done);
    if (bytesRead === 0) refuse(place, "is shorter than it was a moment ago");
    done += bytesRead;
  }
  return buffer;
}

/** The checksum counts its own eight bytes as spaces. */
function isHeader(header: Buffer): boolean {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  return sum === numberAt(header, 148, 8);
}

function notTar(header: Buffer, at: number): string {
  const [first, second] = header;
  if (at > 0) return `is damaged at byte ${at}; write or download it again`;
  if (first === 0x1f && second === 0x8b) return "is compressed with gzip; unpack it with gunzip first";
  if (header.subarray(0, 4).toString("hex") === "28b52ffd")
    return "is compressed with zstd; unpack it with unzstd first";
  return "is no tar archive";
}

/** Octal text, or base 256 where the first bit is set. */
function numberAt(header: Buffer, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(textOf(field).trim() || "0", 8);
  return field.subarray(1).reduce((value, byte) => value * 256 + byte, (field[0] ?? 0) & 0x7f);
}

function headerName(header: Buffer): string {
  const prefix = header.subarray(257, 262).toString("latin1") === "ustar" ? textOf(header.subarray(345, 500)) : "";
  const name = textOf(header.subarray(0, 100));
  return prefix === "" ? name : `${prefix}/${name}`;
}

function paxRecords(body: Buffer): { name?: string; size?: number } {
  const found: { name?: string; size?: number } = {};
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = Number(body.subarray(at, Math.max(space, at)).toString("latin1"));
    if (space < 0 || !Number.isInteger(length) || length <= space - at) break;
    const [key, ...value] = body
      .subarray(space + 1, at + length - 1)
      .toString("utf8")
      .split("=");
    if (key === "path") found.name = value.join("=");
    if (key === "size") found.size = Number(value.join("="));
    at += length;
  }
  return found;
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString("utf8");
}

function plainName(name: string): string {
  return printable(name.startsWith("./") ? name.slice(2) : name, 4_096);
}
