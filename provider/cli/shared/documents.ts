/** Documents from files, without reading what is too large to be one. */

import { parseJson } from "../../text/json.ts";
import { readText } from "./files.ts";

/** The longest text that is read at all; the validators refuse much shorter ones, with a finding. */
const mostBytes = 1 << 20;

/** The text of a document; of one that is too large, as much as shows that it is. */
export function readDocument(file: string): string {
  return readText(file, { most: mostBytes });
}

/** The value of a JSON file; throws with the first problem and its place. */
export function readJson(file: string): unknown {
  const { value, problems } = parseJson(readDocument(file));
  const [problem] = problems;
  if (problem) throw new Error(`reading ${file}:${problem.line}:${problem.column}: ${problem.message}`);
  return value;
}
