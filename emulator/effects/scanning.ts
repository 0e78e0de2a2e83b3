/** Which repositories are scanned, and when, as the registry's and the repository's own configuration say. */

import { matchesScanFilter } from "../documents/match.ts";
import type { NameFilter, Registry, Repository } from "../state/store.ts";

export interface Scanning {
  /** Absent: enhanced scanning leaves this repository out. */
  scanFrequency?: string;
  /** The filters that match, of every rule. */
  appliedScanFilters: NameFilter[];
}

/** What the registry's rules make of a repository: CONTINUOUS_SCAN beats SCAN_ON_PUSH, no match is MANUAL or nothing. */
export function scanningOf({ scanningConfiguration }: Registry, { name }: Pick<Repository, "name">): Scanning {
  const { scanType = "BASIC", rules = [] } = scanningConfiguration ?? {};
  const matching = rules
    .map(({ scanFrequency, repositoryFilters }) => ({
      scanFrequency,
      filters: repositoryFilters.filter((filter) => matchesScanFilter(filter, name)),
    }))
    .filter(({ filters }) => filters.length > 0);
  const appliedScanFilters = matching.flatMap(({ filters }) => filters);
  for (const scanFrequency of ["CONTINUOUS_SCAN", "SCAN_ON_PUSH", "MANUAL"]) {
    if (matching.some((rule) => rule.scanFrequency === scanFrequency)) return { scanFrequency, appliedScanFilters };
  }
  return { ...(scanType === "BASIC" ? { scanFrequency: "MANUAL" } : {}), appliedScanFilters };
}
