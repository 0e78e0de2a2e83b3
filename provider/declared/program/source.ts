/** Bytes of a program's file → what Pulumi's YAML reader makes of them; what the two might read in different ways is a problem. */

import { type JsonProblem, parseJson } from "../../text/json.ts";
import { isMap } from "../../text/value.ts";
import { type ParsedYaml, parseYaml } from "../../text/yaml.ts";
import { plainScalar } from "./expressions/scalars.ts";

const mark = "\ufeff";
const largeFile = "version https://git-lfs.github.com/spec/";

/** Never throws. The value is a map, or there is a problem. */
export function readSource(path: string, bytes: Uint8Array): ParsedYaml {
  const text = decoded(bytes);
  if (text === undefined) return refused("is not UTF-8, which is the only encoding that is read");
  if (text.startsWith(largeFile)) return refused("is a pointer to a file in Git LFS, which is not read");
  const json = path.endsWith(".json") ? parseJson(text) : undefined;
  const parsed: ParsedYaml =
    json?.problems.length === 0
      ? { ...json, locateInText: (place) => json.locate(place) }
      : parseYaml(text, plainScalar);
  if (parsed.problems.length > 0) return parsed;
  if (!isMap(parsed.value)) return refused("is not a map at its top");
  return hasStrangeNumber(parsed.value) ? refused("has a number that is infinite or is not a number") : parsed;
}

/** The text without its mark; undefined when the bytes are not UTF-8. */
export function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.startsWith(mark) ? text.slice(mark.length) : text;
  } catch {
    return undefined;
  }
}

function refused(message: string): ParsedYaml {
  const problem: JsonProblem = { message, line: 1, column: 1 };
  return { problems: [problem], locate: () => undefined, locateInText: () => undefined };
}

function hasStrangeNumber(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasStrangeNumber);
}
