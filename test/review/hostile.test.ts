/** Pull requests made to break the review: each ends in a report or a named refusal, in bounded memory. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ReviewReport } from "../../provider/review/report.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-hostile-"));
after(() => rmSync(folder, { recursive: true }));

/** What a run may take, as a limit of the system on the whole process and not as a measurement. */
const seconds = 60;

function run(...args: string[]) {
  const command = [join(root, "provider/cli/main.ts"), "review", ...args];
  const memory = ["--max-old-space-size=200", "--max-semi-space-size=8"];
  const started = spawnSync(process.execPath, [...memory, ...command], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: seconds * 1_000,
  });
  assert.equal(started.signal, null, "killed: too slow, or too much memory");
  assert.ok(!started.stderr.includes("heap out of memory"));
  return started;
}

const policy = (principal: unknown) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] }],
  });

/** A repository of its own with a base and a head. */
function repository(name: string, base: () => void, head: (git: (...args: string[]) => string) => void) {
  const path = join(folder, name);
  mkdirSync(path);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", path, ...args], { stdio: "pipe", maxBuffer: 1 << 26 })
      .toString()
      .trim();
  git("init", "-q", "-b", "main", ".");
  for (const [key, value] of [
    ["user.name", "A"],
    ["user.email", "a@example.com"],
    ["gc.auto", "0"],
    ["core.looseCompression", "0"],
  ] as const)
    git("config", key, value);
  const previous = process.cwd();
  process.chdir(path);
  try {
    base();
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", "base");
    git("checkout", "-q", "-b", "head");
    head(git);
    git("add", "-A");
    git("commit", "-q", "-m", "head");
  } finally {
    process.chdir(previous);
  }
  return ["--repo", path, "--base", "main", "--head", "head", "--format", "json"];
}

test("10,000 changed files: those that are policies are judged, up to a number that is said", () => {
  const args = repository(
    "many",
    () => {},
    () => {
      mkdirSync("p");
      for (let index = 0; index < 10_000; index++)
        writeFileSync(
          `p/r${index}.${index < 6_000 ? "repository-policy.json" : "txt"}`,
          policy({ AWS: "111111111111" }),
        );
    },
  );
  const { status, stdout } = run(...args);
  const { summary, notRead, ledger = [] } = JSON.parse(stdout) as ReviewReport;
  assert.equal(status, 2);
  assert.equal(summary.resources, 5_000);
  assert.equal(notRead.length, 101);
  assert.match(notRead[0]?.reason ?? "", /more than 5000 files/);
  assert.deepEqual(notRead.at(-1), { file: "900 more files", reason: "see the ledger", incomplete: true });
  assert.equal(ledger.filter(({ fate }) => fate === "not-read").length, 1_000);
});

test("a file of 100 MB is refused by its name, and the others are still judged", () => {
  const args = repository(
    "large",
    () => {},
    () => {
      const file = openSync("a.repository-policy.json", "w");
      ftruncateSync(file, 100 * 1024 * 1024);
      closeSync(file);
      writeFileSync("b.repository-policy.json", policy("*"));
    },
  );
  const { status, stdout } = run(...args);
  const { findings, notRead } = JSON.parse(stdout) as ReviewReport;
  assert.equal(status, 2);
  assert.ok(findings.some(({ ruleId, file }) => ruleId === "ECR-B1" && file === "b.repository-policy.json"));
  assert.deepEqual(
    notRead.map(({ file, incomplete }) => [file, incomplete]),
    [["a.repository-policy.json", true]],
  );
});

