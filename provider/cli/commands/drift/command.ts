/** One call of `pulumi-ecr drift`: which of its ways it goes, what is written, and with what it exits. */

import { catalog } from "../../../catalog.ts";
import { baselineOf } from "../../../drift/accept/baseline.ts";
import { checkFailOn, defaultFailOn, exitCodeOf } from "../../../drift/accept/verdict.ts";
import { waive } from "../../../drift/accept/waive.ts";
import { readOnlyPolicy } from "../../../drift/permissions.ts";
import { mergeReports, parseReport } from "../../../drift/report/merge.ts";
import type { DriftReport } from "../../../drift/report/report.ts";
import { ProviderError } from "../../../text/errors.ts";
import { day } from "../../../text/moment.ts";
import { printable } from "../../../text/printable.ts";
import { notify } from "../../notify/notify.ts";
import { writeJson } from "../../report/json.ts";
import { placeOf } from "../../shared/bytes.ts";
import { readJson } from "../../shared/files.ts";
import { seriesFormats, writeReport } from "../../shared/output.ts";
import { saveText } from "../../shared/save.ts";
import { withoutSecrets } from "../../shared/secrets.ts";
import { note, print } from "../../shared/streams.ts";
import { keepHeapSmall } from "./heap.ts";
import { look } from "./look.ts";
import type { DriftCommand, Round, Settled } from "./options.ts";
import { driftOutput } from "./output.ts";
import { settle } from "./settle.ts";
import { watch } from "./watch.ts";

/** Answers the exit code. Throws ProviderError for what cannot be meant or reached. */
export async function runCommand(options: DriftCommand): Promise<number> {
  if (options.permissions) {
    const policy = readOnlyPolicy(catalog, { images: options.images === true, trail: options.since !== undefined });
    print(writeJson(policy));
    return 0;
  }
  refuseCombinations(options);
  const settled = settle(options);
  checkFailOn(failOnOf(options, settled));
  if (!options.merge) keepHeapSmall();
  if (options.watch !== undefined) return watch(options, options.watch, (signal) => once(options, settled, signal));
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    const { report, exitCode } = await once(options, settled, interruption.signal);
    writeReport(driftOutput(report), seriesFormats, options);
    for (const line of await notify(report, options)) note(line);
    return exitCode;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

async function once(options: DriftCommand, settled: Settled, signal: AbortSignal): Promise<Round> {
  const found = options.merge
    ? mergeReports(options.merge.map((file) => parseReport(placeOf(file, "the report"), readJson(file, "the report"))))
    : await look(options, settled, signal);
  const report = accepted(options, settled, found);
  const shown = shownOf(report);
  if (options.exitZero) return { report: shown, exitCode: 0 };
  return { report: shown, exitCode: signal.aborted ? 3 : exitCodeOf(report, failOnOf(options, settled)) };
}

/** Without what is secret in a state; a command with a secret in it would do nothing, and has names that are made of it. */
function shownOf(report: DriftReport): DriftReport {
  const shown = withoutSecrets(report);
  const resources = shown.resources.map((one, index) => {
    return one.fix === report.resources[index]?.fix ? one : { ...one, fix: null };
  });
  return { ...shown, resources };
}

function failOnOf({ failOn }: DriftCommand, { config }: Settled): readonly string[] {
  return failOn ?? config.failOn ?? defaultFailOn;
}

/** The report without what is ignored or accepted; with --accept, the baseline is written first. */
function accepted({ accept, until, baseline }: DriftCommand, settled: Settled, found: DriftReport): DriftReport {
  const { ignore } = settled.config;
  const at = Date.now();
  let known = settled.accepted;
  if (accept !== undefined && baseline !== undefined) {
    const inNinetyDays = new Date(at + 90 * day).toISOString().slice(0, 10);
    const entry = {
      reason: accept === true ? "accepted as it is" : printable(accept, 500),
      until: until ?? inNinetyDays,
      at,
    };
    const text = baselineOf(shownOf(waive(found, { ignore, accepted: new Map(), at })), known, entry);
    saveText(baseline, text, { what: "the baseline" });
    known = settled.readBaseline(JSON.parse(text));
  }
  return waive(found, { ignore, accepted: known, at });
}

function refuseCombinations(options: DriftCommand): void {
  const { file, stack, terraform, merge, accept, baseline, until, watch: seconds } = options;
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", `looking for drift: ${why}`);
  };
  const inputs = file.length + stack.length + terraform.length;
  if (merge && inputs > 0)
    refuse("--merge joins reports that are there; give it without --file, --stack and --terraform");
  if (!merge && inputs === 0)
    refuse("give --file EXPORT.json, --stack NAME or --terraform STATE, to say what is declared");
  if ([...file, ...terraform].filter((name) => name === "-").length > 1)
    refuse("standard input can be read once; give the other files by name");
  if (accept !== undefined && baseline === undefined)
    refuse("--accept writes a baseline; say which with --baseline FILE");
  if (until !== undefined && accept === undefined) refuse("--until goes only with --accept");
  if (seconds !== undefined && (merge || accept !== undefined || [...file, ...terraform].includes("-")))
    refuse("--watch reads its inputs again each time; give files or stacks, without --merge and --accept");
  if (seconds !== undefined && options.notify.length > 0 && options.notifyState === undefined)
    refuse("--watch with --notify would tell the same again at each run; add --notify-state FILE");
}
