/** What a run is asked, and what it collects on the way. */

import type { Catalog } from "../../catalog.ts";
import type { Access } from "../../declared/provider-inputs.ts";
import type { DriftFinding } from "../../declared/remark.ts";
import type { Named } from "../accept/select.ts";
import type { Trusted } from "../compare/place.ts";
import type { Tolerated } from "../compare/tolerate.ts";
import type { Unmanaged } from "../report/fix.ts";
import type { DriftResource, Shard } from "../report/report.ts";
import type { Presence } from "./present.ts";

export interface RunOptions {
  readonly catalog: Catalog;
  readonly version: string;

  /** For a run in which nothing is declared. */
  readonly fallback: Access;
  readonly coverage: boolean;
  readonly images: boolean;
  readonly concurrency: number;
  readonly trusted: Trusted;
  readonly tolerated: Tolerated;
  readonly shard?: Shard | undefined;

  /** What is looked at; what it refuses still counts as declared. */
  readonly isWanted: (named: Named) => boolean;

  /** Called now and then with how many of how many are read. */
  readonly progress?: (done: number, of: number) => void;
}

/** What is collected on the way; complete at any moment for what was read so far. */
export interface Findings {
  resources: DriftResource[];
  readonly findings: DriftFinding[];
  readonly incomplete: Set<string>;
  readonly present: Presence;
  expected: number;
  readonly unmanaged: Unmanaged[];
}
