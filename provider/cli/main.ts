/**
 * `pulumi-ecr`: the companion command as a process. Results go to stdout, notes to stderr; exit codes are in the help text.
 *
 * Lives here: the entry of the command: its list of commands, help and exit codes.
 * May not live here: what a command does (`commands/`), formats of reports (`report/`), what a layer below could need.
 */

import { runProgram } from "./program.ts";
import { exitCodes } from "./shared/exit-codes.ts";
import { complain } from "./shared/streams.ts";

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});
// Node would print such an error, which is a defect of ours, with whatever control characters its text has.
process.on("uncaughtException", (error) => {
  complain(`pulumi-ecr: ${error.stack ?? error.message}`);
  process.exit(exitCodes.failed);
});

void runProgram(process.argv.slice(2));
