/**
 * `pulumi-ecr simulate`: what a lifecycle policy does to images, before AWS does it. What it does is loaded when it runs.
 *
 * Lives here: the options of `simulate`, its inputs, its document for reports.
 * May not live here: which images a lifecycle policy selects (`provider/lifecycle/`), markup (`report/`).
 */

import { Command, Option } from "commander";
import { withConnection } from "../../shared/connection.ts";
import { exitCodesHelp } from "../../shared/exit-codes.ts";
import { gather, momentOption } from "../../shared/option-parsers.ts";
import { documentFormats, withOutput } from "../../shared/output.ts";
import type { SimulateCommand } from "./run.ts";

export const simulate = withOutput(withConnection(new Command("simulate")), documentFormats)
  .description("Show what a lifecycle policy does to each image, and why; nothing is changed.")
  .requiredOption("--policy <file>", "the lifecycle policy as JSON; - is standard input")
  .option("--against <file>", "the policy that it replaces: what changes is shown")
  .option("--images <file>", "images as `aws ecr describe-images` prints them; - is standard input")
  .option(
    "--repository <name>",
    "the repository: its images are read, or with --images those of the file that are its own",
  )
  .option("--at <time>", "the moment of the run: a time, or +30d from now; otherwise now", momentOption)
  .option("--protect <pattern>", "tags that must not go, such as prod-*; repeatable", gather, [])
  .option(
    "--in-use <file>",
    "images in use that must not expire, one a line; # starts a comment, and other registries and repositories do not count",
  )
  .addOption(
    new Option("--children <mode>", "whether the images of manifest lists are counted; AWS does not say")
      .choices(["exclude", "count"])
      .default("exclude"),
  )
  .option("--cross-check", "with --repository: run AWS's own preview and report every difference")
  .addHelpText(
    "after",
    exitCodesHelp({
      blocked: "a protected or in-use image would expire or be archived, or AWS's own preview differs",
      incomplete: "AWS's own preview was asked for and could not be compared, and nothing worse was found",
    }),
  )
  .action(async (options: SimulateCommand) => {
    const { runSimulate } = await import("./run.ts");
    process.exitCode = await runSimulate(options);
  });
