/** The door of fast-json-patch: RFC 6902 patches between plain JSON values. */

import jsonPatch from "fast-json-patch";

/** One step of a patch; `path` is a JSON pointer (RFC 6901). */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** The steps that make `after` of `before`; empty where the two are the same. Both are plain JSON. */
export function patchBetween(before: unknown, after: unknown): PatchOperation[] {
  // The library compares the members of containers, so each value is the member of one.
  const steps = jsonPatch.compare({ value: before }, { value: after }) as PatchOperation[];
  return steps.map((step) => ({ ...step, path: step.path.slice("/value".length) }));
}

/** The names in a JSON pointer. */
export function pointerNames(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
