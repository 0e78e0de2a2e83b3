/**
 * `pulumi-ecr schema [NAME]`: the JSON Schemas of documents and reports, for editors and other programs.
 *
 * Lives here: the command that prints JSON Schemas.
 * May not live here: a schema (`schema/`), the making of one (`provider/define/`).
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { packageFolder } from "../../shared/package-folder.ts";
import { print } from "../../shared/streams.ts";

const ending = ".schema.json";

export const schema = new Command("schema")
  .description("Print a JSON Schema by name, or the names of all.")
  .argument("[name]", "such as repository-policy")
  .action((name: string | undefined) => {
    const folder = join(packageFolder(), "schema");
    const names = readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
      .sort();
    if (name === undefined) {
      print(names.join("\n"));
      return;
    }
    if (!names.includes(name))
      throw new Error(`printing a schema: there is none of that name; there are ${names.join(", ")}`);
    print(readFileSync(join(folder, `${name}${ending}`), "utf8"));
  });
