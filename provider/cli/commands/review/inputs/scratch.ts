/** A repository of our own that borrows the objects of another, so that merging obeys and changes nothing of that one. */

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Settings for git in a repository of our own that borrows the objects of another: its configuration, attributes and hooks count for nothing. */
export function apartFrom(scratch: string): Readonly<Record<string, string>> {
  return {
    GIT_DIR: scratch,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
  };
}

/** An empty repository in a temporary folder that sees the objects of `folder`. */
export function scratchBeside(folder: string, ask: (args: readonly string[]) => string): string {
  const place = (name: string) => resolve(folder, ask(["rev-parse", "--git-path", name]));
  const format = ask(["rev-parse", "--show-object-format"]);
  const made = mkdtempSync(join(tmpdir(), "pulumi-ecr-merge-"));
  for (const name of ["objects/info", "refs"]) mkdirSync(join(made, name), { recursive: true });
  writeFileSync(join(made, "HEAD"), "ref: refs/heads/none\n");
  const version = format === "sha1" ? 0 : 1;
  const extension = format === "sha1" ? "" : `[extensions]\n\tobjectformat = ${format}\n`;
  writeFileSync(join(made, "config"), `[core]\n\trepositoryformatversion = ${version}\n\tbare = true\n${extension}`);
  writeFileSync(join(made, "objects/info/alternates"), `${place("objects")}\n`);
  // Where a clone ends counts here as well; a git without it would look for what was never fetched.
  if (existsSync(place("shallow"))) copyFileSync(place("shallow"), join(made, "shallow"));
  return made;
}
