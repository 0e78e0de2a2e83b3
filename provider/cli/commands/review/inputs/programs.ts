/** The programs of a revision, and what changes between those of two: resources, and parts that are not read. */

import type { Declared } from "../../../../declared/declared.ts";
import { type Programs, readPrograms } from "../../../../declared/program/read.ts";
import type { Tree, Unread } from "../../../../declared/program/tree.ts";
import type { NotRead } from "../../../../review/report.ts";
import type { Change } from "../../../../review/rule/subject.ts";
import { unknown, valueKey, valueMap } from "../../../../text/value.ts";
import type { Entry, GitRepository } from "./git.ts";

export const largestFile = 1024 * 1024;
export const largestSum = 64 * 1024 * 1024;
const mostNamed = 100;

export function programsOf(
  repository: GitRepository,
  entries: readonly Entry[],
  isProgram: (path: string) => boolean,
): Programs {
  return readPrograms(treeOf(repository, entries), isProgram);
}

/** A revision as its programs see it; what is too large has no content. */
function treeOf(repository: GitRepository, entries: readonly Entry[]): Tree {
  const known = new Map(entries.map((entry) => [entry.path, entry]));
  const idsOf = (paths: readonly string[]) =>
    paths.flatMap((path) => {
      const entry = known.get(path);
      return entry?.kind === "file" ? [{ path, id: entry.id }] : [];
    });
  let left = largestSum;
  return {
    paths: entries.map(({ path }) => path),
    kindOf: (path) => known.get(path)?.kind,
    idOf: (path) => known.get(path)?.id ?? "",
    contents(paths) {
      const wanted = idsOf(paths);
      const sizes = repository.sizes(wanted.map(({ id }) => id));
      const readable = wanted.filter(({ id }) => {
        const size = sizes.get(id) ?? Number.POSITIVE_INFINITY;
        if (size > largestFile || size > left) return false;
        left -= size;
        return true;
      });
      const contents = repository.contents([...new Set(readable.map(({ id }) => id))]);
      return new Map(
        readable.flatMap(({ path, id }) => {
          const bytes = contents.get(id);
          return bytes ? [[path, bytes] as const] : [];
        }),
      );
    },
  };
}

/** What is not read on either side and is not the same on both, but for whole files that change, which the ledger names. */
export function unreadParts(
  before: Programs,
  after: Programs,
  changed: ReadonlySet<string>,
  incomplete: boolean,
): NotRead[] {
  const keyOf = ({ file, part }: Unread) => JSON.stringify([file, part]);
  const sides = [before, after].map(({ unread }) => {
    const found = new Map<string, Unread[]>();
    for (const one of unread) found.set(keyOf(one), [...(found.get(keyOf(one)) ?? []), one]);
    return found;
  });
  const [old, now] = sides as [Map<string, Unread[]>, Map<string, Unread[]>];
  const text = (all: readonly Unread[] = []) => JSON.stringify(all.map(({ reason, basis }) => [reason, basis]));
  const differing = [...new Set([...old.keys(), ...now.keys()])].filter(
    (key) => text(old.get(key)) !== text(now.get(key)),
  );
  const all = differing.flatMap((key): NotRead[] => {
    const [was = [], is = []] = [old.get(key), now.get(key)];
    const [told] = is.length > 0 ? is : was;
    if (!told || (told.part === "" && changed.has(told.file))) return [];
    if (told.onlyIfChanged && (was.length === 0 || is.length === 0)) return [];
    const part = told.part === "" ? "" : `${told.part}: `;
    const gone = is.length > 0 ? "" : "; it is removed";
    return [{ file: told.file, reason: `${part}${told.reason}${gone}`, incomplete }];
  });
  const rest = all.length - mostNamed;
  const more = { file: `${rest} more parts`, reason: "they are not read either", incomplete };
  return rest > 0 ? [...all.slice(0, mostNamed), more] : all;
}

/** Whether it differs in what it says, or in how a program or file says it. */
export function isTouched({ before, after }: Change, changed: ReadonlySet<string>): boolean {
  if (!before || !after) return true;
  const text = (side: Declared) => valueKey([side.properties, side.written ?? null, side.flaws ?? []]);
  const isFile = after.written === undefined && after.file !== undefined;
  return text(before) !== text(after) || (isFile && changed.has(after.file ?? ""));
}

/** Of a program that cannot be read on one side, nothing is said to come or go. */
export function isReadable({ before, after }: Change, old: Programs, now: Programs): boolean {
  if (before && after) return true;
  const file = (before ?? after)?.file ?? "";
  return !(before ? now : old).unreadable.has(file) || after !== undefined;
}

/** Before a deployment, what `ignoreChanges` names has a value that no program says. */
export function asKept(change: Change): Change {
  const { before } = change;
  if (!before?.keeps) return change;
  const kept = valueMap(
    before.keeps.filter((name) => name in before.properties).map((name) => [name, unknown] as const),
  );
  return { ...change, before: { ...before, properties: { ...before.properties, ...kept } } };
}
