/** What commands write: whole, beside and renamed, never through a link, and for the user alone where it holds more than a report. */

import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { saveText } from "../../provider/cli/shared/save.ts";
import { sampleDrift } from "../harness/drift-report.ts";
import { say } from "../harness/in-process.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "save-")));
const before = process.cwd();
after(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

/** A clone with a file outside that a link in it leads to. */
let clone: string;
let victim: string;
let count = 0;
beforeEach(() => {
  const home = join(folder, String(++count));
  clone = join(home, "clone");
  victim = join(home, "victim");
  mkdirSync(join(clone, ".git"), { recursive: true });
  mkdirSync(join(home, "outside"));
  writeFileSync(victim, "before");
  writeFileSync(join(home, "outside", "file"), "before");
  symlinkSync(victim, join(clone, "link.json"));
  symlinkSync(join(home, "outside"), join(clone, "folder"));
  symlinkSync(join(home, "nothing"), join(clone, "dangling.json"));
  process.chdir(clone);
});

const document = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }],
});
const given = (name: string, text: string): string => {
  writeFileSync(join(clone, name), text);
  return name;
};
const merged = () => given("shard.json", JSON.stringify(sampleDrift()));

type Args = (file: string) => readonly string[];
/** Every option that names a file to write, and whether it holds more than a report. */
const options: Readonly<Record<string, { readonly args: Args; readonly isPrivate: boolean }>> = {
  "review --output": {
    args: (file) => ["review", given("p.json", document), "--output", `json=${file}`],
    isPrivate: false,
  },
  "simulate --output": {
    args: (file) => [
      ...["simulate", "--policy", given("rules.json", rules), "--images", given("images.json", '{"imageDetails": []}')],
      ...["--output", `html=${file}`],
    ],
    isPrivate: false,
  },
  "drift --output": { args: (file) => ["drift", "--merge", merged(), "--output", `json=${file}`], isPrivate: false },
  "drift --notify": { args: (file) => ["drift", "--merge", merged(), "--notify", `slack=${file}`], isPrivate: false },
  "drift --notify-state": {
    args: (file) => ["drift", "--merge", merged(), "--notify", "slack=slack.json", "--notify-state", file],
    isPrivate: true,
  },
  "drift --accept": {
    args: (file) => ["drift", "--merge", merged(), "--baseline", file, "--accept", "known"],
    isPrivate: false,
  },
  "emulator --state": { args: (file) => ["emulator", "--state", file], isPrivate: true },
};
const rules = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 5 },
      action: { type: "expire" },
    },
  ],
});

/** An emulator saves when it is ended. */
const run = (args: readonly string[]) =>
  say(args, async (said) => {
    if (args[0] !== "emulator") return;
    for (let tries = 0; !said().includes("http://") && tries < 40; tries++) await setTimeout(5);
    process.emit("SIGTERM");
  });

for (const [option, { args, isPrivate }] of Object.entries(options)) {
  test(`${option} writes whole files, ${isPrivate ? "for the user alone" : "with the permissions that they have"}`, async () => {
    const umask = process.umask(0o022);
    try {
      await run(args("new.json"));
      assert.equal(statSync("new.json").mode & 0o777, isPrivate ? 0o600 : 0o644);
      chmodSync("new.json", 0o640);
      await run(args("new.json"));
      assert.equal(statSync("new.json").mode & 0o777, isPrivate ? 0o600 : 0o640);
      assert.ok(readFileSync("new.json", "utf8").length > 0);
      assert.deepEqual(
        readdirSync(".").filter((name) => name.endsWith(".new")),
        [],
      );
    } finally {
      process.umask(umask);
    }
  });

  test(`${option} writes neither through a link, nor in a linked folder of a clone, nor to what is not a regular file`, async () => {
    for (const [file, why] of [
      ["link.json", /link\.json is a link, which is not followed|it is a link, which is not followed/],
      [join(clone, "link.json"), /link, which is not followed/],
      ["dangling.json", /link, which is not followed/],
      ["folder/file", /folder is a link, which is not followed/],
      ["folder/new", /folder is a link, which is not followed/],
      ["/dev/null", /it is not a regular file/],
    ] as const) {
      const { stderr } = await run(args(file));
      assert.match(stderr, why, file);
      assert.equal(readFileSync(victim, "utf8"), "before");
      assert.deepEqual(readdirSync(join(clone, "../outside")), ["file"]);
      assert.ok(lstatSync(join(clone, "link.json")).isSymbolicLink());
      assert.ok(!existsSync(join(clone, "../nothing")));
    }
    assert.ok(statSync("/dev/null").isCharacterDevice());
  });
}

test("a link above the clone is followed for a folder and not for the file", () => {
  const home = join(clone, "..");
  symlinkSync(join(home, "outside"), join(home, "mounted"));
  saveText(join(home, "mounted", "report"), "text", { what: "the report" });
  assert.equal(readFileSync(join(home, "outside", "report"), "utf8"), "text");
  symlinkSync(victim, join(home, "mounted", "link"));
  assert.throws(() => saveText(join(home, "mounted", "link"), "text", { what: "the report" }), {
    message: `writing the report to ${join(home, "mounted", "link")}: it is a link, which is not followed; delete it, or give another name`,
  });
});

test("what cannot be written says what to do, and leaves what was there", () => {
  for (const [file, message] of [
    ["nowhere/new.json", "writing it to nowhere/new.json: there is no such folder; check the name"],
    [".git", "writing it to .git: it is a folder; give a file"],
  ] as const)
    assert.throws(() => saveText(file, "text", { what: "it" }), { code: "InvalidInput", message });
});
