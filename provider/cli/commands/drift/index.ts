/**
 * `pulumi-ecr drift`: whether what is live is what was declared, without the engine and without writing anything. What it does
 * is loaded when it runs.
 *
 * Lives here: the options of `drift`, its inputs, its output, and watching.
 * May not live here: comparison of values and verdicts (`provider/drift/`), the reading of states (`provider/declared/`),
 *   markup (`report/`).
 */

import { Command, InvalidArgumentError } from "commander";
import type { Shard } from "../../../drift/report/report.ts";
import { withNotify } from "../../notify/options.ts";
import { withConnection } from "../../shared/connection.ts";
import { exitCodesHelp } from "../../shared/exit-codes.ts";
import { gather, listed, sinceOption, untilOption, wholeNumber } from "../../shared/option-parsers.ts";
import { seriesFormats, withOutput } from "../../shared/output.ts";
import type { DriftCommand } from "./options.ts";

export const drift = withNotify(withOutput(withConnection(new Command("drift")), seriesFormats))
  .description(
    "Say whether the live registry is still what was declared, what changed and what it means; nothing is written to AWS.",
  )
  .option("--file <export>", "what `pulumi stack export` printed; - is standard input; repeatable", gather, [])
  .option("--stack <name>", "have the Pulumi CLI export this stack; repeatable", gather, [])
  .option("--cwd <dir>", "with --stack: the project's folder")
  .option("--terraform <file>", "a Terraform state, or what `terraform show -json` printed; repeatable", gather, [])
  .option("--assume-role <arn>", "role to assume; {account} stands for the account of each resource")
  .option("--config <file>", "configuration; drift.yaml in the working directory where there is one")
  .option("--fail-on <list>", "classes and findings that exit with 2; default: changed,missing,unmanaged", listed)
  .option(
    "--only <pattern>",
    "only what this names: a URN, an id or a type, with * for any characters; repeatable",
    gather,
    [],
  )
  .option("--exclude <pattern>", "not what this names; repeatable", gather, [])
  .option("--targets <file>", "only what the lines of this file name, each as --only does")
  .option("--no-coverage", "read only what is declared, and do not look for what nobody declares")
  .option("--images", "say what a changed lifecycle policy does to the images that are there")
  .option(
    "--since <time>",
    "ask CloudTrail who wrote last: a time, or how long ago, such as 7d (at most 90d)",
    sinceOption,
  )
  .option("--baseline <file>", "tell only what this file has not accepted")
  .option("--accept [reason]", "with --baseline: accept all that is found, and write the file")
  .option(
    "--until <time>",
    "with --accept: last day of what is newly accepted, or 30d from now; default: in 90 days",
    untilOption,
  )
  .option("--shard <i/n>", "the i-th of n parts, cut by repository", shardOption)
  .option("--merge <files...>", "join JSON reports of shards or runs instead of reading a registry")
  .option("--permissions", "print the read-only IAM policy that this needs, and end")
  .option("--watch <seconds>", "go on for ever, with a run so often", wholeNumber(1, 9_999_999))
  .option("--listen <address>", "with --watch: where /metrics and /healthz are, [HOST:]PORT", "127.0.0.1:9464")
  .option("--concurrency <n>", "calls in flight at once for each connection", wholeNumber(1, 9_999_999), 12)
  .option("--exit-zero", "exit with 0 whatever is found; errors still exit with 1")
  .addHelpText(
    "after",
    exitCodesHelp({
      passed: "in sync, or nothing of what --fail-on names",
      blocked: "something of what --fail-on names was found",
      incomplete: "something could not be read, and nothing worse was found",
    }),
  )
  .action(async (options: DriftCommand) => {
    const { runCommand } = await import("./command.ts");
    process.exitCode = await runCommand(options);
  });

function shardOption(text: string): Shard {
  const [, index, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text) ?? [];
  if (index === undefined || Number(index) > Number(of)) throw new InvalidArgumentError("Give I/N, such as 2/4.");
  return { index: Number(index), of: Number(of) };
}
