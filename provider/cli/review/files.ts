/** Documents from files, without reading what is too large to be one. */

import { readFileSync, statSync } from "node:fs";
import { parseJson } from "../../define/json.ts";

/** The longest text that is read at all; the validators refuse much shorter ones, with a finding. */
const mostBytes = 1 << 20;

/** The text of a file; `-` is standard input. Of a file that is too large, as much as shows that it is. */
export function readText(file: string): string {
  if (file === "-") return readFileSync(0, "utf8");
  try {
    if (statSync(file).size > mostBytes) return " ".repeat(mostBytes);
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`reading ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** The value of a JSON file; throws with the first problem and its place. */
export function readJson(file: string): unknown {
  const { value, problems } = parseJson(readText(file));
  const [problem] = problems;
  if (problem) throw new Error(`reading ${file}:${problem.line}:${problem.column}: ${problem.message}`);
  return value;
}
