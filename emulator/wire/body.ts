/**
 * Reads the body of a request as it arrives. The payload of UploadLayerPart, megabytes of base64 within JSON, is decoded on
 * the way, so that neither its text nor a copy of it is ever whole in memory.
 */

import { AwsError, inputOf, type Json } from "./protocol.ts";

const largestBody = 64 * 1024 * 1024;
/** What may come before the payload and have it decoded on the way; after more, it stays text. */
const longestPrologue = 64 * 1024;
const marker = Buffer.from('"layerPartBlob"');
const [quote, colon, backslash, equals] = [0x22, 0x3a, 0x5c, 0x3d];

export interface BodyReader {
  add(chunk: Buffer): void;
  /** The members of the request; `layerPartBlob` as bytes. Throws AwsError for what is no JSON object or too large. */
  input(): Json;
}

/** Reads any body. */
export function createBodyReader(): BodyReader & { text(): string } {
  const chunks: Buffer[] = [];
  let size = 0;
  const text = () => {
    if (size > largestBody) throw new AwsError("RequestEntityTooLargeException", "The request is too large.", 413);
    return Buffer.concat(chunks).toString("utf8");
  };
  return {
    add(chunk) {
      size += chunk.length;
      if (size <= largestBody) chunks.push(chunk);
    },
    text,
    input: () => inputOf(text()),
  };
}

/** Reads the body of an UploadLayerPart, of which so many bytes are announced. */
export function createPartReader(announced = 0): BodyReader {
  const rest = createBodyReader();
  let decoded: Buffer = Buffer.allocUnsafeSlow(Math.ceil((Math.min(announced, largestBody) * 3) / 4));
  let state: "before" | "within" | "after" = "before";
  let pending: Buffer = Buffer.alloc(0);
  let length = 0;
  let decoding = false;
  let wrong = false;

  /** Decodes all but the last characters that do not fill a group of four yet. */
  function decode(part: Buffer, last: boolean): void {
    const all = pending.length > 0 ? Buffer.concat([pending, part]) : part;
    // Some encoders escape the slash.
    const plain = all.includes(backslash) ? Buffer.from(all.toString("latin1").replaceAll("\\", ""), "latin1") : all;
    const end = last ? plain.length : plain.length - (plain.length % 4);
    const padding = Number(plain[end - 1] === equals) + Number(plain[end - 2] === equals);
    const expected = Math.floor(((end - padding) * 3) / 4);
    pending = Buffer.from(plain.subarray(end));
    if (length + expected <= largestBody && take(plain, end) !== expected) wrong = true;
    length += expected;
  }

  /** Decodes into what is there already; answers how many bytes that gave. */
  function take(plain: Buffer, end: number): number {
    const needed = length + Math.ceil((end * 3) / 4);
    if (needed > decoded.length) decoded = Buffer.concat([decoded.subarray(0, length)], Math.max(needed, 2 * length));
    return decoded.write(plain.toString("latin1", 0, end), length, "base64");
  }

  function addBefore(chunk: Buffer): void {
    const all = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    const start = contentStart(all);
    if (start === undefined && all.length < longestPrologue) {
      pending = all;
      return;
    }
    pending = Buffer.alloc(0);
    rest.add(all.subarray(0, start));
    state = start === undefined ? "after" : "within";
    if (start === undefined) return;
    decoding = true;
    addWithin(all.subarray(start));
  }

  function addWithin(chunk: Buffer): void {
    const end = chunk.indexOf(quote);
    decode(end < 0 ? chunk : chunk.subarray(0, end), end >= 0);
    if (end < 0) return;
    state = "after";
    rest.add(chunk.subarray(end));
  }

  const steps = { before: addBefore, within: addWithin, after: rest.add };
  const add = (chunk: Buffer) => steps[state](chunk);

  return {
    add,
    input() {
      if (state === "before") rest.add(pending);
      const input = rest.input();
      if (length > largestBody) throw new AwsError("RequestEntityTooLargeException", "The request is too large.", 413);
      if (wrong) throw new AwsError("SerializationException", "layerPartBlob is not base64.");
      if (decoding) input["layerPartBlob"] = decoded.subarray(0, length);
      return input;
    },
  };
}

/** Where the text of member layerPartBlob starts; undefined when it is not there (yet). */
function contentStart(json: Buffer): number | undefined {
  for (let at = json.indexOf(marker); at >= 0; at = json.indexOf(marker, at + 1)) {
    let next = at + marker.length;
    const skip = () => {
      while (next < json.length && /\s/.test(String.fromCharCode(json[next] ?? 0))) next++;
    };
    skip();
    if (json[next] !== colon) continue;
    next++;
    skip();
    if (json[next] === quote) return next + 1;
  }
  return undefined;
}
