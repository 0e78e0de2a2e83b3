/**
 * `pulumi-ecr import-file`: a whole registry, ready to be imported.
 *
 * Lives here: the options of `import-file`, the inventory of a registry, names in a program, the program and the import
 *   file.
 * May not live here: how one resource is listed or read (`provider/operations/`, `provider/resources/`).
 */

import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { Command } from "commander";
import { catalog } from "../../../catalog.ts";
import { writeYaml } from "../../../text/yaml.ts";
import { writeJson } from "../../report/json.ts";
import { type ConnectionOptions, connect, withConnection } from "../../shared/connection.ts";
import { exitCodes, exitCodesHelp } from "../../shared/exit-codes.ts";
import { gather } from "../../shared/option-parsers.ts";
import { note, print } from "../../shared/streams.ts";
import { type Entry, listableTypes, takeInventory, typesNamed } from "./inventory.ts";
import { importingProgram } from "./program.ts";

interface Options extends ConnectionOptions {
  readonly type?: readonly string[];
  readonly match?: string;
  readonly yaml?: true;
}

export const importFile = withConnection(new Command("import-file"))
  .description("Print a file for `pulumi import --file` with everything that the registry holds.")
  .option("--type <name>", `only this type, repeatable: ${listableTypes(catalog).join(", ")}`, gather)
  .option("--match <prefix>", "only what belongs to names that start so; settings of the registry do not")
  .option("--yaml", "print a Pulumi YAML program instead, with every property and `import` options for `pulumi up`")
  .addHelpText("after", exitCodesHelp({ incomplete: "something could not be read; the rest is written" }))
  .action(async ({ type = [], match = "", ...options }: Options) => {
    const { provider, warnings } = connect(options);
    const { entries, unreadable } = await takeInventory(provider, typesNamed(catalog, type), match);
    const notes = [...unreadable];
    if (options.yaml) {
      const { program, unreadable: unread } = await importingProgram(provider, catalog, entries, pluginFolder());
      notes.push(...unread);
      print(writeYaml(program));
    } else {
      print(writeJson({ resources: entries.map(spec) }));
    }
    for (const reason of notes) note(`${reason}; the rest is written`);
    if (notes.length > 0 || warnings() > 0) process.exitCode = exitCodes.incomplete;
  });

/**
 * The import format has no properties that refer to others, and its name table is for what the stack has already; so a
 * policy depends on its repository as on its parent.
 */
function spec({ type, name, id, owner }: Entry) {
  return { type, name, id, ...(owner ? { parent: owner.name } : {}) };
}

/** The plugin beside this command, as a program in the working directory would name it. */
function pluginFolder(): string | undefined {
  const folder = dirname(realpathSync(process.argv[1] ?? "."));
  if (!existsSync(join(folder, "pulumi-resource-ecr"))) return undefined;
  return `.${sep}${relative(process.cwd(), folder)}`.replaceAll("\\", "/");
}
