/**
 * The door of git: blobs of commits, by plumbing alone. Nothing is checked out, no hook, filter, textconv, external diff, merge
 * driver or file system monitor runs, nothing is fetched; links and submodules are named and not followed; grafts and replaced
 * objects have no effect. Paths go in and out separated by NUL, revisions are resolved to ids first.
 */

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import type { ChangedPath } from "../../../../review/ledger.ts";
import { ProviderError } from "../../../../text/errors.ts";
import { printable } from "../../../../text/printable.ts";
import { apartFrom, scratchBeside } from "./scratch.ts";

/** An entry of a tree. */
export interface Entry {
  readonly path: string;
  readonly kind: "file" | "link" | "submodule";
  readonly id: string;
}

/** A merge as a tree, which can be read like a commit. */
export interface Merge {
  readonly tree: string;
  /** Paths that git could not merge; what the tree has there is half of each side. */
  readonly conflicts: readonly string[];
}

export interface GitRepository {
  /** The full id of a commit. Throws InvalidInput for what names none, and for a name of several things. */
  commit(revision: string): string;
  /**
   * The last commit and one of what is staged, made for this purpose and belonging to no branch; before the first commit, one
   * of nothing. Throws InvalidInput while a merge has conflicts.
   */
  staged(): { readonly base: string; readonly head: string };
  /** Where two commits parted; undefined when that is not known here, as in a shallow clone. */
  mergeBase(one: string, other: string): string | undefined;
  /**
   * What merging `head` into `base` makes, by git's own merge without attributes, drivers and settings of the repository.
   * Undefined when the histories that are here have nothing in common. Throws InvalidInput for a git older than 2.38.
   */
  merge(base: string, head: string): Merge | undefined;
  /** Removes what merging has written; nothing of it is in the repository itself. */
  close(): void;
  entries(commit: string): Entry[];
  /** Paths that differ between two commits, in content, kind or mode. */
  changedPaths(before: string, after: string): ChangedPath[];
  /** Paths of files that hold one of these texts, whatever else is in them. Undefined when some could not be read here. */
  filesWith(commit: string, texts: readonly string[]): string[] | undefined;
  /** Sizes in bytes by id of a blob. */
  sizes(ids: readonly string[]): ReadonlyMap<string, number>;
  /** Contents by id of a blob, of all in one process. */
  contents(ids: readonly string[]): ReadonlyMap<string, Buffer>;
}

const mostOutput = 512 * 1024 * 1024;
const longestRun = 60_000;
const settings = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never", "core.quotePath=false"];
const kinds: Readonly<Record<string, Entry["kind"]>> = { "120000": "link", "160000": "submodule" };

/** Of the commits that stand for what is staged: the same content has the same id. */
const author = Object.fromEntries(
  ["AUTHOR", "COMMITTER"].flatMap((role) => [
    [`GIT_${role}_NAME`, "pulumi-ecr review"],
    [`GIT_${role}_EMAIL`, "none@invalid"],
    [`GIT_${role}_DATE`, "2000-01-01T00:00:00Z"],
  ]),
);

