/**
 * Diff: compares recorded inputs with checked ones, row by row, with the row's own equality. Refresh comes here as well,
 * with the live values as the recorded side, so the two cannot disagree.
 */

import type { Row } from "../define/property.ts";
import { ProviderError } from "../text/errors.ts";
import { covers, formatPath, type Path, parsePath } from "../text/path.ts";
import { isMap, sameValue, type ValueMap } from "../text/value.ts";
import { isGenerated } from "./autoname.ts";
import { equal, has, label, logicalName, type Resource, rows } from "./definition.ts";

/**
 * Whether two values of a row mean different things, by the row's own equality. An absent value means the row's default.
 * `recorded`: all outputs that the resource has, where it is deployed. `"unprovable"`: they may or may not.
 */
export function differs(row: Row, before: unknown, after: unknown, recorded?: ValueMap): boolean | "unprovable" {
  const same = equal(row, before ?? row.default, after ?? row.default, recorded);
  return same === "unprovable" ? same : !same;
}

export interface DiffRequest {
  readonly urn: string;
  /** Recorded outputs. */
  readonly olds: ValueMap;
  readonly oldInputs: ValueMap;
  readonly news: ValueMap;
  readonly ignoreChanges: readonly string[];
}

export interface Change {
  readonly path: Path;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
  /** The old side comes from the recorded inputs; else from the recorded outputs. */
  readonly inputDiff: boolean;
}

export interface Difference {
  readonly changes: readonly Change[];
  readonly deleteBeforeReplace: boolean;
  /** Outputs that no update can change. */
  readonly stables: readonly string[];
}

export function diff(definition: Resource, request: DiffRequest): Difference {
  const ignored = request.ignoreChanges.map(parsePath);
  const changes = rows(definition, "input", "control")
    .flatMap(([name, row]) => changesOf(definition, name, row, request))
    .filter(({ path }) => !ignored.some((pattern) => covers(pattern, path)));
  return {
    changes,
    // Also without a change that replaces: the program may ask for it (replaceOnChanges).
    deleteBeforeReplace: keepsIdentity(definition, request),
    stables: rows(definition, "output")
      .filter(([, row]) => !row.volatile)
      .map(([name]) => name),
  };
}

function changesOf(
  definition: Resource,
  name: string,
  row: Row,
  { urn, olds, oldInputs, news }: DiffRequest,
): Change[] {
  const declared = has(oldInputs, name);
  const isSeen = declared || (row.computed === true && has(olds, name));
  const before = declared ? oldInputs[name] : isSeen ? olds[name] : undefined;
  const after = has(news, name) ? news[name] : undefined;
  if (!declared && after === undefined) return [];
  // What was never declared and is not observed may be anything, and is not the default.
  const difference =
    isSeen || row.role === "control" ? differs(row, before, after, olds) : equal(row, undefined, after, olds) !== true;
  if (difference === false) return [];
  // Where nothing can be lost, what cannot be proved is written once more.
  if (difference === "unprovable" && row.replaces !== undefined) {
    throw new ProviderError(
      "Conflict",
      `comparing ${formatPath([name])} of ${label(definition, oldInputs, urn)}: whether ${JSON.stringify(before)} and ${JSON.stringify(after ?? row.default)} are the same cannot be proved here, and if they are not, the resource would be replaced and its contents lost; write it as it is recorded, run \`pulumi refresh\` to have the live value recorded, or force the replacement with \`pulumi up --replace '${urn}'\``,
      { path: [name] },
    );
  }
  const replaces = row.replaces === "whenRemoved" ? !has(news, name) : row.replaces === true;
  const found = structuralChanges(before, after, [name]);
  return (found.length > 0 ? found : [{ path: [name], kind: "update" as const }]).map((change) => ({
    ...change,
    replaces,
    inputDiff: declared || !row.computed,
  }));
}

/** Where two values differ as JSON: the innermost places that exist on either side. */
function structuralChanges(before: unknown, after: unknown, path: Path): Pick<Change, "path" | "kind">[] {
  if (before === undefined) return [{ path, kind: "add" }];
  if (after === undefined) return [{ path, kind: "delete" }];
  if (sameValue(before, after)) return [];
  if (isMap(before) && isMap(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => structuralChanges(own(before, name), own(after, name), [...path, name]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      structuralChanges(before[index], after[index], [...path, index]),
    );
  }
  return [{ path, kind: "update" }];
}

function own(map: ValueMap, name: string): unknown {
  return has(map, name) ? map[name] : undefined;
}

/** A replacement of the same name can only be made once the old one is gone. */
function keepsIdentity(definition: Resource, { urn, oldInputs, news }: DiffRequest): boolean {
  return rows(definition, "input")
    .filter(([, row]) => row.identity)
    .every(
      ([name, row]) =>
        sameValue(oldInputs[name], news[name]) &&
        !(row.autoname && isGenerated(row.autoname, news[name], logicalName(urn))),
    );
}
