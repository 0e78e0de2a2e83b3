/** `examples/ci/any-ci/review.sh` as it is, in a clone whose every file would like to be run. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, test } from "node:test";
import type { ReviewReport } from "../provider/review/report.ts";

const root = join(import.meta.dirname, "..");
const script = join(root, "examples/ci/any-ci/review.sh");
const folder = mkdtempSync(join(tmpdir(), "any-ci-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Each thing of the clone that runs leaves its name here. */
const traces = join(folder, "traces");
mkdirSync(traces);

const evil = (name: string) => `#!/bin/sh\n: > '${join(traces, name)}'\n`;

function write(path: string, text: string, isProgram = false): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  if (isProgram) chmodSync(path, 0o755);
}

const policy = (principal: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] }],
  });

/** A clone with a base `main` and a head that opens a policy and brings whatever could be run. */
function hostileClone(name: string): string {
  const clone = join(folder, name);
  mkdirSync(clone);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", clone, "-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
      env: {
        ...process.env,
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "core.hooksPath",
        GIT_CONFIG_VALUE_0: "/dev/null",
      },
    });
  git("init", "-q", "-b", "main", ".");
  git("commit", "-q", "--allow-empty", "-m", "base");
  git("checkout", "-q", "-b", "head");
  write(join(clone, "app.repository-policy.json"), policy("*"));
  const programs = ["pulumi-ecr", "npm", "npx", "node", "git", "sh", "env", "dirname", "touch"];
  for (const place of ["node_modules/.bin", "bin", "."])
    for (const program of programs)
      write(join(clone, place, program), evil(`${place.replace("/", "-")}-${program}`), true);
  write(
    join(clone, "node_modules/pulumi-ecr/index.js"),
    `require("fs").writeFileSync("${join(traces, "module")}", "")`,
  );
  write(
    join(clone, "node_modules/pulumi-ecr/package.json"),
    JSON.stringify({ name: "pulumi-ecr", version: "9.9.9", main: "index.js" }),
  );
  const events = ["preinstall", "install", "postinstall", "prepare", "preci", "postci", "dependencies"];
  const scripts = Object.fromEntries(events.map((event) => [event, `: > '${join(traces, `script-${event}`)}'`]));
  write(
    join(clone, "package.json"),
    JSON.stringify({ name: "victim", version: "1.0.0", bin: { "pulumi-ecr": "pulumi-ecr" }, scripts }),
  );
  write(
    join(clone, ".npmrc"),
    `ignore-scripts=false\nprefix=.\nscript-shell=./sh\ngit=./git\nnode-options=--require ./evil.js\nregistry=http://127.0.0.1:1/\n`,
  );
  write(join(clone, "evil.js"), `require("fs").writeFileSync("${join(traces, "node-options")}", "")`);
  write(join(clone, ".gitattributes"), "* filter=evil diff=evil merge=evil\n");
  for (const hook of ["post-checkout", "post-index-change", "fsmonitor", "reference-transaction"])
    write(join(clone, "hooks", hook), evil(`hook-${hook}`), true);
  git("add", "-A", "-f");
  git("commit", "-q", "-m", "head");
  for (const [key, value] of [
    ["core.hooksPath", "hooks"],
    ["core.fsmonitor", join(clone, "hooks/fsmonitor")],
    ["filter.evil.smudge", join(clone, "bin/sh")],
    ["diff.evil.textconv", join(clone, "bin/sh")],
    ["merge.evil.driver", join(clone, "bin/sh")],
  ] as const)
    git("config", key, value);
  return clone;
}

/** What `tool/` is after its lock was made, with this package in the place of the published one. */
function toolFolder(name: string): string {
  const packed = join(folder, `${name}-package`);
  write(
    join(packed, "package.json"),
    JSON.stringify({ name: "pulumi-ecr", version: "0.1.0", bin: { "pulumi-ecr": "bin.cjs" } }),
  );
  write(
    join(packed, "bin.cjs"),
    `#!/usr/bin/env node\nrequire(${JSON.stringify(join(root, "bin/pulumi-ecr"))});\n`,
    true,
  );
  const tool = join(folder, name);
  mkdirSync(tool);
  npm(packed, "pack", "--silent", "--pack-destination", tool);
  write(
    join(tool, "package.json"),
    JSON.stringify({ private: true, dependencies: { "pulumi-ecr": "file:pulumi-ecr-0.1.0.tgz" } }),
  );
  npm(tool, "install", "--package-lock-only", "--ignore-scripts", "--silent");
  return tool;
}

const quiet = {
  npm_config_offline: "true",
  npm_config_cache: join(folder, "cache"),
  npm_config_update_notifier: "false",
};
/** Node of the tests first, as npm is run by the first one. */
const honest = [dirname(process.execPath), ...(process.env["PATH"] ?? "").split(delimiter)];

function npm(cwd: string, ...args: string[]): void {
  execFileSync("npm", args, { cwd, env: { ...process.env, ...quiet, PATH: honest.join(delimiter) }, stdio: "pipe" });
}

function review(clone: string, tool: string) {
  symlinkSync(join(clone, "bin"), join(folder, `${Date.now()}-link`));
  const links = readdirSync(folder).flatMap((name) => (name.endsWith("-link") ? [join(folder, name)] : []));
  const path = [".", "bin", "", "./node_modules/.bin", join(clone, "node_modules/.bin"), ...links, ...honest];
  const env = { ...process.env, ...quiet, PATH: path.join(delimiter) };
  return spawnSync("/bin/sh", [script, "main", tool], { cwd: clone, env, encoding: "utf8" });
}

test("nothing that a clone brings runs, and the review is that of the tool outside", () => {
  const clone = hostileClone("clone");
  const { status, stderr } = review(clone, toolFolder("tool"));
  assert.deepEqual(readdirSync(traces), [], "these ran");
  assert.equal(status, 2, stderr);
  const { verdict, findings } = JSON.parse(readFileSync(join(clone, "review.json"), "utf8")) as ReviewReport;
  assert.equal(verdict, "blocked");
  assert.ok(findings.some(({ ruleId, file }) => ruleId === "ECR-B1" && file === "app.repository-policy.json"));
  for (const name of ["review.xml", "review.sarif", "review.html"]) assert.ok(existsSync(join(clone, name)), name);
});

test("what would run is found by this test", () => {
  const clone = join(folder, "clone");
  spawnSync("pulumi-ecr", { cwd: clone, env: { PATH: join(clone, "bin") } });
  assert.deepEqual(readdirSync(traces), ["bin-pulumi-ecr"]);
  rmSync(join(traces, "bin-pulumi-ecr"));
});

test("a tool inside the clone, and a folder that is not a clone, are refused", () => {
  const clone = join(folder, "clone");
  const inside = review(clone, join(clone, "bin"));
  assert.equal(inside.status, 1);
  assert.match(
    inside.stderr,
    /^review\.sh: .*\/bin is in the clone, so that a pull request could change it; copy it elsewhere\n$/,
  );
  const outside = spawnSync("/bin/sh", [script, "main", folder], { cwd: folder, encoding: "utf8" });
  assert.deepEqual([outside.status, outside.stderr], [1, "review.sh: run it in a clone\n"]);
  assert.deepEqual(readdirSync(traces), []);
});
