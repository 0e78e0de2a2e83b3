/**
 * The door of git: blobs of commits, by plumbing alone. Nothing is checked out, no hook, filter, textconv, external diff or
 * file system monitor runs, nothing is fetched; links and submodules are named and not followed. Paths go in and out
 * separated by NUL, revisions are resolved to ids first.
 */

import { spawnSync } from "node:child_process";
import { ProviderError } from "../../../../text/errors.ts";
import { printable } from "../../../../text/printable.ts";

/** An entry of a tree. */
export interface Entry {
  readonly path: string;
  readonly kind: "file" | "link" | "submodule";
  readonly id: string;
}

export interface GitRepository {
  /** The full id of a commit. Throws InvalidInput for what names none. */
  commit(revision: string): string;
  /**
   * The last commit and one of what is staged, made for this purpose and belonging to no branch; before the first commit, one
   * of nothing. Throws InvalidInput while a merge has conflicts.
   */
  staged(): { readonly base: string; readonly head: string };
  /** Where two commits parted; undefined when that is not known here, as in a shallow clone. */
  mergeBase(one: string, other: string): string | undefined;
  entries(commit: string): Entry[];
  /** Paths that differ between two commits. */
  changedPaths(before: string, after: string): string[];
  /** Sizes in bytes by id of a blob. */
  sizes(ids: readonly string[]): ReadonlyMap<string, number>;
  /** Contents by id of a blob. */
  contents(ids: readonly string[]): ReadonlyMap<string, string>;
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
          ...author,
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
    entries: (commit) =>
      split(must("listing the files of a commit", ["ls-tree", "-r", "-z", "--full-tree", commit])).map(entryOf),
    changedPaths(before, after) {
      const args = ["diff-tree", "-r", "-z", "--no-renames", "--name-only", "--no-ext-diff", "--no-textconv"];
      return split(must("comparing two commits", [...args, before, after]));
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

/** `ID blob SIZE<NEWLINE>CONTENT<NEWLINE>`, again and again. */
function blobs(output: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0x0a, at);
    const [id = "", type, size = "0"] = output.subarray(at, end).toString().split(" ");
    at = end + 1;
    if (type !== "blob") continue;
    found.set(id, output.subarray(at, at + Number(size)).toString());
    at += Number(size) + 1;
  }
  return found;
}