export function openRepository(folder: string): GitRepository {
  let scratch: string | undefined;
  const git = (args: readonly string[], input = ""): { status: number; output: Buffer; complaint: string } => {
    const { status, stdout, stderr, error } = spawnSync(
      "git",
      ["-C", folder, "--no-pager", "--no-optional-locks", ...settings.flatMap((setting) => ["-c", setting]), ...args],
      {
        input,
        maxBuffer: mostOutput,
        timeout: longestRun,
        env: {
          ...process.env,
          GIT_TERMINAL_PROMPT: "0",
          GIT_NO_LAZY_FETCH: "1",
          GIT_NO_REPLACE_OBJECTS: "1",
          GIT_OPTIONAL_LOCKS: "0",
          GIT_LITERAL_PATHSPECS: "1",
          GIT_GRAFT_FILE: "/dev/null/none",
          ...author,
          ...(scratch === undefined ? {} : apartFrom(scratch)),
        },
      },
    );
    if (error) throw new ProviderError("InvalidInput", `running git in ${printable(folder, 200)}: ${error.message}`);
    return { status: status ?? 1, output: stdout, complaint: printable(stderr.toString().trim(), 300) };
  };
  const must = (doing: string, args: readonly string[], input = ""): Buffer => {
    const { status, output, complaint } = git(args, input);
    if (status !== 0) throw new ProviderError("InvalidInput", `${doing}: ${complaint || `git ended with ${status}`}`);
    return output;
  };
  return {
    commit(revision) {
      const doing = `reading the revision "${printable(revision, 200)}"`;
      const things = namedBy(revision, git);
      if (things.length > 1)
        throw new ProviderError(
          "InvalidInput",
          `${doing}: it names ${things.map((thing) => printable(thing, 200)).join(" and ")}; write the whole name of the one that is meant`,
        );
      const names = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
      const { status, output, complaint } = git(names);
      const unknown = `there is no such commit in ${printable(folder, 200)}; fetch it, or name another one`;
      if (status !== 0) throw new ProviderError("InvalidInput", `${doing}: ${complaint || unknown}`);
      return output.toString().trim();
    },
    staged() {
      const doing = "reading what is staged";
      const { status, output } = git(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
      const commitOf = (tree: string, ...parents: string[]) =>
        must(doing, ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", "staged"])
          .toString()
          .trim();
      const base = status === 0 ? output.toString().trim() : commitOf(must(doing, ["mktree"]).toString().trim());
      return { base, head: commitOf(must(doing, ["write-tree"]).toString().trim(), base) };
    },
    mergeBase(one, other) {
      const { status, output } = git(["merge-base", one, other]);
      return status === 0 ? output.toString().trim() : undefined;
    },
    merge(base, head) {
      const doing = "merging the head into the base";
      scratch ??= scratchBeside(folder, (args) => must(doing, args).toString().trim());
      const { status, output, complaint } = git([
        ...mergeSettings,
        "merge-tree",
        "--write-tree",
        "-z",
        "--name-only",
        "--no-messages",
        base,
        head,
      ]);
      if (status === 0 || status === 1) {
        const [tree = "", ...conflicts] = split(output);
        return { tree, conflicts: [...new Set(conflicts)].sort() };
      }
      if (/unrelated histories/.test(complaint)) return undefined;
      const old = /unknown option|usage:/i.test(complaint);
      throw new ProviderError(
        "InvalidInput",
        `${doing}: ${old ? "it takes git 2.38 or newer; update git" : complaint || `git ended with ${status}`}`,
      );
    },
    close() {
      if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
      scratch = undefined;
    },
    entries: (commit) =>
      split(must("listing the files of a commit", ["ls-tree", "-r", "-z", "--full-tree", commit])).map(entryOf),
    changedPaths(before, after) {
      const args = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv"];
      const parts = split(must("comparing two commits", [...args, before, after]));
      return parts.flatMap((line, index) => (index % 2 === 0 ? [changedPath(line, parts[index + 1] ?? "")] : []));
    },
    filesWith(commit, texts) {
      const args = ["grep", "-l", "-z", "-F", "-a", "--no-textconv", ...texts.flatMap((text) => ["-e", text]), commit];
      const { status, output } = git(args);
      if (status > 1) return undefined;
      return split(output).map((line) => line.slice(commit.length + 1));
    },
    sizes(ids) {
      const output = must("measuring files", ["cat-file", "--batch-check"], `${ids.join("\n")}\n`);
      return new Map(
        output
          .toString()
          .split("\n")
          .flatMap((line) => {
            const [id = "", type, size] = line.split(" ");
            return type === "blob" ? [[id, Number(size)] as const] : [];
          }),
      );
    },
    contents: (ids) =>
      ids.length === 0 ? new Map() : blobs(must("reading files", ["cat-file", "--batch"], `${ids.join("\n")}\n`)),
  };
}

/** Renames are found however many files there are; directories that are renamed on one side stay a conflict, as git has it. */
const mergeSettings = [
  "-c",
  "merge.renames=true",
  "-c",
  "merge.renameLimit=32767",
  "-c",
  "merge.directoryRenames=conflict",
];

/** The references, and the commit of an abbreviated id, that a revision's name stands for. */
function namedBy(revision: string, git: (args: readonly string[]) => { status: number; output: Buffer }): string[] {
  const [name = ""] = revision.split(/[~^:]|@\{/, 1);
  if (name === "" || name === "@" || /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(name)) return [];
  const wanted = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map((prefix) => `${prefix}${name}`);
  wanted.push(`refs/remotes/${name}/HEAD`);
  const { output } = git(["for-each-ref", "--format=%(refname)"]);
  const references = new Set(output.toString().split("\n"));
  const found = wanted.filter((reference) => references.has(reference));
  if (!/^[0-9a-f]{4,}$/.test(name) || found.length === 0) return found;
  const ids = git(["rev-parse", `--disambiguate=${name}`])
    .output.toString()
    .trim();
  return ids === "" ? found : [...found, `the object ${ids.split("\n")[0] ?? ""}`];
}

function split(output: Buffer): string[] {
  const text = output.toString();
  return text === "" ? [] : text.slice(0, -1).split("\u0000");
}

/** `100644 blob ID<TAB>PATH`. */
function entryOf(line: string): Entry {
  const tab = line.indexOf("\t");
  const [mode = "", , id = ""] = line.slice(0, tab).split(" ");
  return { path: line.slice(tab + 1), kind: kinds[mode] ?? "file", id };
}

/** `:OLDMODE NEWMODE OLDID NEWID STATUS`; a mode of zeros is an absent side. */
function changedPath(line: string, path: string): ChangedPath {
  const modes = line
    .slice(1)
    .split(" ")
    .slice(0, 2)
    .filter((mode) => mode !== "000000");
  const kindOf = (mode: string) => kinds[mode] ?? (mode === "100755" ? "executable" : "file");
  return { path, kinds: [...new Set(modes.map(kindOf))] };
}

/** `ID blob SIZE<NEWLINE>CONTENT<NEWLINE>`, again and again. */
function blobs(output: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0x0a, at);
    const [id = "", type, size = "0"] = output.subarray(at, end).toString().split(" ");
    at = end + 1;
    if (type !== "blob") continue;
    found.set(id, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return found;
}
