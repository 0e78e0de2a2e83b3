/** `review --watch`: files that change under it, as editors change them, and lines that a problem matcher reads. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-watch-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const policy = (principal: unknown) =>
  JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: principal,
          Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        },
      ],
    },
    undefined,
    2,
  );

/** The command over a file, and the lines between `started` and `done` of its next round that satisfy a condition. */
function watching(file: string, ...args: string[]) {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(root, "bin/pulumi-ecr"), "review", "--watch", file, ...args],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let text = "";
  const waiting: (() => void)[] = [];
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    for (const look of waiting.splice(0)) look();
  });
  const until = async (holds: (lines: string[]) => boolean): Promise<string[]> => {
    for (;;) {
      const end = text.indexOf("review done", 0);
      const stop = end < 0 ? -1 : text.indexOf("\n", end);
      if (stop >= 0) {
        const lines = text.slice(0, stop).split("\n").slice(1);
        text = text.slice(stop + 1);
        if (holds(lines)) return lines;
      } else await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const ended = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
  return { child, until, ended };
}

test("every change is judged: written in halves, replaced, taken away and brought back; Ctrl-C ends it", async () => {
  const file = "app.repository-policy.json";
  const path = join(folder, file);
  writeFileSync(path, policy("*"));
  const { child, until, ended } = watching(file);
  try {
    const first = await until(() => true);
    assert.deepEqual(
      first.filter((line) => line.startsWith(file)),
      [`${file}:4:5: warning ECR-B1: Statement 1: any AWS account can pull`],
    );
    assert.equal(first.at(-1), "review done: Passed (1 warning)");
    writeFileSync(path, policy("*").slice(0, 40));
    assert.match(
      (await until((lines) => lines.some((line) => line.includes("ECR-A1"))))[0] ?? "",
      /:\d+:\d+: error ECR-A1: /,
    );
    const temporary = join(folder, "temporary");
    writeFileSync(temporary, policy({ AWS: "123456789012" }));
    renameSync(temporary, path);
    await until((lines) => lines.at(-1) === "review done: Passed");
    unlinkSync(path);
    await until((lines) => lines.at(-1) === "review done: waiting for the next change");
    writeFileSync(path, policy("*"));
    await until((lines) => lines.some((line) => line.includes("ECR-B1")));
    child.kill("SIGINT");
    assert.equal(await ended, 0);
  } finally {
    child.kill("SIGKILL");
  }
});

test("the problem matcher of the README reads the lines, begin and end included", async () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const block =
    readme
      .split("```json\n")
      .find((part) => part.includes('"problemMatcher"'))
      ?.split("```")[0] ?? "{}";
  const { tasks } = JSON.parse(block) as {
    tasks: {
      problemMatcher: {
        pattern: {
          regexp: string;
          file: number;
          line: number;
          column: number;
          severity: number;
          code: number;
          message: number;
        };
        background: { beginsPattern: string; endsPattern: string };
      };
    }[];
  };
  const { pattern, background } = tasks[0]?.problemMatcher ?? assert.fail("the README has no problem matcher");
  const file = "other.repository-policy.json";
  writeFileSync(join(folder, file), policy("*"));
  const { child, until, ended } = watching(file);
  try {
    const lines = await until(() => true);
    const problem = lines.map((line) => new RegExp(pattern.regexp).exec(line)).find((match) => match);
    const read = [pattern.file, pattern.line, pattern.column, pattern.severity, pattern.code, pattern.message];
    assert.deepEqual(
      read.map((group) => problem?.[group]),
      [file, "4", "5", "warning", "ECR-B1", "Statement 1: any AWS account can pull"],
    );
    assert.match("review started", new RegExp(background.beginsPattern));
    assert.match(lines.at(-1) ?? "", new RegExp(background.endsPattern));
    child.kill("SIGTERM");
    assert.equal(await ended, 0);
  } finally {
    child.kill("SIGKILL");
  }
});

test("a folder that does not exist cannot be watched, and is refused at once", () => {
  const refuse = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "bin/pulumi-ecr"), "review", "--watch", ...args], {
      cwd: folder,
      encoding: "utf8",
      timeout: 20_000,
    });
  assert.ok(!existsSync(join(folder, "nowhere")));
  const { status, stderr } = refuse("nowhere/p.json");
  assert.equal(status, 1);
  assert.match(stderr, /^pulumi-ecr: watching the files: .*give files that exist\n$/);
});
