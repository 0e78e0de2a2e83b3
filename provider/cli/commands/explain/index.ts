/**
 * `pulumi-ecr explain FILE`: who may do what, in plain words.
 *
 * Lives here: the options of `explain`, and the text that it prints.
 * May not live here: the analysis of policies (`provider/policy/`, `provider/lifecycle/`).
 */

import { Command, Option } from "commander";
import { type ContextOptions, withContext } from "../../shared/context.ts";
import { exitCodesHelp } from "../../shared/exit-codes.ts";
import { print } from "../../shared/streams.ts";

interface Options extends ContextOptions {
  readonly kind?: "repository-policy" | "registry-policy" | "lifecycle-policy";
}

export const explain = withContext(new Command("explain"))
  .description("Say in plain words what a policy allows whom; of a lifecycle policy, what each rule does.")
  .argument("<file>", "the document; - is standard input")
  .addOption(
    new Option("--kind <kind>", "what the document is (default: what it looks like)").choices([
      "repository-policy",
      "registry-policy",
      "lifecycle-policy",
    ]),
  )
  .addHelpText(
    "after",
    exitCodesHelp({
      blocked: "AWS would refuse the document",
      incomplete: "the access that a part of the document grants could not be determined",
    }),
  )
  .action(async (file: string, options: Options) => {
    const { explainFile } = await import("./run.ts");
    const { text, exitCode } = explainFile(file, options);
    print(text);
    process.exitCode = exitCode;
  });
