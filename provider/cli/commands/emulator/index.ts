/** `pulumi-ecr emulator [--port N] [--account ID] [--state FILE]`. */

import { Command } from "commander";
import { runEmulator } from "../../../../emulator/main.ts";
import { wholeNumber } from "../../shared/option-parsers.ts";
import { complain, print } from "../../shared/streams.ts";

export const emulator = new Command("emulator")
  .description("Run a local ECR for trying programs without an account; the first line of output is its URL.")
  .option("--port <number>", "port on 127.0.0.1; 0 picks a free one", wholeNumber(0, 65_535), 0)
  .option("--account <id>", "account of callers whose access key is not an account id", "123456789012")
  .option("--state <file>", "load from and save to this file")
  .action((options: { port: number; account: string; state?: string }) => runEmulator(options, { print, complain }));
