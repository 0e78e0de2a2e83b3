/** `pulumi-ecr schema` finds the schemas however the command is started. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "ecr-schema-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function linked(path: string): string {
  const link = join(folder, "pulumi-ecr");
  symlinkSync(path, link);
  return link;
}

const programs: Readonly<Record<string, string>> = {
  "the sources": join(root, "provider/cli/main.ts"),
  "the bundle": join(root, "bin/pulumi-ecr"),
  "a link to the bundle, as npm makes it": linked(join(root, "bin/pulumi-ecr")),
};

for (const [what, program] of Object.entries(programs)) {
  test(`schema from ${what}: lists every schema and prints one as it is`, () => {
    const say = (...args: string[]) =>
      execFileSync(process.execPath, [program, "schema", ...args], { cwd: folder, encoding: "utf8" });
    const files = readdirSync(join(root, "schema")).filter((file) => file.endsWith(".schema.json"));
    assert.deepEqual(say().trimEnd().split("\n"), files.map((file) => file.slice(0, -".schema.json".length)).sort());
    assert.equal(say("drift-report"), readFileSync(join(root, "schema/drift-report.schema.json"), "utf8"));
  });
}
