/** Where the files of this package are, whether the command runs from its bundle, from its sources or by a link to either. */

import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder with `package.json` and `schema/` that the command belongs to; throws where it is in none. */
export function packageFolder(program: string = process.argv[1] ?? "."): string {
  const start = dirname(realpathSync(program));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json")) && existsSync(join(folder, "schema"))) return folder;
    if (folder === dirname(folder))
      throw new Error(`finding the files of this package: no folder above ${start} has them`);
  }
}
