/** Text and JSON values of files that commands read, with one sentence for each fault. */

import { isUtf8 } from "node:buffer";
import { type Bounds, fileBounds, flawOf, surveyJson } from "../../text/bounds.ts";
import { notJson, positionAt } from "../../text/json.ts";
import { scanJson } from "../../text/json-stream.ts";
import { bytesOf, exists, placeOf, refuse, refuseUtf16 } from "./bytes.ts";

const mebibyte = 1024 * 1024;
/** Of text that is no data: documents, configurations, lists. */
const mostText = mebibyte;

/** The text of a file of at most 1 MiB; `-` is standard input. Throws ProviderError; `what` names in it what was to be read. */
export function readText(file: string, what: string): string {
  return textOf(bytesOf(file, what, mostText), file, what);
}

/** The same; undefined when there is no such file. */
export function readTextIfThere(file: string, what: string): string | undefined {
  return exists(file) ? readText(file, what) : undefined;
}

/** The lines of a list, without empty ones and those that start with #. */
export function readLines(file: string, what: string): string[] {
  return linesOf(readText(file, what));
}

/** The lines of such a list that is at hand already. */
export function linesOf(text: string): string[] {
  return withoutMark(text)
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The value of a JSON file, within bounds that are not those of a document. Throws as above. */
export function readJson(file: string, what: string, bounds: Bounds = fileBounds): unknown {
  return parseFile(textOf(bytesOf(file, what, bounds.characters), file, what), file, what, bounds);
}

/** The same; undefined when there is no such file. */
export function readJsonIfThere(file: string, what: string, bounds: Bounds = fileBounds): unknown {
  return exists(file) ? readJson(file, what, bounds) : undefined;
}

/** The value of JSON text that `file` holds. Throws as above; a byte order mark before it is passed over. */
export function parseFile(text: string, file: string, what: string, bounds: Bounds = fileBounds): unknown {
  const json = withoutMark(text);
  const { flaw } = surveyJson(json, bounds);
  if (flaw) {
    const { line, column } = positionAt(json, flaw.at);
    refuse(file, what, `it ${flaw.message} (line ${line}, column ${column}); correct it there`);
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return refuseJson(json, file, what);
  }
  const inside = flawOf(value, bounds);
  if (inside !== undefined) refuse(file, what, `it ${inside}; correct it`);
  return value;
}

function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function textOf(bytes: Buffer, file: string, what: string): string {
  refuseUtf16(bytes, file, what);
  if (!isUtf8(bytes)) refuse(file, what, "it is not UTF-8 text; save it as UTF-8");
  return bytes.toString();
}

/** The scanner finds the place in text that is too large for the parser that explains. */
function refuseJson(text: string, file: string, what: string): never {
  if (text.length > mebibyte) {
    const scanner = scanJson(placeOf(file, what), {
      most: mebibyte,
      interest: () => "enter",
      value() {},
      tooLarge() {},
    });
    scanner.push(Buffer.from(text));
    scanner.end();
  }
  return refuse(file, what, text.length > mebibyte ? "it is not JSON; correct it" : notJson(text));
}
