/** What files beside the stacks say: configuration, targets and baseline. Read once, before anything is sent. */

import { parseBaseline } from "../../../drift/accept/baseline.ts";
import { noConfig, parseConfig } from "../../../drift/accept/config.ts";
import { selection } from "../../../drift/accept/select.ts";
import { exists, placeOf } from "../../shared/bytes.ts";
import { readJson, readLines, readText } from "../../shared/files.ts";
import type { DriftCommand, Settled } from "./options.ts";

const usualConfig = "drift.yaml";

/** Throws ProviderError for files that cannot be read. A baseline that is about to be written may not be there yet. */
export function settle(options: DriftCommand): Settled {
  const { baseline, accept, targets } = options;
  const file = options.config ?? (exists(usualConfig) ? usualConfig : undefined);
  const config =
    file === undefined
      ? noConfig
      : parseConfig(placeOf(file, "the configuration"), readText(file, "the configuration"));
  const named = targets === undefined ? [] : readLines(targets, "the targets");
  const what = "the baseline";
  const readBaseline = (value: unknown) => parseBaseline(placeOf(baseline ?? "", what), value);
  const isNew = baseline === undefined || (accept !== undefined && !exists(baseline));
  // Targets that name nothing would otherwise be all that there is.
  const only = targets !== undefined && named.length === 0 ? [""] : [...config.only, ...options.only, ...named];
  return {
    config,
    isWanted: selection(only, [...config.exclude, ...options.exclude]),
    accepted: isNew ? new Map() : readBaseline(readJson(baseline ?? "", what)),
    readBaseline,
  };
}
