/**
 * The ledger of a review: every path that a change touches, with what became of it. A path is judged, or irrelevant for a
 * positive reason, or not read; what is not recognized is not read. Decides by facts that are handed in and reads nothing.
 */

export const fates = ["judged", "irrelevant", "not-read"] as const;
export type Fate = (typeof fates)[number];

export interface LedgerEntry {
  /** In the repository, `/` between parts. */
  readonly path: string;
  readonly fate: Fate;
  /** As a clause without a subject, such as `a document`, `no program of this repository reads it`. */
  readonly why: string;
  /** The resources of the report that were judged by it. */
  readonly resources?: readonly string[];
}

/** A path that differs between the two sides. */
export interface ChangedPath {
  readonly path: string;
  /** What stands there on either side that has it: a file, an executable file, a link or a submodule. */
  readonly kinds: readonly ("file" | "executable" | "link" | "submodule")[];
}

/** Something in the repository that may read files and is not read by the review itself. */
export interface Reader {
  /** The folder it stands in; `.` is the whole repository. */
  readonly folder: string;
  /** Such as `the program in nodejs`, `Terraform`. */
  readonly name: string;
  /** What tells what it deploys, as an option of the command. */
  readonly option: "--preview" | "--plan" | undefined;
  /** A preview or plan of it came along. */
  readonly isCovered: boolean;
  /** The configuration says that it reads nothing outside its own folder. */
  readonly isIsolated: boolean;
}

export interface LedgerFacts {
  readonly changed: readonly ChangedPath[];
  /** What was read and judged, by path. */
  readonly judged: ReadonlyMap<string, Omit<LedgerEntry, "path" | "fate">>;
  /** What should have been read and could not be, with the reason. */
  readonly skipped: ReadonlyMap<string, string>;
  /** Paths that a link of the repository leads to, with the link. */
  readonly linked: ReadonlyMap<string, string>;
  /** Documentation by name that a program's own files name, so that it may read it. */
  readonly named: ReadonlySet<string>;
  /** Paths of files that call operations of ECR by themselves, which no preview or plan tells. */
  readonly calling: ReadonlySet<string>;
  /** Whether the configuration of the base calls a path irrelevant. */
  readonly isIrrelevant: (path: string) => boolean;
  readonly readers: readonly Reader[];
}

/** In the order of the paths. */
export function ledgerOf(facts: LedgerFacts): LedgerEntry[] {
  return facts.changed
    .map((changed) => ({ path: changed.path, ...fateOf(changed, facts) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function fateOf(changed: ChangedPath, facts: LedgerFacts): Omit<LedgerEntry, "path"> {
  const { path } = changed;
  const reason = facts.skipped.get(path);
  if (reason !== undefined) return { fate: "not-read", why: reason };
  const judged = facts.judged.get(path);
  if (judged) return { fate: "judged", ...judged };
  if (facts.isIrrelevant(path)) return { fate: "irrelevant", why: "the configuration of the base lists it" };
  if (isDocumentation(changed) && !facts.named.has(path))
    return { fate: "irrelevant", why: "documentation, a picture or a license" };
  const link = facts.linked.get(path);
  if (link !== undefined) return { fate: "not-read", why: `the link ${link} leads to it, which is not followed` };
  const readers = facts.readers.filter(({ folder, isIsolated }) => !isIsolated || isIn(path, folder));
  const [unread] = readers
    .filter(({ isCovered }) => !isCovered)
    .toSorted((a, b) => Number(isIn(path, b.folder)) - Number(isIn(path, a.folder)));
  if (unread) return { fate: "not-read", why: wordsFor(unread) };
  if (readers.length > 0 && facts.calling.has(path))
    return { fate: "not-read", why: "it calls ECR by itself, which no preview or plan tells" };
  const [reader] = readers;
  if (reader) {
    return {
      fate: "judged",
      why: `covered by the ${reader.option === "--plan" ? "plan" : "preview"} of ${placed(reader)}`,
    };
  }
  const elsewhere = changed.kinds.find((kind) => kind === "link" || kind === "submodule");
  return elsewhere === undefined
    ? { fate: "irrelevant", why: "no program of this repository reads it" }
    : { fate: "not-read", why: `it is a ${elsewhere}, which may hold documents and is not followed` };
}

function wordsFor(reader: Reader): string {
  const way = reader.option === undefined ? "" : `${reader.option} with --program ${reader.folder}, or `;
  return `${placed(reader)} may read it; give ${way}a pattern under irrelevant in review.yaml`;
}

function placed({ name, folder }: Reader): string {
  return folder === "." ? name : `${name} in ${folder}`;
}

/** Whether a path lies in a folder; everything lies in `.`. */
export function isIn(path: string, folder: string): boolean {
  return folder === "." || path.startsWith(`${folder}/`);
}

/** What nothing deploys, by the end of its name or its whole name, in lower case. A closed list: what is not in it is relevant. */
const documentationEnds = [
  ...[".md", ".mdx", ".markdown", ".rst", ".adoc", ".asciidoc"],
  ...[".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp", ".avif", ".drawio", ".puml"],
  ...[".woff", ".woff2", ".ttf", ".otf", ".pdf"],
];
const documentationNames = new Set([
  ...["license", "license.txt", "licence", "licence.txt", "copying", "notice", "notice.txt", "authors", "contributors"],
  ...["changelog", "changelog.txt", "readme", "readme.txt", "codeowners"],
  ...[".gitignore", ".gitkeep", ".editorconfig", ".mailmap", ".git-blame-ignore-revs"],
]);

/** Regular files only: a link or a submodule of such a name may lead anywhere. */
export function isDocumentation({ path, kinds }: ChangedPath): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const isNamed = documentationNames.has(name) || documentationEnds.some((end) => name.endsWith(end));
  return isNamed && kinds.every((kind) => kind === "file");
}

/** How many entries have each fate. */
export function countFates(ledger: readonly LedgerEntry[]): Readonly<Record<Fate, number>> {
  const count = (fate: Fate) => ledger.filter((entry) => entry.fate === fate).length;
  return { judged: count("judged"), irrelevant: count("irrelevant"), "not-read": count("not-read") };
}
