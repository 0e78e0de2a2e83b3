/** `pulumi-ecr drift`: whether what is live is what was declared, without the engine and without writing anything. */

import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { catalog } from "../../catalog.ts";
import { valueMap } from "../../define/value.ts";
import { accessOf, type Overrides } from "../../drift/provider-inputs.ts";
import type { DriftReport } from "../../drift/report.ts";
import { runDrift } from "../../drift/run.ts";
import { tolerating } from "../../drift/tolerate.ts";
import { ProviderError } from "../../errors.ts";
import { version } from "../../package.ts";
import { type ConnectionOptions, withConnection } from "../connection.ts";
import { driftFormats, written } from "../drift/formats.ts";
import { readStacks, type StackInputs } from "../drift/inputs.ts";
import { screenOf } from "../report/text.ts";

interface Options extends ConnectionOptions, StackInputs {
  readonly assumeRole?: string;
  readonly coverage: boolean;
  readonly images?: true;
  readonly concurrency: number;
  readonly exitZero?: true;
  readonly format: string;
  readonly output: readonly Output[];
}

interface Output {
  readonly format: string;
  readonly file: string;
}

const names = Object.keys(driftFormats);

export const drift = withConnection(new Command("drift"))
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
  .addOption(new Option("--format <format>", "what goes to standard output").choices(names).default("text"))
  .option("--output <format=file>", "write a report to a file as well; repeatable", outputOption, [])
  .option("--exit-zero", "exit with 0 whatever is found; errors still exit with 1")
  .addHelpText(
    "after",
    "\nExit codes: 0 in sync · 1 error · 2 drift · 3 something could not be read, and nothing worse was found",
  )
  .action(async (options: Options) => {
    const report = await look(options);
    write(report, options);
    process.exitCode = options.exitZero ? 0 : exitCodeOf(report);
  });

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 to 999.");
  return Number(text);
}

function outputOption(text: string, before: readonly Output[]): readonly Output[] {
  const [format = "", ...rest] = text.split("=");
  const file = rest.join("=");
  if (!names.includes(format) || file === "")
    throw new InvalidArgumentError(`Give FORMAT=FILE, where FORMAT is one of ${names.join(", ")}.`);
  return [...before, { format, file }];
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

function write(report: DriftReport, { format, output }: Options): void {
  for (const { format: wanted, file } of output) {
    try {
      writeFileSync(file, written(wanted, report));
    } catch (error) {
      throw new ProviderError("InvalidInput", `writing the ${wanted} report to ${file}: ${(error as Error).message}`);
    }
  }
  process.stdout.write(written(format, report, screenOf(process.stdout, process.env)));
}
