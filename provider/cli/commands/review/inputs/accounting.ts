/** What became of each changed path of two revisions, from what was read of both: the facts of the ledger. */

import { posix } from "node:path";
import { resourceId } from "../../../../declared/declared.ts";
import type { ReviewConfig } from "../../../../review/config.ts";
import { isIn, type LedgerEntry, type LedgerFacts, type Reader } from "../../../../review/ledger.ts";
import type { NotRead } from "../../../../review/report.ts";
import type { Change } from "../../../../review/rule/subject.ts";
import { compilePattern } from "../../../../text/path-glob.ts";
import { printable } from "../../../../text/printable.ts";
import type { Entry, GitRepository } from "./git.ts";
import { isMark, readersIn } from "./readers.ts";

/** A preview or plan that came along, and the folders of the programs that it is of; none: of the only program. */
export interface Coverage {
  readonly option: "--preview" | "--plan";
  readonly programs: readonly string[];
}

/** What was read of one side. */
export interface ReadSide {
  readonly tree: string;
  readonly entries: readonly Entry[];
  /** Paths that were read, and as what. */
  readonly read: ReadonlyMap<string, string>;
  readonly notRead: readonly NotRead[];
  /** Of projects that are not in YAML, by folder. */
  readonly languages: ReadonlyMap<string, string>;
}

/** Paths that were judged, with the resources that the report has of them. */
export function judgedPaths(
  sides: readonly ReadSide[],
  changes: readonly Change[],
  config: string,
): LedgerFacts["judged"] {
  const resources = new Map<string, Set<string>>();
  for (const side of changes.flatMap(({ before, after }) => [before, after])) {
    if (side?.file === undefined) continue;
    const known = resources.get(side.file) ?? new Set();
    resources.set(side.file, known.add(printable(resourceId(side), 500)));
  }
  const judged = new Map<string, Omit<LedgerEntry, "path" | "fate">>([
    [config, { why: "the configuration of the review" }],
  ]);
  for (const [path, why] of sides.flatMap(({ read }) => [...read])) {
    const names = resources.get(path);
    judged.set(path, { why, ...(names ? { resources: [...names].sort() } : {}) });
  }
  return judged;
}

/** What the configuration says of names. */
interface Names {
  readonly isIrrelevant: (path: string) => boolean;
  /** Whether a path is that of a document or a program but for the case of letters. */
  readonly isNearlyWanted: (path: string) => boolean;
}

/**
 * Changed paths that a link of either side leads to, with that link: what is read by the link's name is not read here.
 * `isWanted` says whether a path by way of the link would be read.
 */
export function linkedPaths(
  repository: GitRepository,
  sides: readonly ReadSide[],
  changed: ReadonlySet<string>,
  isWanted: (path: string) => boolean,
): LedgerFacts["linked"] {
  const links = sides.flatMap(({ entries }) => entries.filter(({ kind }) => kind === "link"));
  const texts = repository.contents([...new Set(links.map(({ id }) => id))]);
  const byTarget = new Map<string, string[]>();
  for (const { path, id } of links) {
    const target = targetOf(path, texts.get(id)?.toString() ?? "");
    byTarget.set(target, [...(byTarget.get(target) ?? []), path]);
  }
  const linked = new Map<string, string>();
  if (links.length === 0) return linked;
  for (const path of changed)
    for (const folder of [path, ...foldersOf(path)]) {
      const rest = folder === "." ? `/${path}` : path.slice(folder.length);
      const link = byTarget.get(folder)?.find((one) => isWanted(`${one}${rest}`));
      if (link !== undefined) linked.set(path, link);
    }
  return linked;
}

/** The path in the repository that a link leads to, `/` where that is outside; `.`, which holds everything, where that hangs on other links. */
function targetOf(link: string, text: string): string {
  if (text.startsWith("/")) return "/";
  const isCrooked = /(^|\/)(?!\.\.?\/)[^/]+\/+\.\.(\/|$)/.test(text);
  return isCrooked ? "." : posix.join(posix.dirname(link), text).replace(/\/+$/, "");
}

function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === "." ? ["."] : [folder, ...foldersOf(folder)];
}

