/** `review --staged` as a hook of git, in a repository of its own. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const work = mkdtempSync(join(tmpdir(), "pulumi-ecr-staged-"));
after(() => rmSync(work, { recursive: true, force: true }));
let folder = "";
let repositories = 0;

const file = "team/app.repository-policy.json";
const pull = (principal: unknown) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: principal,
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    },
  ],
});
const sound = pull({ AWS: "123456789012" });
const open = pull("*");

function run(command: string, ...args: string[]) {
  // Nothing of the git that runs these tests.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const env = {
    ...Object.fromEntries(own),
    PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
    HOME: work,
    GIT_CONFIG_NOSYSTEM: "1",
  };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: "utf8" });
  return { status, output: `${stdout}\n${stderr}` };
}

function git(...args: string[]): string {
  const { status, output } = run("git", "-c", "user.name=t", "-c", "user.email=t@invalid", ...args);
  assert.equal(status, 0, output);
  return output.trim();
}

const commit = (...more: string[]) =>
  run("git", "-c", "user.name=t", "-c", "user.email=t@invalid", "commit", "-qm", "x", ...more);
const review = (...more: string[]) =>
  run(process.execPath, join(root, "bin/pulumi-ecr"), "review", "--staged", ...more);

function write(name: string, content: unknown): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(
    join(folder, name),
    typeof content === "string" ? content : `${JSON.stringify(content, undefined, 2)}\n`,
  );
}

beforeEach(() => {
  folder = join(work, `r${repositories++}`);
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(join(root, "bin/pulumi-ecr"), join(folder, "node_modules/.bin/pulumi-ecr"));
  git("init", "-q", "-b", "main");
  write(".gitignore", "node_modules\n");
  write("review.yaml", 'account: "123456789012"\n');
});

function installHook(): void {
  cpSync(join(root, "examples/pre-commit/pre-commit"), join(folder, ".git/hooks/pre-commit"));
  chmodSync(join(folder, ".git/hooks/pre-commit"), 0o755);
}

test("the hook lets a sound policy in, and keeps one for everybody out with its place and rule", () => {
  write(file, sound);
  git("add", ".");
  git("commit", "-qm", "first");
  installHook();
  write("notes.txt", "nothing of ours\n");
  git("add", ".");
  assert.equal(commit().status, 0);
  write(file, open);
  git("add", ".");
  const blocked = commit();
  assert.notEqual(blocked.status, 0);
  assert.match(blocked.output, /ECR-B1/);
  assert.match(blocked.output, /team\/app\.repository-policy\.json/);
  assert.equal(git("rev-list", "--count", "HEAD"), "2");
});

test("what is staged is judged, not what lies in the working tree", () => {
  write(file, sound);
  git("add", ".");
  git("commit", "-qm", "first");
  write(file, open);
  assert.equal(review().status, 0);
  git("add", file);
  write(file, sound);
  assert.equal(review().status, 2);
});

test("a commit of some of the files is judged by what it will hold", () => {
  write(file, sound);
  write("other.txt", "1\n");
  git("add", ".");
  git("commit", "-qm", "first");
  installHook();
  write(file, open);
  git("add", file);
  write("other.txt", "2\n");
  assert.equal(commit("other.txt").status, 0);
  assert.notEqual(commit().status, 0);
});

test("before the first commit everything staged is new", () => {
  write(file, open);
  git("add", ".");
  const { status, output } = review();
  assert.equal(status, 2, output);
  assert.match(output, /ECR-B1/);
});

test("nothing is left behind: no commit on a branch, no file, the index as it was", () => {
  write(file, sound);
  git("add", ".");
  git("commit", "-qm", "first");
  write(file, pull({ AWS: "222222222222" }));
  git("add", file);
  const before = [git("status", "--porcelain"), git("for-each-ref"), git("rev-parse", "HEAD")];
  const first = review("--format", "json");
  assert.deepEqual([git("status", "--porcelain"), git("for-each-ref"), git("rev-parse", "HEAD")], before);
  assert.equal(review("--format", "json").output, first.output);
});

test("a merge with conflicts is refused with what git says, and revisions do not go with --staged", () => {
  write(file, sound);
  git("add", ".");
  git("commit", "-qm", "first");
  git("checkout", "-qb", "side");
  write(file, pull({ AWS: "333333333333" }));
  git("commit", "-qam", "side");
  git("checkout", "-q", "main");
  write(file, pull({ AWS: "444444444444" }));
  git("commit", "-qam", "main");
  assert.notEqual(run("git", "-c", "user.name=t", "-c", "user.email=t@invalid", "merge", "-q", "side").status, 0);
  const conflict = review();
  assert.equal(conflict.status, 1);
  assert.match(conflict.output, /reading what is staged: .*unmerged/s);
  const both = review("--base", "HEAD", "--head", "side");
  assert.equal(both.status, 1);
  assert.match(both.output, /--staged says what --base and --head are/);
});
