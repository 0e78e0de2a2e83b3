/** Where the resources of a preview are written: the engine knows no place in a program in YAML, and the program itself does. */

import { posix } from "node:path";
import type { Declared } from "../declared.ts";

/**
 * Gives the resources of a preview or an export their place: a part of a program in YAML among `programs` that has the same project
 * and name, or what the engine recorded, below `folder` where that is the folder of the project. What is not found has no place.
 */
export function writtenIn(programs: readonly Declared[], folder: string | undefined): (declared: Declared) => Declared {
  const writtenAs = partsOf(programs);
  const placed = new Map<Declared, Declared>();
  const place = (declared: Declared): Declared => {
    if (declared.urn === undefined) return declared;
    const found = writtenAs(declared.kind, declared.urn);
    if (found?.file !== undefined)
      return { ...declared, file: found.file, ...(found.locate ? { locate: found.locate } : {}) };
    if (declared.file === undefined || folder === undefined) return declared;
    return { ...declared, file: posix.join(folder, declared.file) };
  };
  return (declared) => {
    const known = placed.get(declared) ?? place(declared);
    placed.set(declared, known);
    return known;
  };
}

/** The part of programs in YAML that declares a resource of a URN; undefined where none or more than one does. */
export function partsOf(programs: readonly Declared[]): (kind: string, urn: string) => Declared | undefined {
  const known = new Map<string, Declared>();
  const ambiguous = new Set<string>();
  for (const one of programs) {
    if (!one.inProgram) continue;
    const key = keyOf(one.kind, one.inProgram);
    if (known.has(key) && known.get(key)?.file !== one.file) ambiguous.add(key);
    known.set(key, one);
  }
  for (const key of ambiguous) known.delete(key);
  return (kind, urn) => {
    const origin = originOf(urn);
    return origin && known.get(keyOf(kind, origin));
  };
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
function originOf(urn: string): Declared["inProgram"] {
  const [, project, type = "", ...name] = urn.split("::");
  return project === undefined ? undefined : { project, name: name.join("::"), isChild: type.includes("$") };
}

function keyOf(kind: string, { project, name, isChild }: NonNullable<Declared["inProgram"]>): string {
  return JSON.stringify([kind, project, name, isChild]);
}
