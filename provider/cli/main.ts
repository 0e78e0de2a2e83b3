/** `pulumi-ecr`: the companion command. Results go to stdout, notes to stderr; exit codes are in the help text. */

import { Command, CommanderError } from "commander";
import { version } from "../package.ts";
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
  )
  .exitOverride();
for (const command of [backfill, comment, drift, emulator, explain, importFile, review, schema, simulate])
  program.addCommand(command.exitOverride());

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.passed : exitCodes.failed;
    return;
  }
  process.stderr.write(`pulumi-ecr: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodes.failed;
});
