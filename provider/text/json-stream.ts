/**
 * Reads chosen parts of JSON of any size: one pass over the bytes, in memory only what is taken. What lies in between is
 * skipped by its brackets and quotes alone. It is a scanner of our own because exports have 100 MB and more, and the
 * streaming parsers that exist make an event of every token, at a tenth of the speed.
 */

import { isUtf8 } from "node:buffer";
import { ProviderError } from "./errors.ts";
import { notJson } from "./json.ts";

/** What to do with a member or element: look inside, hand it over as a value, or pass it by. */
export type Interest = "enter" | "take" | "skip";

export interface Reader {
  /** Asked once for each member and element of what is entered. The path has names and, for elements, 0-based places. */
  interest(path: readonly (string | number)[]): Interest;
  /** A value that was taken. A key `__proto__` in it is an own member like any other. */
  value(path: readonly (string | number)[], value: unknown): void;
  /** A value larger than `most`; `start` is the beginning of its text. */
  tooLarge(path: readonly (string | number)[], start: string): void;
  /** Bytes of the largest value that is handed over. */
  readonly most: number;
}

/** A container whose members are looked at one by one. */
interface Frame {
  readonly isObject: boolean;
  key: string | number;
  /** What has to come next. */
  expects: "keyOrEnd" | "key" | "colon" | "value" | "elementOrEnd" | "commaOrEnd";
}

/** A value that is under way, or a key. */
interface Span {
  readonly use: "value" | "skip" | "key";
  depth: number;
  readonly scalar: boolean;
  parts: Buffer[];
  bytes: number;
}

const startShown = 64 * 1024;
const quote = 0x22;
const backslash = 0x5c;

/** Of text as long as this the fault is named; of longer text, the place of it. */
const mostExplained = 1 << 20;

/**
 * Feeds bytes until `end`. Both throw InvalidInput for text that is not JSON as far as it was looked at; `what` is its name
 * in messages, such as `the plan from plan.json`.
 */
