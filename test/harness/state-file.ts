/** A file for the state of an emulator, as the command gives it one. */

import { existsSync, readFileSync } from "node:fs";
import type { StateFile } from "../../emulator/state/store.ts";
import { saveText } from "../../provider/cli/shared/save.ts";

export function stateFile(name: string): StateFile {
  return {
    name,
    read: () => (existsSync(name) ? readFileSync(name, "utf8") : undefined),
    write: (text) => saveText(name, text, { what: "the state", isPrivate: true }),
  };
}
