/** Where the resources of a stack are written, where its project is a program in YAML in a folder that is known. */

import { join } from "node:path";
import { readPrograms } from "../../../declared/program/read.ts";
import { partsOf } from "../../../declared/program/written-at.ts";
import type { Stack } from "../../../declared/pulumi/export.ts";
import { bytesOf, exists } from "../../shared/bytes.ts";

const names = ["Pulumi.json", "Pulumi.yaml", "Pulumi.yml", "Main.json", "Main.yaml"];
const largest = 1024 * 1024;

/** The stack, whose resources without a place have that of the program in `folder`; a file is named as seen from there. */
export function placedIn(folder: string, stack: Stack): Stack {
  if (stack.declared.every(({ source }) => source.file !== undefined)) return stack;
  const files = new Map(names.flatMap((name) => contentOf(folder, name)));
  const { declared: programs } = readPrograms(
    {
      paths: [...files.keys()],
      kindOf: (path) => (files.has(path) ? "file" : undefined),
      idOf: (path) => path,
      contents: (paths) => new Map([...files].filter(([path]) => paths.includes(path))),
    },
    () => true,
  );
  const partOf = partsOf(programs);
  const declared = stack.declared.map((one) => {
    const part = one.source.file === undefined ? partOf(one.definition.name, one.urn) : undefined;
    return part?.file === undefined
      ? one
      : { ...one, source: { ...one.source, file: part.file, ...part.locate?.([]) } };
  });
  return { ...stack, declared };
}

/** A place is worth no failure: what cannot be read has none. */
function contentOf(folder: string, name: string): [string, Uint8Array][] {
  const file = join(folder, name);
  try {
    return exists(file) ? [[name, bytesOf(file, "the program", largest)]] : [];
  } catch {
    return [];
  }
}
