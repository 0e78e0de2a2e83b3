/** The pages: their links lead somewhere, their commands exist, and their programs start in this checkout. */

import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { backfill } from "../provider/cli/commands/backfill/index.ts";
import { comment } from "../provider/cli/commands/comment/index.ts";
import { drift } from "../provider/cli/commands/drift/index.ts";
import { emulator } from "../provider/cli/commands/emulator/index.ts";
import { explain } from "../provider/cli/commands/explain/index.ts";
import { importFile } from "../provider/cli/commands/import-file/index.ts";
import { review } from "../provider/cli/commands/review/index.ts";
import { schema } from "../provider/cli/commands/schema/index.ts";
import { simulate } from "../provider/cli/commands/simulate/index.ts";
import { rules } from "../provider/review/rules/index.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const pages = globSync(["*.md", "docs/*.md", "examples/*/README.md"], { cwd: root })
  .filter((file) => file !== "CHANGELOG.md")
  .sort();

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
const anchors = (file: string) => [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

test("every link of a page leads to a file and to a heading of it", () => {
  let count = 0;
  for (const page of pages)
    for (const [, link = ""] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      assert.ok(existsSync(join(root, file)), `${page}: ${link}`);
      if (anchor !== undefined) assert.ok(anchors(file).includes(anchor), `${page}: ${link}`);
      count++;
    }
  assert.ok(count > 15, `${count} links were found`);
});

test("every command and option of pulumi-ecr on a page exists", () => {
  const commands = [backfill, comment, drift, emulator, explain, importFile, review, schema, simulate];
  let count = 0;
  for (const page of pages)
    for (const [whole, name, rest = ""] of read(page).matchAll(/pulumi-ecr ([a-z]+(?:-[a-z]+)?) ([^`\n&;|>]*)/g)) {
      const command = commands.find((one) => one.name() === name);
      if (!command && !rest.includes("--")) continue; // a sentence
      assert.ok(command, `${page}: ${whole}`);
      const known = [command, ...command.commands].flatMap(({ options }) => options.map(({ long }) => long));
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) {
        assert.ok(known.includes(option) || option === "--help", `${page}: ${whole}: ${option}`);
        count++;
      }
    }
  assert.ok(count > 15, `${count} options were found`);
});

test("every program in examples/ names the plugin of this checkout, and in TypeScript its file", () => {
  const files = globSync("examples/*/Pulumi.yaml", { cwd: root });
  assert.ok(files.length > 7, `${files.length} programs were found`);
  for (const file of files) {
    const { runtime, main, plugins } = parse(read(file));
    assert.deepEqual(plugins, { providers: [{ name: "ecr", path: "../../bin" }] }, file);
    if (runtime !== "yaml") assert.ok(existsSync(join(root, dirname(file), main ?? "")) && main, file);
  }
});

test("the README has the number of rules that there are", () => {
  assert.ok(
    read("README.md").includes(`[docs/rules.md](docs/rules.md), ${rules.length} of them,`),
    `${rules.length} rules`,
  );
});
