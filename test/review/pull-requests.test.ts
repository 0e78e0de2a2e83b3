/** Ten pull requests in a git repository, reviewed through the command; what it says, and its comments, are in test/cases/review. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ReviewReport } from "../../provider/review/report.ts";
import { at, images, inUse, makeRepository, pullRequests } from "./pull-requests.ts";
import { type Told, toldOf } from "./told.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-pull-requests-"));
after(() => rmSync(folder, { recursive: true }));
const repository = join(folder, "repository");
execFileSync("mkdir", [repository]);
makeRepository(repository);
writeFileSync(join(folder, "images.json"), JSON.stringify(images));
writeFileSync(join(folder, "in-use.txt"), inUse);

const schema = JSON.parse(readFileSync(join(root, "schema/review-report.schema.json"), "utf8")) as object;
const isReport = new Ajv2020({ allowUnionTypes: true }).compile(schema);

function run(...args: string[]) {
  const beside = ["--images", join(folder, "images.json"), "--in-use", join(folder, "in-use.txt"), "--at", at];
  const command = [join(root, "provider/cli/main.ts"), "review", "--repo", repository, ...beside, ...args];
  return spawnSync(process.execPath, command, { encoding: "utf8", maxBuffer: 1 << 28 });
}

const file = join(root, "test/cases/review/pull-requests.json");
const expected = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Told>>;
const seen: Record<string, Told> = {};

for (const [index, { name }] of pullRequests.entries()) {
  test(name, () => {
    const comment = join(folder, `${index + 1}.md`);
    const formats = ["--format", "json", "--output", `markdown=${comment}`];
    const { status, stdout, stderr } = run("--base", "main", "--head", `pr-${index + 1}`, ...formats);
    assert.equal(stderr, "");
    const report = JSON.parse(stdout) as ReviewReport;
    assert.ok(isReport(report), JSON.stringify(isReport.errors));
    seen[name] = toldOf(report, status);
    // The id of a commit has the day on which the test runs in it.
    const text = readFileSync(comment, "utf8").replace(/commit `[0-9a-f]{7}`/, "commit `0000000`");
    const known = join(root, `test/cases/review/comments/${index + 1}.md`);
    if (process.env["UPDATE"]) {
      writeFileSync(known, text);
      return;
    }
    assert.deepEqual(seen[name], expected[name]);
    assert.equal(text, readFileSync(known, "utf8"));
  });
}

test("every pull request has its expectation", () => {
  if (process.env["UPDATE"]) writeFileSync(file, `${JSON.stringify(seen, undefined, 2)}\n`);
  else
    assert.deepEqual(
      Object.keys(expected),
      pullRequests.map(({ name }) => name),
    );
});

test("nothing of the pull request is checked out or run, whatever its attributes and hooks say", () => {
  const trap = join(folder, "trap");
  const git = (...args: string[]) => execFileSync("git", ["-C", repository, ...args], { stdio: "pipe" });
  git("checkout", "-q", "-b", "trap", "main");
  writeFileSync(join(repository, ".gitattributes"), "*.json diff=trap filter=trap\n");
  writeFileSync(join(repository, "policies/team/api.json"), "{}\n");
  git("add", "-A");
  git("commit", "-q", "-m", "trap");
  git("checkout", "-q", "main");
  for (const [name, value] of [
    ["diff.trap.textconv", `touch ${trap}; cat`],
    ["diff.trap.command", `touch ${trap}`],
    ["filter.trap.smudge", `touch ${trap}`],
    ["core.fsmonitor", `touch ${trap}`],
  ] as const)
    git("config", name, value);
  const { status } = run("--base", "main", "--head", "trap");
  for (const name of ["diff.trap.textconv", "diff.trap.command", "filter.trap.smudge", "core.fsmonitor"])
    git("config", "--unset", name);
  assert.equal(status, 2);
  assert.throws(() => readFileSync(trap));
});

test("what is no revision, or looks like an option, is an error with one line", () => {
  for (const head of ["nowhere", "--output=/tmp/x", "-x", "pr-1^{tree}", "pr-1:policies", ""]) {
    const { status, stdout, stderr } = run("--base", "main", "--head", head);
    assert.equal(status, 1, head);
    assert.equal(stdout, "");
    assert.match(stderr, /^pulumi-ecr: .*\n$/);
  }
});

test("the configuration of the head counts only when that is asked for", () => {
  const { status, stdout } = run("--base", "main", "--head", "pr-9", "--config-from", "head", "--format", "json");
  const { findings, summary } = JSON.parse(stdout) as ReviewReport;
  assert.equal(status, 0);
  assert.ok(summary.suppressed > 0 || findings.length === 0);
});
