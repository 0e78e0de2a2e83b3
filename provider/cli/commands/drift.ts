/** `pulumi-ecr drift`: whether what is live is what was declared, without the engine and without writing anything. */

import { Command, InvalidArgumentError } from "commander";
import { catalog } from "../../catalog.ts";
import { valueMap } from "../../define/value.ts";
import { accessOf, type Overrides } from "../../drift/provider-inputs.ts";
import type { DriftReport } from "../../drift/report.ts";
import { runDrift } from "../../drift/run.ts";
import { tolerating } from "../../drift/tolerate.ts";
import { ProviderError } from "../../errors.ts";
import { version } from "../../package.ts";
import { type ConnectionOptions, withConnection } from "../connection.ts";
import { readStacks, type StackInputs } from "../drift/inputs.ts";
import { driftOutput } from "../drift/output.ts";
import { type OutputOptions, seriesFormats, withOutput, writeReport } from "../report/output.ts";

interface Options extends ConnectionOptions, OutputOptions, StackInputs {
  readonly assumeRole?: string;
  readonly coverage: boolean;
  readonly images?: true;
  readonly concurrency: number;
  readonly exitZero?: true;
}

export const drift = withOutput(withConnection(new Command("drift")), seriesFormats)
  .description(
    "Say whether the live registry is still what was declared, what changed and what it means; nothing is written to AWS.",
  )
  .option("--file <export>", "what `pulumi stack export` printed; - is standard input; repeatable", gather, [])
  .option("--stack <name>", "have the Pulumi CLI export this stack; repeatable", gather, [])
  .option("--cwd <dir>", "with --stack: the project's folder")
  .option("--assume-role <arn>", "role to assume; {account} stands for the account of each resource")
  .option("--no-coverage", "read only what is declared, and do not look for what nobody declares")
  .option("--images", "say what a changed lifecycle policy does to the images that are there")
  .option("--concurrency <n>", "calls in flight at once for each connection", wholeNumber, 12)
  .option("--exit-zero", "exit with 0 whatever is found; errors still exit with 1")
  .addHelpText(
    "after",
    "\nExit codes: 0 in sync · 1 error · 2 drift · 3 something could not be read, and nothing worse was found",
  )
  .action(async (options: Options) => {
    const report = await look(options);
    writeReport(driftOutput(report), seriesFormats, options);
    process.exitCode = options.exitZero ? 0 : exitCodeOf(report);
  });

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 to 999.");
  return Number(text);
}

async function look(options: Options): Promise<DriftReport> {
  if (options.file.length + options.stack.length === 0)
    throw new ProviderError(
      "InvalidInput",
      "looking for drift: give --file EXPORT.json or --stack NAME, to say what is declared",
    );
  const overrides: Overrides = options;
  const stacks = await readStacks(catalog, options, overrides);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await runDrift(
      stacks,
      {
        catalog,
        version,
        fallback: accessOf("pulumi:providers:ecr", valueMap(), {}, overrides),
        coverage: options.coverage,
        images: options.images === true,
        concurrency: options.concurrency,
        trustedAccounts: [],
        tolerated: tolerating([]),
        isWanted: () => true,
      },
      interruption.signal,
    );
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function exitCodeOf({ summary, incomplete }: DriftReport): number {
  if (summary.changed + summary.missing + summary.unmanaged > 0) return 2;
  return summary.unreadable > 0 || incomplete.length > 0 ? 3 : 0;
}
