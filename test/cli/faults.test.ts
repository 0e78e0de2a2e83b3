/** Command lines that cannot be carried out: each ends with 1, prints nothing, and says why in the exact words of the table. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

interface Case {
  readonly args: readonly string[];
  /** Files of the working directory beside those of the table, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stderr: string;
}

const root = join(import.meta.dirname, "../..");
const table = join(root, "test/cases/cli/faults.json");
const { files, cases } = JSON.parse(readFileSync(table, "utf8")) as {
  readonly files: Readonly<Record<string, unknown>>;
  readonly cases: readonly Case[];
};
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-faults-"));
after(() => rmSync(folder, { recursive: true }));

function run({ args, files: own = {}, env = {} }: Case, index: number): Promise<[number, string, string]> {
  const cwd = join(folder, String(index));
  mkdirSync(cwd);
  for (const [name, content] of Object.entries({ ...files, ...own }))
    writeFileSync(join(cwd, name), typeof content === "string" ? content : JSON.stringify(content));
  const options = { cwd, env: { PATH: "/nonexistent", HOME: cwd, AWS_EC2_METADATA_DISABLED: "true", ...env } };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, "provider/cli/main.ts"), ...args],
      options,
      (error, stdout, stderr) => resolve([error ? Number(error.code ?? -1) : 0, stdout, stderr]),
    );
    child.stdin?.end();
  });
}

/** With `UPDATE=1` the table is written anew, to be read before it is committed. */
const seen: Case[] = [];
after(() => {
  if (process.env["UPDATE"]) writeFileSync(table, `${JSON.stringify({ files, cases: seen }, undefined, 2)}\n`);
});

describe("what cannot be done", { concurrency: 2 }, () => {
  for (const [index, one] of cases.entries()) {
    test(one.args.join(" "), async () => {
      const [code, stdout, stderr] = await run(one, index);
      assert.deepEqual([code, stdout], [1, ""]);
      if (process.env["UPDATE"]) seen[index] = { ...one, stderr };
      else assert.equal(stderr, one.stderr);
    });
  }
});

test("every command has a case", () => {
  const commands = readdirSync(join(root, "provider/cli/commands"), { withFileTypes: true });
  const tried = new Set(cases.map(({ args }) => args[0]));
  const names = commands.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => !tried.has(name)),
    [],
  );
});
