/**
 * Resources of any of the providers in the words of ours, ready to be judged.
 *
 * Lives here: what programs, states and plans declare, in the words of our definitions, and how other providers call it.
 * May not live here: live values and comparison (`drift/`), judgement (`review/`), options.
 */

import type { Rows } from "../define/property.ts";
import { nameIn } from "../define/token.ts";
import { camel } from "../migration/terraform.ts";
import type { Finding } from "../text/finding.ts";
import type { Position } from "../text/json.ts";
import { nearest } from "../text/nearest.ts";
import type { Path } from "../text/path.ts";
import { type ValueMap, valueMap } from "../text/value.ts";
import { definitionOf, nameOf } from "./columns.ts";
import { inOurWords, partsOf } from "./vocabulary.ts";

/** One side of a resource, in the words of this package's resources. */
export interface Declared {
  /** A type of this package without prefix, such as `RepositoryPolicy`. */
  readonly kind: string;

  /** Of the repository, a prefix, or `registry`; undefined when it is not known yet. */
  readonly name: string | undefined;

  /** What the program calls it, for a resource whose name is not known yet. */
  readonly label?: string;
  readonly urn?: string;

  /** What of its URN a program in YAML decides; a child has the types of its parents in it. */
  readonly inProgram?: { readonly project: string; readonly name: string; readonly isChild: boolean };

  /** By our names; what a preview does not know is `unknown`. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly file?: string;

  /** It is a resource of this package, whose provider sends its documents. */
  readonly ours?: boolean;

  /** What it comes of, where a program declares it: the same as long as nothing changes that it depends on. */
  readonly written?: unknown;

  /** Properties of which a deployment keeps the value that it finds, whatever is declared (`ignoreChanges`). */
  readonly keeps?: readonly string[];
  /** What kept the declaration from being read, found by whoever read it. */
  readonly flaws?: readonly Finding[];

  /** Where a part of the properties is written; the path starts with the property's name. `inText`: a position inside the text there. */
  locate?(path: Path, inText?: Position): Position | undefined;
}

/** What a resource is called in reports, the same in every run: its URN, or its kind and name. */
export function resourceId({ urn, kind, name, label }: Declared): string {
  return urn ?? `${kind} ${name ?? label ?? "(not known yet)"}`;
}

export const byKind = new WeakMap<readonly Declared[], Map<string, Declared[]>>();

/** Those of one kind, sorted out once for each list. */
export function ofKind(all: readonly Declared[], kind: string): readonly Declared[] {
  const known = byKind.get(all) ?? new Map<string, Declared[]>();
  if (known.size === 0) {
    for (const one of all) {
      const same = known.get(one.kind);
      if (same) same.push(one);
      else known.set(one.kind, [one]);
    }
  }
  byKind.set(all, known);
  return known.get(kind) ?? [];
}

/** What a resource is called, and where it is written. */
export interface Mark {
  readonly urn?: string;
  readonly label?: string;
  readonly file?: string;
  readonly written?: unknown;
  /** Where a part of the properties is written; the path is in the words of the resource's own provider. */
  locate?(path: Path, inText?: Position): Position | undefined;
}

/** The resources of ours that a resource stands for; none for other types. What is computed by AWS is left out. */
export function declaredOf(type: string, properties: ValueMap, mark: Mark): Declared[] {
  return partsOf(type).flatMap((part) => {
    const definition = definitionOf(part.to);
    const rows = definition?.properties as Rows | undefined;
    const words = rows && (nameIn(type) !== undefined ? properties : inOurWords(part, rows, properties));
    if (!definition || !rows || !words) return [];
    const inputs = Object.entries(words).filter(([name]) => rows[name] !== undefined && rows[name]?.role !== "output");
    const { locate, urn, ...rest } = mark;
    const ours = nameIn(type) !== undefined;
    const suffix = part.suffix ?? "";
    return [
      {
        kind: part.to,
        name: nameOf(definition, words),
        ...rest,
        ...(urn === undefined ? {} : { urn: `${urn}${suffix}` }),
        ...(ours ? { ours } : {}),
        properties: valueMap(inputs),
        ...(locate
          ? {
              locate: (path: Path, inText?: Position) =>
                locate(theirPath(path, part.renamed ?? {}, properties), inText),
            }
          : {}),
      },
    ];
  });
}

/** Names among the properties of a resource of ours that it does not have, which the provider would refuse. */
export function strangersAmong(type: string, properties: ValueMap): { name: string; near: string | undefined }[] {
  const ours = nameIn(type);
  const rows = definitionOf(ours ?? "")?.properties as Rows | undefined;
  if (!rows) return [];
  const inputs = Object.keys(rows).filter((name) => rows[name]?.role !== "output");
  return Object.keys(properties)
    .filter((name) => !inputs.includes(name) && !name.startsWith("fn::"))
    .map((name) => ({ name, near: nearest(name, inputs) }));
}

/** The path in the words of the provider that has the property. */
function theirPath([name, ...rest]: Path, renamed: Readonly<Record<string, string>>, properties: ValueMap): Path {
  const theirs = Object.hasOwn(renamed, String(name)) ? renamed[String(name)] : undefined;
  if (name === undefined || theirs === undefined) return name === undefined ? [] : [name, ...rest];
  const [first = "", ...inner] = [theirs, camel(theirs)]
    .find((word) => Object.hasOwn(properties, word.split(".")[0] ?? ""))
    ?.split(".") ?? [theirs];
  return [first, ...inner, ...rest];
}
