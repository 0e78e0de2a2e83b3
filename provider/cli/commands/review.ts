/** `pulumi-ecr review`: judges documents, or a change of one. What it does is loaded when it runs. */

import { Command, Option } from "commander";
import { type ContextOptions, withContext } from "../review/options.ts";

interface Options extends ContextOptions {
  readonly kind: "repository-policy" | "registry-policy" | "lifecycle-policy";
  readonly before?: string;
  readonly after?: string;
  readonly format: "text" | "json";
  readonly failOn?: readonly string[];
}

export const review = withContext(new Command("review"))
  .description(
    "Judge access policies and lifecycle policies: what is wrong with them, what they allow, what a change does.",
  )
  .argument("[file...]", "documents; - is standard input")
  .addOption(
    new Option("--kind <kind>", "what the documents are")
      .choices(["repository-policy", "registry-policy", "lifecycle-policy"])
      .default("repository-policy"),
  )
  .option("--before <file>", "with --after: the document before a change; leave it out for a new one")
  .option("--after <file>", "the document after a change; leave it out for one that is removed")
  .addOption(new Option("--format <format>", "how the result is written").choices(["text", "json"]).default("text"))
  .option(
    "--fail-on <list>",
    "what makes the exit code 2: error, warning, note, gain, loss, outside-gain, undecided, or rules by id (default: error, and outside-gain for a change)",
    (text: string) => text.split(",").map((part) => part.trim()),
  )
  .action(async (files: string[], options: Options) => {
    const { runReview } = await import("../review/run.ts");
    const { text, exitCode } = runReview(files, options);
    process.stdout.write(text);
    process.exitCode = exitCode;
  });
