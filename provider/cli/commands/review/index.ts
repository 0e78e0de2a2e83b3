/**
 * `pulumi-ecr review`: judges a pull request, a deployment, or documents. What it does is loaded when it runs.
 *
 * Lives here: the options of `review`, its document for reports, its output, and watching.
 * May not live here: rules, judgement and verdict (`provider/review/`), the reading of inputs (`inputs/`), markup
 *   (`report/`).
 */

import { Command, Option } from "commander";
import { withContext } from "../../shared/context.ts";
import { exitCodesHelp } from "../../shared/exit-codes.ts";
import { listed, momentOption } from "../../shared/option-parsers.ts";
import { findingsFormats, type OutputOptions, withOutput, writeReport } from "../../shared/output.ts";
import { print } from "../../shared/streams.ts";
import type { ReviewOptions } from "./run.ts";

interface Options extends ReviewOptions, OutputOptions {
  readonly staged?: boolean;
  readonly watch?: boolean;
}

export const review = withOutput(withContext(new Command("review")), findingsFormats)
  .description(
    "Say what a change of policies and settings does, and what is wrong with them. Nothing of a pull request is run or fetched.",
  )
  .argument("[file...]", "documents that are judged alone; - is standard input")
  .addOption(
    new Option("--kind <kind>", "what the documents are; stack: exports of a stack")
      .choices(["repository-policy", "registry-policy", "lifecycle-policy", "stack"])
      .default("repository-policy"),
  )
  .option("--before <file>", "the document or export before a change; leave it out for a new one")
  .option("--after <file>", "the document or export after a change; leave it out for one that is removed")
  .option("--base <revision>", "with --head: the branch that a pull request goes to, in a git repository")
  .option("--head <revision>", "with --base: the pull request; read as blobs and never checked out")
  .option("--staged", "what is staged for the next commit, compared with the last one; for a hook before commits")
  .option("--repo <folder>", "the git repository", ".")
  .option("--preview <file>", "what `pulumi preview --json` printed; - is standard input; repeatable", gather, [])
  .option("--program <folder>", "the folder of the program that the --preview or --plan is of; repeatable", gather, [])
  .option("--export <file>", "with --preview: the stack's export, which says what is before")
  .option("--plan <file>", "what `terraform show -json` printed of a plan")
  .option("--live", "with --preview or --plan: the policies that AWS has now are those before; needs credentials")
  .option("--stack <name>", "the stack that a preview or export has to be of")
  .option("--config <file>", "review.yaml; with --base its path in the repository (default: review.yaml)")
  .addOption(
    new Option("--config-from <side>", "the revision that the configuration is read from; head trusts the pull request")
      .choices(["base", "head"])
      .default("base"),
  )
  .option(
    "--images <file>",
    "images as `aws ecr describe-images` prints them, or live: what lifecycle policies do to them",
  )
  .option("--in-use <file>", "images that something runs and that must not go, one a line")
  .option("--at <time>", "the moment of the review: a time, or +30d from now; otherwise now", momentOption)
  .option("--profile <name>", "with --live or --images live: profile of the shared AWS configuration files")
  .option("--endpoint <url>", "with --live or --images live: URL of an ECR endpoint")
  .option(
    "--fail-on <list>",
    "what makes the exit code 2: error, warning, note, gain, loss, outside-gain, undecided, or rules by id (default: error, and outside-gain for a change)",
    listed,
  )
  .addOption(
    new Option("--undecided <what>", "fail: exit code 2 where something is undecided or unread, not 3")
      .choices(["pass", "fail"])
      .default("pass"),
  )
  .option("--watch", "judge again whenever a file changes, one line for each finding, until interrupted")
  .addHelpText(
    "after",
    exitCodesHelp({
      passed: "passed, perhaps with warnings",
      blocked: "blocked by what --fail-on names, or by an invalid document",
      incomplete: "a part could not be determined or was not read, and nothing blocks",
    }),
  )
  .action(async (files: string[], given: Options) => {
    const { runReview } = await import("./run.ts");
    const options = given.staged ? (await import("./inputs/staged.ts")).withStaged(given) : given;
    if (options.watch) {
      const { watchedFiles, watchReview } = await import("./watch.ts");
      const watching = {
        files: watchedFiles(files, options),
        judge: async () => (await runReview(files, options)).report,
      };
      return watchReview({ ...watching, print }, interrupted());
    }
    const { report, exitCode } = await runReview(files, options);
    const { reviewOutput } = await import("./output.ts");
    writeReport(reviewOutput(report), findingsFormats, options);
    process.exitCode = exitCode;
  });

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Aborted when the process is asked to end. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
