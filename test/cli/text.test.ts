/** Text is written by one renderer: what goes to standard output and what goes to a file are the same bytes. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { sampleDrift } from "../harness/drift-report.ts";

const command = join(import.meta.dirname, "../../dist/pulumi-ecr.cjs");
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-text-"));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value, undefined, 2));
  return path;
}

const run = (...args: string[]) => spawnSync(process.execPath, [command, ...args], { encoding: "utf8" });

const statement = { Sid: "All", Effect: "Allow", Principal: "*", Action: ["ecr:BatchGetImage", "ecr:nope"] };
const open = file("open.json", { Version: "2012-10-17", Statement: [statement] });
const closed = file("closed.json", {
  Version: "2012-10-17",
  Statement: [{ ...statement, Principal: { AWS: "111111111111" } }],
});
const lifecycle = file("lifecycle.json", {
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 },
      action: { type: "expire" },
    },
  ],
});
const images = file("images.json", {
  imageDetails: ["a", "b"].map((digit, index) => ({
    repositoryName: "team/app",
    imageDigest: `sha256:${digit.repeat(64)}`,
    imagePushedAt: `2026-01-0${index + 1}T00:00:00Z`,
  })),
});

/** Of each command that writes reports, calls with something to say. */
const calls: Readonly<Record<string, readonly (readonly string[])[]>> = {
  drift: [["--merge", file("drift.json", sampleDrift())]],
  review: [
    [open],
    ["--before", closed, "--after", open, "--repository", "team/app"],
    ["--before", open, "--after", open],
  ],
  simulate: [["--policy", lifecycle, "--images", images, "--at", "2026-06-01"]],
};

test("every command that writes reports is called", () => {
  const names = [...run("--help").stdout.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name = ""]) => name);
  const writing = names.filter(
    (name) => name !== "help" && run(name, "--help").stdout.includes("--output <format=file>"),
  );
  assert.deepEqual(writing, Object.keys(calls));
});

for (const [name, all] of Object.entries(calls)) {
  describe(name, () => {
    for (const [index, args] of all.entries()) {
      test(`text is the same to standard output and to a file (${index + 1})`, () => {
        const path = join(folder, `${name}-${index}.txt`);
        const text = run(name, ...args, "--output", `text=${path}`);
        assert.ok(text.stdout.length > 20, text.stderr);
        assert.equal(readFileSync(path, "utf8"), text.stdout);
      });
    }
  });
}
