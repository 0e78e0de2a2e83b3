/** Where a part of a resource's properties is written: in a map, in a variable, through `fn::toJSON`, or inside JSON text. */

import { type Position, parseJson } from "../../text/json.ts";
import type { Path } from "../../text/path.ts";
import { isMap } from "../../text/value.ts";
import type { ParsedYaml } from "../../text/yaml.ts";
import { callOf } from "./expressions/functions.ts";
import { wholeReference } from "./expressions/interpolation.ts";

/** Where a variable is written, and what. */
export type Variables = ReadonlyMap<string, { readonly at: Path; readonly written: unknown }>;

const transparent = ["fn::tojson", "fn::secret", "fn::unsecret"];
const mostHops = 200;

export function placeOf(
  parsed: ParsedYaml,
  written: unknown,
  at: Path,
  path: Path,
  variables: Variables,
  inText?: Position,
): Position | undefined {
  let [current, place]: [unknown, Path] = [written, at];
  for (const [index, step] of [...path, undefined].entries()) {
    for (let hops = 0; hops < mostHops; hops++) {
      const through = stepThrough(current, place, variables);
      if (!through) break;
      [current, place] = through;
    }
    if (typeof current === "string" && current.trimStart().startsWith("{")) {
      const inner = parseJson(current);
      const found = inText ?? inner.locate(path.slice(index)) ?? inner.problems[0];
      return found ? parsed.locateInText(place, found) : parsed.locate(place);
    }
    if (step === undefined || typeof current !== "object" || current === null || !Object.hasOwn(current, step)) break;
    [current, place] = [(current as Record<string | number, unknown>)[step], [...place, step]];
  }
  return parsed.locate(place);
}

/** The argument of a function that changes nothing in structure, and the variable that a text is. */
function stepThrough(current: unknown, place: Path, variables: Variables): [unknown, Path] | undefined {
  if (isMap(current)) {
    const call = callOf(current);
    const [name = ""] = Object.keys(current);
    return call && transparent.includes(call.name) ? [call.argument, [...place, name]] : undefined;
  }
  const whole = typeof current === "string" ? wholeReference(current) : undefined;
  const variable = whole?.steps.length === 0 ? variables.get(whole.root) : undefined;
  return variable && [variable.written, variable.at];
}
