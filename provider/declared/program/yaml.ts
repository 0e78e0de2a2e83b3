/**
 * Pulumi programs in YAML, read and not run: literals, references between resources, `fn::toJSON`, `fn::readFile`. Whatever
 * only a run can tell is unknown.
 *
 * Lives here: programs of Pulumi, read from their sources.
 * May not live here: anything that runs a program or sends a call; a guess at a value that only a run gives.
 */

import { tokenOf } from "../../define/token.ts";
import type { Fault } from "../../text/finding.ts";
import { type Position, parseJson } from "../../text/json.ts";
import type { Path } from "../../text/path.ts";
import { printable } from "../../text/printable.ts";
import { isMap, unknown, type Value, type ValueMap, valueMap } from "../../text/value.ts";
import { type ParsedYaml, parseYaml } from "../../text/yaml.ts";
import { declaredOf, strangersAmong } from "../declared.ts";
import type { Declared, Flaw } from "../subject.ts";
import { programFaults } from "./faults.ts";

/** Text of a file beside the program, by its path relative to the program's folder; undefined when there is none to read. */
export type ReadFile = (path: string) => string | undefined;

export interface YamlProgram {
  readonly declared: readonly Declared[];
  /** The language of a project that is not in YAML; its files have to be read another way. */
  readonly language?: string;
}

const deepestReference = 20;

/** The part of a kind of finding that a flaw repeats. */
function flawOf({ ruleId, level }: Fault): Pick<Fault, "ruleId" | "level"> {
  return { ruleId, level };
}

/** Never throws; what is no YAML is a flaw of a program that declares nothing. */
export function readYamlProgram(file: string, text: string, readFile: ReadFile): YamlProgram {
  const parsed = parseYaml(text);
  const [problem] = parsed.problems;
  if (problem) {
    const flaws = parsed.problems.map((flaw) => ({ ...flaw, ...flawOf(programFaults.syntax) }));
    return { declared: [{ kind: "Program", name: undefined, label: file, file, properties: {}, flaws }] };
  }
  const program = isMap(parsed.value) ? parsed.value : valueMap();
  const { runtime } = program;
  const language = isMap(runtime) ? runtime["name"] : runtime;
  if (typeof language === "string" && language !== "yaml") return { declared: [], language };
  const resources = isMap(program["resources"]) ? program["resources"] : valueMap();
  const reader = evaluator(program, resources, readFile);
  const declared = Object.entries(resources).flatMap(([label, resource]) => {
    if (!isMap(resource) || typeof resource["type"] !== "string") return [];
    const written = isMap(resource["properties"]) ? resource["properties"] : valueMap();
    const properties = reader.value(written, 0);
    const at: Path = ["resources", label, "properties"];
    const type = fullType(resource["type"]);
    const flaws = strangersAmong(type, written).map(({ name, near }): Flaw => {
      const meant = near === undefined ? "" : `; did you mean ${near}?`;
      const message = `${printable(name, 80)} is no property of ${type.replace(":index:", ":")}${meant}`;
      return { ...flawOf(programFaults.unknownProperty), message, ...parsed.locate([...at, name]) };
    });
    const known = declaredOf(type, isMap(properties) ? properties : valueMap(), {
      label,
      file,
      written,
      locate: (path, inText) =>
        path.length === 0 ? parsed.locate(["resources", label]) : placeOf(parsed, written, at, path, inText),
    });
    return flaws.length === 0 ? known : known.map((one) => ({ ...one, flaws }));
  });
  return { declared };
}

/** `ecr:Repository` and `aws:ecr:Repository` are short for what states and previews say. */
function fullType(type: string): string {
  const [provider = "", module = "", name] = type.split(":");
  if (provider === "ecr" && name === undefined) return tokenOf(module);
  const isShort = provider === "aws" && module === "ecr" && name !== undefined;
  return isShort ? `aws:ecr/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}` : type;
}

function evaluator(program: ValueMap, resources: ValueMap, readFile: ReadFile) {
  const variables = isMap(program["variables"]) ? program["variables"] : valueMap();
  const value = (written: unknown, depth: number): Value => {
    if (depth > deepestReference) return unknown;
    if (typeof written === "string") return text(written, depth);
    if (Array.isArray(written)) return written.map((item) => value(item, depth));
    if (!isMap(written)) return (written ?? null) as Value;
    const [name = "", ...others] = Object.keys(written);
    if (others.length === 0 && (name.startsWith("fn::") || name.startsWith("Fn::")))
      return call(name, written[name], depth);
    return valueMap(Object.entries(written).map(([key, member]) => [key, value(member, depth)] as const));
  };
  const call = (name: string, argument: unknown, depth: number): Value => {
    if (name === "fn::toJSON" || name === "fn::secret") return value(argument, depth);
    if (name === "fn::readFile" && typeof argument === "string") return readFile(argument) ?? unknown;
    return unknown;
  };
  /** A whole reference is its value, one inside other text is put into it; `$${` is a `${` of the text's own. */
  const text = (written: string, depth: number): Value => {
    const parts = partsOf(written);
    const [only] = parts;
    if (parts.length === 1 && only?.reference !== undefined) return reference(only.reference, depth);
    let told = "";
    for (const { text: literal, reference: name } of parts) {
      const known = name === undefined ? literal : reference(name, depth);
      if (typeof known !== "string" && typeof known !== "number" && typeof known !== "boolean") return unknown;
      told += String(known);
    }
    return told;
  };
  const reference = (name: string, depth: number): Value => {
    const [first = "", property, ...rest] = name.split(".");
    if (rest.length > 0) return unknown;
    if (property === undefined) return Object.hasOwn(variables, first) ? value(variables[first], depth + 1) : unknown;
    const resource = Object.hasOwn(resources, first) ? resources[first] : undefined;
    const properties = isMap(resource) ? resource["properties"] : undefined;
    if (!isMap(properties)) return unknown;
    // The id of a repository is its name, whoever declares it.
    const names = property === "id" || property === "name" ? [property, "repositoryName", "name"] : [property];
    const found = names.find((one) => Object.hasOwn(properties, one));
    return found === undefined ? unknown : value(properties[found], depth + 1);
  };
  return { value };
}

interface Part {
  readonly text?: string;
  readonly reference?: string;
}

function partsOf(written: string): Part[] {
  const parts: Part[] = [];
  let literal = "";
  for (let at = 0; at < written.length; ) {
    if (written.startsWith("$${", at)) {
      literal += "${";
      at += 3;
    } else if (written.startsWith("${", at)) {
      const end = written.indexOf("}", at);
      if (end < 0) return [{ text: written }];
      if (literal !== "") parts.push({ text: literal });
      literal = "";
      parts.push({ reference: written.slice(at + 2, end) });
      at = end + 1;
    } else literal += written[at++];
  }
  return literal === "" && parts.length > 0 ? parts : [...parts, { text: literal }];
}

/** Where a part of the properties is written: in a map, through `fn::toJSON`, or inside JSON text. */
function placeOf(
  parsed: ParsedYaml,
  written: ValueMap,
  at: Path,
  [property = "", ...path]: Path,
  inText?: Position,
): Position | undefined {
  let [current, place]: [unknown, (string | number)[]] = [written[String(property)], [...at, property]];
  for (const [index, step] of [...path, undefined].entries()) {
    while (isMap(current) && (Object.hasOwn(current, "fn::toJSON") || Object.hasOwn(current, "fn::secret"))) {
      const name = Object.hasOwn(current, "fn::toJSON") ? "fn::toJSON" : "fn::secret";
      [current, place] = [current[name], [...place, name]];
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