test("links and submodules are named and not followed, and a name with a line break is one name", () => {
  const args = repository(
    "links",
    () => {},
    (git) => {
      symlinkSync("/etc/passwd", "link.repository-policy.json");
      symlinkSync("..", "out.repository-policy.json");
      writeFileSync("a\nb.repository-policy.json", policy("*"));
      // Without its folder, adding everything would take the submodule out again.
      mkdirSync("sub.repository-policy.json");
      git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},sub.repository-policy.json`);
    },
  );
  const { stdout } = run(...args);
  const { findings, notRead } = JSON.parse(stdout) as ReviewReport;
  assert.deepEqual(
    notRead.map(({ file, reason }) => `${file}: ${reason}`),
    [
      "link.repository-policy.json: it is a link, which is not followed",
      "out.repository-policy.json: it is a link, which is not followed",
      "sub.repository-policy.json: it is a submodule, which is not followed",
    ],
  );
  assert.ok(findings.length > 0 && findings.every(({ file }) => file === "a\\u{a}b.repository-policy.json"));
});

const bombs: Readonly<Record<string, string>> = {
  "aliases that multiply": `a: &a [${"x,".repeat(9)}x]\n${[..."bcdefghi"].map((key, at) => `${key}: &${key} [${`*${"abcdefgh"[at]},`.repeat(9)}x]`).join("\n")}`,
  "a custom tag": "runtime: yaml\nresources: !!python/object/apply:os.system ['true']",
  "nesting without end": `runtime: yaml\nresources: ${"[".repeat(500_000)}`,
  "60,000 keys": Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join("\n"),
};
for (const [name, text] of Object.entries(bombs)) {
  test(`a program in YAML with ${name} ends in a report`, () => {
    const args = repository(
      name.replaceAll(" ", "-"),
      () => {},
      () => writeFileSync("Pulumi.yaml", text),
    );
    const { status, stdout } = run(...args);
    const { notRead, access } = JSON.parse(stdout) as ReviewReport;
    assert.equal(status, 3);
    assert.ok(notRead.some(({ incomplete }) => incomplete) || access.undecided.length > 0);
  });
}

test("documents that never end are refused by their names, in the folder of a clone and as staged", () => {
  const args = repository(
    "endless",
    () => writeFileSync("b.json", policy({ AWS: "111111111111" })),
    () => symlinkSync("/dev/zero", "x.repository-policy.json"),
  );
  const [, clone = ""] = args;
  const file = run(join(clone, "x.repository-policy.json"));
  assert.equal(file.status, 1);
  assert.match(file.stderr, /x\.repository-policy\.json is a link, which is not followed; give the file itself\n$/);
  execFileSync("git", ["-C", clone, "reset", "-q", "--soft", "main"]);
  const staged = run("--repo", clone, "--staged", "--format", "json");
  assert.equal(staged.status, 3);
  assert.deepEqual(
    (JSON.parse(staged.stdout) as ReviewReport).notRead.map(({ file: name, reason }) => `${name}: ${reason}`),
    ["x.repository-policy.json: it is a link, which is not followed"],
  );
});

test("a program cannot read files outside the repository, or through a link", () => {
  const args = repository(
    "read-file",
    () => {},
    () => {
      mkdirSync("p");
      symlinkSync("/etc/passwd", "p/link.json");
      const resources = Object.fromEntries(
        ["../../../../../../etc/passwd", "/etc/passwd", "link.json", "../../policy.json"].map((path, index) => [
          `r${index}`,
          {
            type: "ecr:RepositoryPolicy",
            properties: { repositoryName: `r${index}`, policyText: { "fn::readFile": path } },
          },
        ]),
      );
      writeFileSync("p/Pulumi.yaml", JSON.stringify({ runtime: "yaml", resources }));
    },
  );
  const { status, stdout } = run(...args);
  const { access } = JSON.parse(stdout) as ReviewReport;
  assert.equal(status, 3);
  assert.equal(access.undecided.length, 4);
  assert.ok(!stdout.includes("root:"));
});

test("previews that are too large, too deep or of too many steps are refused", () => {
  const file = join(folder, "preview.json");
  const sparse = openSync(file, "w");
  ftruncateSync(sparse, 1025 * 1024 * 1024);
  closeSync(sparse);
  assert.match(run("--preview", file).stderr, /more than 1024 MiB/);
  const step = '{"op":"same","urn":"urn:pulumi:dev::p::a:b:C::x"}';
  writeFileSync(file, `{"steps":[${Array.from({ length: 100_001 }, () => step).join(",")}]}`);
  assert.match(run("--preview", file).stderr, /more than 100000 steps/);
  const deep = `{"op":"create","urn":"urn:pulumi:dev::p::ecr:index:RepositoryPolicy::x","newState":{"urn":"urn:pulumi:dev::p::ecr:index:RepositoryPolicy::x","type":"ecr:index:RepositoryPolicy","inputs":{"policyText":${"[".repeat(5_000)}${"]".repeat(5_000)}}}}`;
  writeFileSync(file, `{"steps":[${deep}]}`);
  const { status, stdout } = run("--preview", file, "--format", "json");
  assert.equal(status, 3);
  assert.equal((JSON.parse(stdout) as ReviewReport).access.relation, "undecided");
  const images = join(folder, "images.json");
  writeFileSync(images, "[".repeat(200_000));
  writeFileSync(join(folder, "p.json"), policy("*"));
  assert.match(run("--images", images, join(folder, "p.json")).stderr, /levels deep/);
});