/** Paths that belong to what is read, and were not. */
export function skippedPaths(
  sides: readonly ReadSide[],
  changed: ReadonlySet<string>,
  conflicts: ReadonlySet<string>,
  { isIrrelevant, isNearlyWanted }: Names,
): LedgerFacts["skipped"] {
  const skipped = new Map<string, string>();
  const old = new Set(sides[0]?.entries.map(({ path }) => path));
  const isRead = (path: string) => sides.some(({ read }) => read.has(path));
  const folders = sides.flatMap(({ languages }) => [...languages.keys()]);
  const isElsewhere = (path: string) => folders.some((folder) => isIn(path, folder));
  for (const path of changed) {
    const name = posix.basename(path).toLowerCase();
    if (name === ".gitattributes") skipped.set(path, "it may change what other files hold where they are checked out");
    if (/^(pulumi|main)\..*(ya?ml|json)$/.test(name) && !isRead(path) && !isElsewhere(path))
      skipped.set(path, "it belongs to a Pulumi project, and this review does not read it");
    if (!isRead(path) && isNearlyWanted(path))
      skipped.set(path, "its name is that of a document or program but for the case of letters");
    if (!old.has(path) && isMark(path) && isIrrelevant(path))
      skipped.set(path, "a program begins here, where review.yaml says that there is none");
  }
  // A side that cannot be read leaves the difference unknown, even where the other one was read.
  for (const { file, reason } of sides.flatMap(({ notRead }) => notRead))
    if (changed.has(file)) skipped.set(file, reason);
  for (const path of conflicts) skipped.set(path, "merging it into the base is a conflict");
  return skipped;
}

/** Whether one of the patterns matches. */
export function matching(patterns: readonly string[]): (path: string) => boolean {
  const compiled = patterns.map(compilePattern);
  return (path) => compiled.some((match) => match(path) !== undefined);
}

/** Everything on either side that may read files and is not read here. */
export function readersOf(
  repository: GitRepository,
  sides: readonly ReadSide[],
  { isolated }: ReviewConfig,
  covered: readonly Coverage[],
): Reader[] {
  const isIsolated = matching(isolated);
  const found = sides.flatMap(({ tree, entries, read, languages }) => [
    ...[...languages].map(([folder, language]) => {
      return { folder, name: `the program in ${printable(language, 40)}`, option: "--preview" as const };
    }),
    ...readersIn(repository, tree, entries, (path) => read.has(path) || isProjectOf(path, languages), [
      ...languages.keys(),
    ]),
  ]);
  const readers = [...new Map(found.map((one) => [`${one.option} ${one.folder} ${one.name}`, one])).values()];
  const places = new Set(readers.map(({ folder, option }) => `${option} ${folder}`));
  return readers.map((reader) => ({
    ...reader,
    isIsolated: isIsolated(reader.folder),
    isCovered: covered.some(({ option, programs }) => {
      if (option !== reader.option) return false;
      return programs.length === 0 ? places.size === 1 : programs.some((path) => folderOf(path) === reader.folder);
    }),
  }));
}

function isProjectOf(path: string, languages: ReadonlyMap<string, string>): boolean {
  return languages.has(posix.dirname(path)) && /^pulumi\.(ya?ml|json)$/i.test(posix.basename(path));
}

/** `infra`, `./infra/` and `infra/Pulumi.yaml` are the same program. */
export function folderOf(path: string): string {
  const normal = posix.normalize(path).replace(/\/+$/, "");
  return /^pulumi\.(ya?ml|json)$/i.test(posix.basename(normal)) ? posix.dirname(normal) : normal || ".";
}

const mostNamed = 100;

/** The paths that were not read, as what was not read of the review. */
export function unreadOf(ledger: readonly LedgerEntry[], incomplete: boolean): NotRead[] {
  const unread = ledger.filter(({ fate }) => fate === "not-read");
  const named = unread.slice(0, mostNamed).map(({ path, why }) => ({ file: path, reason: why, incomplete }));
  const rest = unread.length - named.length;
  return rest === 0 ? named : [...named, { file: `${rest} more files`, reason: "see the ledger", incomplete }];
}

/** What keeps the merge from being known in a clone that ends too early. */
export const noHistory: NotRead = {
  file: "the merge of head and base",
  reason:
    "the histories in this clone have no commit in common, so what merging makes could not be determined and the head is compared with the base itself; fetch the whole history (fetch-depth: 0)",
  incomplete: true,
};
