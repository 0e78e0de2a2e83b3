/** The command line of `pulumi-ecr`: its commands, and what a call of one ends with. */

import { Command, CommanderError } from "commander";
import { version } from "../package.ts";
import { readSecrets } from "../values/secrets.ts";
import { backfill } from "./commands/backfill/index.ts";
import { comment } from "./commands/comment/index.ts";
import { drift } from "./commands/drift/index.ts";
import { emulator } from "./commands/emulator/index.ts";
import { explain } from "./commands/explain/index.ts";
import { importFile } from "./commands/import-file/index.ts";
import { review } from "./commands/review/index.ts";
import { schema } from "./commands/schema/index.ts";
import { simulate } from "./commands/simulate/index.ts";
import { exitCodes, exitCodesHelp } from "./shared/exit-codes.ts";
import { complain, print } from "./shared/streams.ts";

const program = new Command("pulumi-ecr")
  .description("Companion of the Pulumi provider for Amazon ECR.")
  .version(version)
  .addHelpText(
    "after",
    exitCodesHelp({
      passed: "in sync, or passed",
      blocked: "drift or blocking findings",
      incomplete: "something could not be read or determined, and nothing worse was found",
    }),
  );
for (const command of [backfill, comment, drift, emulator, explain, importFile, review, schema, simulate])
  program.addCommand(command);
settle(program);

/** Help and complaints about options leave like all other text, and nothing ends the process on its own. */
function settle(command: Command): void {
  command.exitOverride().configureOutput({ writeOut: print, writeErr: complain });
  for (const one of command.commands) settle(one as Command);
}

/** Runs the command that the arguments name. The exit code is that of the process; an error is told and not thrown. */
export async function runProgram(args: readonly string[]): Promise<void> {
  readSecrets.forget();
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.passed : exitCodes.failed;
    else {
      complain(`pulumi-ecr: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = exitCodes.failed;
    }
  }
}
