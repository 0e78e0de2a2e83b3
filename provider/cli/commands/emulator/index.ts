/**
 * `pulumi-ecr emulator [--port N] [--account ID] [--state FILE]`.
 *
 * Lives here: the options of `emulator`.
 * May not live here: anything that the local ECR does (`emulator/`).
 */

import { Command } from "commander";
import { runEmulator } from "../../../../emulator/main.ts";
import type { StateFile } from "../../../../emulator/state/store.ts";
import { bytesOf, exists } from "../../shared/bytes.ts";
import { wholeNumber } from "../../shared/option-parsers.ts";
import { saveText } from "../../shared/save.ts";
import { complain, print } from "../../shared/streams.ts";

export const emulator = new Command("emulator")
  .description("Run a local ECR for trying programs without an account; the first line of output is its URL.")
  .option("--port <number>", "port on 127.0.0.1; 0 picks a free one", wholeNumber(0, 65_535), 0)
  .option("--account <id>", "account of callers whose access key is not an account id", "123456789012")
  .option("--state <file>", "load from and save to this file")
  .action(({ state, ...options }: { port: number; account: string; state?: string }) =>
    runEmulator({ ...options, state: state === undefined ? undefined : stateFile(state) }, { print, complain }),
  );

const mostState = 256 * 1024 * 1024;

/** For the user alone, as it holds whatever programs put into the registry. */
function stateFile(name: string): StateFile {
  const what = "the state";
  return {
    name,
    read: () => (exists(name) ? bytesOf(name, what, mostState).toString() : undefined),
    write: (text) => saveText(name, text, { what, isPrivate: true }),
  };
}