export function scanJson(what: string, reader: Reader): { push(chunk: Buffer): void; end(): void } {
  const frames: Frame[] = [];
  const path: (string | number)[] = [];
  let span: Span | undefined;
  let inString = false;
  let escaped = false;
  let finished = false;
  let offset = 0;
  const start: Buffer[] = [];

  const broken = (at: number): never => {
    const fault =
      offset + at > mostExplained
        ? `it is not JSON from byte ${offset + at} on`
        : notJson(Buffer.concat(start).toString());
    throw new ProviderError("InvalidInput", `reading ${what}: ${fault}`);
  };

  /** A value begins in a container, or it is the whole text. */
  function begin(byte: number, at: number): void {
    const frame = frames.at(-1);
    if (frame) {
      path[frames.length - 1] = frame.key;
      frame.expects = "commaOrEnd";
    }
    path.length = frames.length;
    const interest = frames.length === 0 ? "enter" : reader.interest(path);
    const opens = byte === 0x7b || byte === 0x5b;
    if (interest === "enter" && opens) {
      frames.push({
        isObject: byte === 0x7b,
        key: byte === 0x7b ? "" : 0,
        expects: byte === 0x7b ? "keyOrEnd" : "elementOrEnd",
      });
      return;
    }
    if (!opens && byte !== quote && !startsScalar(byte)) broken(at);
    inString = byte === quote;
    span = {
      use: interest === "take" ? "value" : "skip",
      depth: opens ? 1 : 0,
      scalar: !opens && byte !== quote,
      parts: [],
      bytes: 0,
    };
  }

  /** The span is whole: `end` is the place after its last byte. */
  function finish(chunk: Buffer, from: number, end: number): void {
    const done = span as Span;
    span = undefined;
    if (done.use === "skip") {
      finished = frames.length === 0;
      return;
    }
    keep(done, chunk, from, end);
    path.length = frames.length;
    if (done.bytes > reader.most) {
      reader.tooLarge(path, Buffer.concat(done.parts).toString());
      return;
    }
    const bytes = done.parts.length === 1 ? (done.parts[0] as Buffer) : Buffer.concat(done.parts);
    if (!isUtf8(bytes))
      throw new ProviderError("InvalidInput", `reading ${what}: it is not UTF-8 text; save it as UTF-8`);
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString());
    } catch {
      broken(end);
    }
    const frame = frames.at(-1);
    if (done.use === "key" && frame) {
      frame.key = String(value);
      frame.expects = "colon";
    } else reader.value(path, value);
  }

  function keep(of: Span, chunk: Buffer, from: number, end: number): void {
    of.bytes += end - from;
    if (of.bytes <= reader.most) of.parts.push(chunk.subarray(from, end));
    else if (of.parts.length !== 1 || (of.parts[0] as Buffer).length > startShown)
      of.parts = [Buffer.from(Buffer.concat([...of.parts, chunk.subarray(from, end)]).subarray(0, startShown))];
  }

  /** Between values: punctuation of the container that is entered. */
  function structure(chunk: Buffer, at: number): void {
    const byte = chunk[at] as number;
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return;
    const frame = frames.at(-1);
    if (!frame) {
      if (finished) broken(at);
      begin(byte, at);
      return;
    }
    const { expects, isObject } = frame;
    const closes = byte === (isObject ? 0x7d : 0x5d);
    if (closes && (expects === "keyOrEnd" || expects === "elementOrEnd" || expects === "commaOrEnd")) {
      frames.pop();
      path.length = frames.length;
      finished = frames.length === 0;
    } else if (expects === "commaOrEnd") {
      if (byte !== 0x2c) broken(at);
      frame.expects = isObject ? "key" : "value";
      if (!isObject) frame.key = (frame.key as number) + 1;
    } else if (expects === "colon") {
      if (byte !== 0x3a) broken(at);
      frame.expects = "value";
    } else if (expects === "key" || expects === "keyOrEnd") {
      if (byte !== quote) broken(at);
      inString = true;
      span = { use: "key", depth: 0, scalar: false, parts: [], bytes: 0 };
    } else begin(byte, at);
  }

  function push(chunk: Buffer): void {
    if (offset < mostExplained) start.push(chunk);
    let from = 0;
    let at = 0;
    const length = chunk.length;
    while (at < length) {
      if (inString) {
        at = skipString(chunk, at);
        if (!inString && span?.depth === 0 && !span.scalar) finish(chunk, from, at);
      } else if (span === undefined) {
        from = at;
        structure(chunk, at);
        at++;
      } else if (span.scalar) {
        const byte = chunk[at] as number;
        if (byte === 0x2c || byte === 0x7d || byte === 0x5d || byte <= 0x20) finish(chunk, from, at);
        else at++;
      } else {
        at = skipNested(chunk, at, span);
        if (span.depth === 0) finish(chunk, from, at);
      }
    }
    if (span && span.use !== "skip") keep(span, chunk, from, length);
    offset += length;
  }

  /** To the place after the closing quote, or to the end of the chunk. */
  function skipString(chunk: Buffer, start: number): number {
    let at = start;
    // The opening quote itself was the last byte of `structure` or `skipNested`.
    while (at < chunk.length) {
      if (escaped) escaped = false;
      else {
        const byte = chunk[at];
        if (byte === backslash) escaped = true;
        else if (byte === quote) {
          inString = false;
          return at + 1;
        }
      }
      at++;
    }
    return at;
  }

  function skipNested(chunk: Buffer, start: number, within: Span): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === quote) {
        inString = true;
        return at + 1;
      }
      if (byte === 0x7b || byte === 0x5b) within.depth++;
      else if ((byte === 0x7d || byte === 0x5d) && --within.depth === 0) return at + 1;
    }
    return chunk.length;
  }

  return {
    push,
    end() {
      if (span?.scalar) finish(Buffer.alloc(0), 0, 0);
      if (!finished) broken(0);
    },
  };
}

/** Of a number, true, false or null. */
function startsScalar(byte: number): boolean {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) || byte === 0x74 || byte === 0x66 || byte === 0x6e;
}
