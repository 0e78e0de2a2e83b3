/** What commands read: no link inside a clone, only regular files, and no more than a file may have; whatever option names it. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { say } from "../harness/in-process.ts";
import { sampleReview } from "../harness/review-report.ts";
import { withVariables } from "../harness/site.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "links-")));
const clone = join(home, "clone");
const before = process.cwd();
const variables = withVariables({ GITHUB_TOKEN: "t", AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" });
after(() => {
  process.chdir(before);
  variables[Symbol.dispose]();
  rmSync(home, { recursive: true, force: true });
});
mkdirSync(join(clone, ".git"), { recursive: true });
mkdirSync(join(home, "outside"));
process.chdir(clone);

const document = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "ecr:BatchGetImage" }],
});
const secret = "s3cr3t-of-the-runner";
writeFileSync("policy.json", document);
writeFileSync("images.json", '{"imageDetails": []}');
writeFileSync(join(home, "outside", "secret"), secret);
writeFileSync(join(home, "outside", "policy.json"), document);

const rules = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 5 },
      action: { type: "expire" },
    },
  ],
});
writeFileSync("rules.json", rules);
writeFileSync("preview.json", '{"steps": []}');
writeFileSync("report.json", JSON.stringify(sampleReview()));

const comment = ["comment", "--github", "o/r", "--api", "http://127.0.0.1:1"];
const at = ["--region", "eu-central-1"];
/** Every option that names a file to read. */
const options: Readonly<Record<string, (file: string) => readonly string[]>> = {
  "review FILE": (file) => ["review", file],
  "review --before": (file) => ["review", "--before", file, "--after", "policy.json"],
  "review --after": (file) => ["review", "--before", "policy.json", "--after", file],
  "review --kind stack": (file) => ["review", "--kind", "stack", "--after", file],
  "review --preview": (file) => ["review", "--preview", file],
  "review --export": (file) => ["review", "--preview", "preview.json", "--export", file],
  "review --plan": (file) => ["review", "--plan", file],
  "review --config": (file) => ["review", "policy.json", "--config", file],
  "review --images": (file) => ["review", "--kind", "lifecycle-policy", "rules.json", "--images", file],
  "review --in-use": (file) => ["review", "policy.json", "--in-use", file],
  "review --accounts": (file) => ["review", "policy.json", "--accounts", file],
  "review --registry-policy": (file) => ["review", "policy.json", "--registry-policy", file],
  "explain FILE": (file) => ["explain", file],
  "explain --accounts": (file) => ["explain", "policy.json", "--accounts", file],
  "simulate --policy": (file) => ["simulate", "--policy", file, "--images", "images.json"],
  "simulate --against": (file) => ["simulate", "--policy", "rules.json", "--against", file, "--images", "images.json"],
  "simulate --images": (file) => ["simulate", "--policy", "rules.json", "--images", file],
  "simulate --in-use": (file) => ["simulate", "--policy", "rules.json", "--images", "images.json", "--in-use", file],
  "drift --file": (file) => ["drift", "--file", file, ...at],
  "drift --terraform": (file) => ["drift", "--terraform", file, ...at],
  "drift --config": (file) => ["drift", "--file", "policy.json", "--config", file, ...at],
  "drift --targets": (file) => ["drift", "--file", "policy.json", "--targets", file, ...at],
  "drift --baseline": (file) => ["drift", "--file", "policy.json", "--baseline", file, ...at],
  "drift --merge": (file) => ["drift", "--merge", file],
  "comment --report": (file) => [...comment, "--number", "7", "--commit", "a".repeat(40), "--report", file],
  "comment --event": (file) => [...comment, "--report", "report.json", "--event", file],
  "emulator --state": (file) => ["emulator", "--state", file],
};

const large = openSync("large.json", "w");
ftruncateSync(large, 2 ** 31);
execFileSync("mkfifo", ["pipe.json"]);
mkdirSync("folder.json");
symlinkSync(join(home, "outside", "secret"), "link.json");
symlinkSync("policy.json", "beside.json");
symlinkSync("/dev/zero", "zero.json");
symlinkSync(join(home, "nothing"), "dangling.json");
symlinkSync(join(home, "outside"), "outside");
symlinkSync("outside", "twice");

/** What the author of a change may have put there, and what is said of it. */
const traps: Readonly<Record<string, RegExp>> = {
  "link.json": /link\.json is a link, which is not followed/,
  [join(clone, "link.json")]: /link\.json is a link, which is not followed/,
  "beside.json": /beside\.json is a link, which is not followed/,
  "zero.json": /zero\.json is a link, which is not followed/,
  "dangling.json": /dangling\.json is a link, which is not followed/,
  "outside/secret": /outside is a link, which is not followed/,
  "twice/policy.json": /twice is a link, which is not followed/,
  "./folder.json/../outside/secret": /outside is a link, which is not followed/,
  "folder.json": /it is a folder/,
  "pipe.json": /it is not a regular file/,
  "/dev/zero": /it is not a regular file/,
  "large.json": /it has more than \d+ MiB/,
};

for (const [option, args] of Object.entries(options))
  test(`${option}: neither a link inside a clone nor what is not a regular file of a limited size is read`, async () => {
    for (const [file, why] of Object.entries(traps)) {
      const { stdout, stderr, code } = await say(args(file));
      assert.match(stderr, why, file);
      assert.equal(code, 1, file);
      assert.ok(!`${stdout}${stderr}`.includes(secret), file);
    }
  });

test("review --watch waits for a file that is a link, and reads nothing through it", async () => {
  const { stdout } = await say(["review", "--watch", "link.json"], async (said) => {
    while (!said().includes("review done")) await setTimeout(5);
    process.emit("SIGTERM");
  });
  assert.match(stdout, /link\.json is a link, which is not followed.*\nreview done: waiting for the next change\n/);
  assert.ok(!stdout.includes(secret));
});

test("drift.yaml of the working directory is not read through a link", async () => {
  symlinkSync(join(home, "outside", "secret"), "drift.yaml");
  const { stderr, code } = await say(["drift", "--file", "policy.json", ...at]);
  rmSync("drift.yaml");
  assert.match(stderr, /drift\.yaml is a link, which is not followed/);
  assert.equal(code, 1);
});

test("a link above the clone is followed, as mounted configuration is made of links", async () => {
  const mounted = join(home, "mounted");
  mkdirSync(join(mounted, "..data"), { recursive: true });
  writeFileSync(join(mounted, "..data", "policy.json"), document);
  symlinkSync(join("..data", "policy.json"), join(mounted, "policy.json"));
  symlinkSync(mounted, join(home, "also"));
  for (const file of [join(mounted, "policy.json"), join(home, "also", "policy.json"), "../also/policy.json"])
    assert.equal((await say(["review", file])).code, 0, file);
});

test("a clone that is reached through a link above it is a clone", async () => {
  symlinkSync(clone, join(home, "workspace"));
  process.chdir(home);
  try {
    assert.equal(
      (await say(["review", "workspace/policy.json"])).code,
      1,
      "below the working directory no link is followed",
    );
    process.chdir("/");
    assert.equal((await say(["review", join(home, "workspace", "policy.json")])).code, 0);
    const { stderr } = await say(["review", join(home, "workspace", "link.json")]);
    assert.match(stderr, /workspace\/link\.json is a link, which is not followed/);
  } finally {
    process.chdir(clone);
  }
});
