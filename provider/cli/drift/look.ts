/** Looks at the registries once: stacks in, a report out, before anything of it is let pass. */

import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { catalog } from "../../catalog.ts";
import { valueMap } from "../../define/value.ts";
import { accessOf, type Overrides } from "../../drift/provider-inputs.ts";
import type { DriftReport } from "../../drift/report.ts";
import { runDrift } from "../../drift/run.ts";
import { tolerating } from "../../drift/tolerate.ts";
import { askWho, openTrail } from "../../drift/who.ts";
import type { ConnectionSettings } from "../../gateway/settings.ts";
import { version } from "../../package.ts";
import type { DriftCommand } from "./command.ts";
import { readStacks } from "./inputs.ts";
import type { Settled } from "./settle.ts";

export async function look(
  options: DriftCommand,
  { config, isWanted }: Settled,
  signal: AbortSignal,
): Promise<DriftReport> {
  const overrides: Overrides = options;
  keepHeapSmall();
  const stacks = await readStacks(catalog, options, overrides);
  const progress = progressLine();
  const { report, registries } = await runDrift(
    stacks,
    {
      catalog,
      version,
      fallback: accessOf("pulumi:providers:ecr", valueMap(), {}, overrides),
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

/** The young generation takes this much, in bytes; smaller, answers that are under way would be taken for old. */
const youngest = 16 * 1024 * 1024;
/** Node cuts small buffers from larger ones, and one of them that gets old keeps all of its like. */
const bufferPool = 8 * 1024;

/**
 * Exports and answers are garbage as soon as they are read; a heap that grows with them would only keep more of it, and
 * what it has grown by is not given back. V8 takes a limit of the young generation only when it starts, so its growth is ended
 * once it has the size.
 */
function keepHeapSmall(): void {
  Buffer.poolSize = bufferPool;
  setFlagsFromString("--heap-growing-percent=30");
  const steer = () => {
    const size = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
    setFlagsFromString(`--semi-space-growth-factor=${size < youngest ? 2 : 1}`);
  };
  steer();
  setInterval(steer, 10).unref();
}

/** A passing line on a terminal; nothing elsewhere. */
function progressLine(): { show: (done: number, of: number) => void; clear: () => void } {
  if (!process.stderr.isTTY) return { show() {}, clear() {} };
  let last = 0;
  return {
    show(done, of) {
      if (Date.now() - last < 100) return;
      last = Date.now();
      process.stderr.write(`\r${done} of ${of} read`);
    },
    clear: () => process.stderr.write("\r\u001b[K"),
  };
}
