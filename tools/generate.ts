/**
 * `npm run generate`: schema/schema.json and the README's tables from the catalog, docs/rules.md from the rules, and
 * sdk/nodejs from the schema with Pulumi's Go library. `--check` writes nothing and fails when something is stale; the SDK carries the hash of its schema, so that this needs
 * no Go.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalog } from "../provider/catalog.ts";
import { version } from "../provider/package.ts";
import { Provider } from "../provider/provider.ts";
import { withTables } from "./pages/readme.ts";
import { rulesPage } from "./pages/rules.ts";

const root = join(import.meta.dirname, "..");
const readmeFile = join(root, "README.md");
const schemaFile = join(root, "schema/schema.json");
const rulesFile = join(root, "docs/rules.md");
const sdk = join(root, "sdk/nodejs");
const stamp = join(sdk, "schema.sha256");

/** The schema as it is checked in. */
export function schemaText(): string {
  const provider = new Provider(catalog, version, { log: () => {}, status: () => {} });
  return `${JSON.stringify(JSON.parse(provider.schema()), undefined, 2)}\n`;
}

/** What is stale, in words; empty when nothing is. */
export function staleFiles(): string[] {
  const text = schemaText();
  const stale: string[] = [];
  if (read(schemaFile) !== text) stale.push("schema/schema.json is not what the catalog gives");
  if (read(stamp).trim() !== hash(text)) stale.push("sdk/nodejs was generated from another schema");
  if (withTables(read(readmeFile)) !== read(readmeFile))
    stale.push("the tables of README.md are not what the catalog gives");
  if (read(rulesFile) !== rulesPage()) stale.push("docs/rules.md is not what the rules give");
  return stale;
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function writeAll(): void {
  const text = schemaText();
  writeFileSync(schemaFile, text);
  writeFileSync(readmeFile, withTables(read(readmeFile)));
  mkdirSync(join(root, "docs"), { recursive: true });
  writeFileSync(rulesFile, rulesPage());
  const folder = mkdtempSync(join(tmpdir(), "sdk-"));
  execFileSync("go", ["run", ".", schemaFile, "nodejs", folder], {
    cwd: join(root, "tools/sdk"),
    env: { ...process.env, GOFLAGS: "-mod=mod", CGO_ENABLED: "0" },
    stdio: "inherit",
  });
  rmSync(sdk, { recursive: true, force: true });
  cpSync(folder, sdk, { recursive: true });
  // The package's own package.json and tsconfig.json serve the SDK as well.
  for (const name of ["package.json", "tsconfig.json", "README.md"]) rmSync(join(sdk, name), { force: true });
  writeFileSync(stamp, `${hash(text)}\n`);
  rmSync(folder, { recursive: true });
  process.stderr.write(
    `[generate] schema/schema.json and ${readdirSync(sdk, { recursive: true }).length} files in sdk/nodejs\n`,
  );
}

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const stale = staleFiles();
    for (const line of stale) process.stderr.write(`${line}; run \`npm run generate\`\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else writeAll();
}
