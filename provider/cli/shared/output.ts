/** Which formats there are, and where reports go: one format to stdout, others to files. */

import { type Command, InvalidArgumentError, Option } from "commander";
import type { Document } from "../report/document.ts";
import type { Findings } from "../report/findings.ts";
import { writeAnnotations } from "../report/formats/annotations.ts";
import { writeCodeQuality } from "../report/formats/code-quality.ts";
import { writeHtml } from "../report/formats/html.ts";
import { type TestSuite, writeJunit } from "../report/formats/junit.ts";
import { writeMarkdown } from "../report/formats/markdown.ts";
import { type Metric, writePrometheus } from "../report/formats/prometheus.ts";
import { writeRdformat } from "../report/formats/rdformat.ts";
import { writeSarif } from "../report/formats/sarif.ts";
import { plainScreen, screenOf, writeText } from "../report/formats/text.ts";
import { writeJson, writeJsonLines } from "../report/json.ts";
import { pairOf } from "./option-parsers.ts";
import { saveText } from "./save.ts";
import { print, printAnnotations } from "./streams.ts";

/** Where a document is shown: what is best there differs. */
export type Medium = "text" | "markdown" | "html";

/** A report of which every command has these; what is not asked for is not made. */
export interface Report {
  readonly document: (medium: Medium) => Document;
  /** The object that `--format json` prints. */
  readonly json: () => object;
}

/** A report of findings. */
export interface FindingsReport extends Report {
  readonly findings: () => Findings;
  readonly tests: () => readonly TestSuite[];
}

/** A report that is also a series of records and of figures. */
export interface SeriesReport extends FindingsReport {
  readonly lines: () => readonly object[];
  readonly metrics: () => readonly Metric[];
}

/** Formats by name, each with what writes it. */
export type Formats<R extends Report> = Readonly<Record<string, (report: R) => string>>;

export const documentFormats = {
  text: ({ document }) => writeText(document("text"), plainScreen),
  json: ({ json }) => writeJson(json()),
  markdown: ({ document }) => writeMarkdown(document("markdown")),
  html: ({ document }) => writeHtml(document("html")),
} as const satisfies Formats<Report>;

export const findingsFormats = {
  ...documentFormats,
  sarif: ({ findings }) => writeSarif(findings()),
  junit: ({ tests }) => writeJunit(tests()),
  annotations: ({ findings }) => writeAnnotations(findings()),
  "code-quality": ({ findings }) => writeCodeQuality(findings()),
  rdformat: ({ findings }) => writeRdformat(findings()),
} as const satisfies Formats<FindingsReport>;

export const seriesFormats = {
  ...findingsFormats,
  jsonl: ({ lines }) => writeJsonLines(lines()),
  prometheus: ({ metrics }) => writePrometheus(metrics()),
} as const satisfies Formats<SeriesReport>;

/** What `withOutput` makes of the command line. */
export interface OutputOptions {
  readonly format: string;
  readonly output: readonly { readonly format: string; readonly file: string }[];
}

/** Adds `--format` and `--output FORMAT=FILE`. */
export function withOutput<R extends Report>(command: Command, formats: Formats<R>): Command {
  const names = Object.keys(formats);
  const parse = (text: string, before: OutputOptions["output"]): OutputOptions["output"] => {
    const [format = "", file = ""] = pairOf(text, "=") ?? [];
    if (!names.includes(format) || file === "")
      throw new InvalidArgumentError(`Give FORMAT=FILE, where FORMAT is one of ${names.join(", ")}.`);
    return [...before, { format, file }];
  };
  return command
    .addOption(new Option("--format <format>", "what goes to standard output").choices(names).default("text"))
    .option("--output <format=file>", "write a report to a file as well; repeatable", parse, []);
}

/** Writes the reports that go to files. Throws ProviderError for a file that cannot be written. */
export function writeOutputs<R extends Report>(report: R, formats: Formats<R>, output: OutputOptions["output"]): void {
  for (const { format, file } of output)
    saveText(file, formats[format]?.(report) ?? "", { what: `the ${format} report` });
}

/** Writes the report. Throws ProviderError for a file that cannot be written. */
export function writeReport<R extends Report>(report: R, formats: Formats<R>, { format, output }: OutputOptions): void {
  writeOutputs(report, formats, output);
  if (format === "text") print(writeText(report.document("text"), screenOf(process.stdout, process.env)));
  else (format === "annotations" ? printAnnotations : print)(formats[format]?.(report) ?? "");
}
