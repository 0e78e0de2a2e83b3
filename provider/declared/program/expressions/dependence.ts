/**
 * What an expression depends on, as a digest: the same as long as nothing changes that it refers to, by any number of steps, and
 * no file that it reads. So a part of unknown value is known not to have changed.
 */

import { createHash } from "node:crypto";
import { isMap } from "../../../text/value.ts";
import { callOf, fileFunctions } from "./functions.ts";
import { partsOf } from "./interpolation.ts";

export interface Definitions {
  /** Everything that a name may stand for, as it is written. */
  of(name: string): readonly unknown[];
  /** Whether stacks give the name different values. */
  varies(name: string): boolean;
  /** Of the whole program, for what refers too deeply. */
  readonly everything: string;
  /** Of the file or folder that the argument of a function names. */
  fileDigest(argument: unknown): string;
}

export interface Dependence {
  digestOf(written: unknown): string;
  /** Whether the value may differ between stacks. */
  varies(written: unknown): boolean;
}

const deepest = 200;

export function dependence(definitions: Definitions): Dependence {
  const digests = new Map<string, string>();
  const varying = new Map<string, boolean>();
  let depth = 0;
  const deeper = <T>(find: () => T, otherwise: T): T => {
    if (depth > deepest) return otherwise;
    depth++;
    try {
      return find();
    } finally {
      depth--;
    }
  };
  const digestOf = (written: unknown): string => {
    const { names, files } = mentions(written);
    return digest(JSON.stringify(written ?? null), ...names.map(digestOfName), ...files.map(definitions.fileDigest));
  };
  const digestOfName = (name: string): string => {
    const known = digests.get(name);
    if (known !== undefined) return known;
    digests.set(name, "itself");
    const found = deeper(() => digest(name, ...definitions.of(name).map(digestOf)), definitions.everything);
    digests.set(name, found);
    return found;
  };
  const varies = (written: unknown): boolean => mentions(written).names.some(nameVaries);
  const nameVaries = (name: string): boolean => {
    const known = varying.get(name);
    if (known !== undefined) return known;
    varying.set(name, false);
    const found = deeper(() => definitions.varies(name) || definitions.of(name).some(varies), true);
    varying.set(name, found);
    return found;
  };
  return { digestOf, varies };
}

/** The names that are referred to, and the arguments of functions that read files, each in the order in which it is written. */
function mentions(written: unknown): { names: string[]; files: unknown[] } {
  const names = new Set<string>();
  const files: unknown[] = [];
  const see = (text: string) => {
    for (const { reference } of text.includes("${") ? (partsOf(text) ?? []) : [])
      if (reference) names.add(reference.root);
  };
  const walk = (value: unknown): void => {
    if (typeof value === "string") see(value);
    else if (Array.isArray(value)) for (const item of value) walk(item);
    else if (isMap(value)) {
      const call = callOf(value);
      if (call && fileFunctions.has(call.name)) files.push(call.argument);
      for (const [key, member] of Object.entries(value)) {
        see(key);
        walk(member);
      }
    }
  };
  walk(written);
  return { names: [...names], files };
}

/** 32 hexadecimal digits for texts in their order. */
export function digest(...texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 32);
}
