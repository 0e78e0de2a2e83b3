/** Where reports go: one format to stdout, others to files. */

import { writeFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { ProviderError } from "../../errors.ts";
import type { Document } from "./document.ts";
import { writeHtml } from "./html.ts";
import { writeMarkdown } from "./markdown.ts";
import { plainScreen, screenOf, writeText } from "./text.ts";

/** A report in all of its formats; what is not asked for is not made. */
export interface Report {
  readonly document: () => Document;
  /** The object that `--format json` prints. */
  readonly json: () => object;
}

const writers = {
  text: ({ document }: Report) => writeText(document(), plainScreen),
  json: ({ json }: Report) => `${JSON.stringify(json(), undefined, 2)}\n`,
  markdown: ({ document }: Report) => writeMarkdown(document()),
  html: ({ document }: Report) => writeHtml(document()),
} as const;

export type Format = keyof typeof writers;
export const formats = Object.keys(writers) as Format[];

export interface OutputOptions {
  readonly format: Format;
  readonly output: readonly { readonly format: Format; readonly file: string }[];
}

/** Parser of `--output FORMAT=FILE`, repeatable. */
export function outputOption(text: string, before: OutputOptions["output"] = []): OutputOptions["output"] {
  const [format = "", ...rest] = text.split("=");
  const file = rest.join("=");
  if (!(formats as string[]).includes(format) || file === "")
    throw new InvalidArgumentError(`Give FORMAT=FILE, where FORMAT is one of ${formats.join(", ")}.`);
  return [...before, { format: format as Format, file }];
}

/** Writes the report. Throws ProviderError for a file that cannot be written. */
export function writeReport(report: Report, { format, output }: OutputOptions): void {
  for (const { format: wanted, file } of output) {
    try {
      writeFileSync(file, writers[wanted](report));
    } catch (error) {
      throw new ProviderError("InvalidInput", `writing the ${wanted} report to ${file}: ${(error as Error).message}`);
    }
  }
  process.stdout.write(
    format === "text" ? writeText(report.document(), screenOf(process.stdout, process.env)) : writers[format](report),
  );
}
