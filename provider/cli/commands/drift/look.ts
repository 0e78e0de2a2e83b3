/** Looks at the registries once: stacks in, a report out, before anything of it is let pass. */

import { catalog } from "../../../catalog.ts";
import { accessOf, nothingSaid, type Overrides } from "../../../declared/provider-inputs.ts";
import { tolerating } from "../../../drift/compare/tolerate.ts";
import type { DriftReport } from "../../../drift/report/report.ts";
import { askWho, openTrail } from "../../../drift/report/who.ts";
import { runDrift } from "../../../drift/run.ts";
import type { ConnectionSettings } from "../../../gateway/settings.ts";
import { version } from "../../../package.ts";
import { progress } from "../../shared/streams.ts";
import { readStacks } from "./inputs.ts";
import type { DriftCommand, Settled } from "./options.ts";

export async function look(
  options: DriftCommand,
  { config, isWanted }: Settled,
  signal: AbortSignal,
): Promise<DriftReport> {
  const overrides: Overrides = options;
  const stacks = await readStacks(catalog, options, overrides);
  const progress = progressLine();
  const { report, registries } = await runDrift(
    stacks,
    {
      catalog,
      version,
      fallback: accessOf("pulumi:providers:ecr", nothingSaid, {}, overrides).access,
      coverage: options.coverage,
      images: options.images === true,
      concurrency: options.concurrency,
      trusted: config,
      tolerated: tolerating(config.tolerate),
      shard: options.shard,
      isWanted,
      progress: progress.show,
    },
    signal,
  );
  progress.clear();
  return options.since === undefined || signal.aborted
    ? report
    : withAuthors(report, registries, options.since, signal);
}

async function withAuthors(
  report: DriftReport,
  registries: ReadonlyMap<string, ConnectionSettings>,
  since: Date,
  signal: AbortSignal,
): Promise<DriftReport> {
  const trails = new Map<string, Awaited<ReturnType<typeof openTrail>>>();
  for (const [place, settings] of registries)
    trails.set(place, await openTrail(settings, place.split("/")[1] ?? "", since, signal));
  try {
    return await askWho(report, catalog, (account, region) => trails.get(`${account}/${region}`)?.calls);
  } finally {
    for (const trail of trails.values()) trail.close();
  }
}

/** A passing line on a terminal; nothing elsewhere. */
function progressLine(): { show: (done: number, of: number) => void; clear: () => void } {
  if (!progress.isShown()) return { show() {}, clear() {} };
  let last = 0;
  return {
    show(done, of) {
      if (Date.now() - last < 100) return;
      last = Date.now();
      progress.show(`${done} of ${of} read`);
    },
    clear: progress.clear,
  };
}
