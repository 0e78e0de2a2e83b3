/** The options of `drift`, and what one run comes to. */

import type { DriftConfig } from "../../../drift/accept/config.ts";
import type { Named } from "../../../drift/accept/select.ts";
import type { Accepted } from "../../../drift/accept/waive.ts";
import type { DriftReport, Shard } from "../../../drift/report/report.ts";
import type { NotifyOptions } from "../../notify/options.ts";
import type { ConnectionOptions } from "../../shared/connection.ts";
import type { OutputOptions } from "../../shared/output.ts";
import type { StackInputs } from "./inputs.ts";

export interface DriftCommand extends ConnectionOptions, OutputOptions, NotifyOptions, StackInputs {
  readonly assumeRole?: string;
  readonly config?: string;
  readonly failOn?: readonly string[];
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  readonly targets?: string;
  readonly coverage: boolean;
  readonly images?: true;
  readonly since?: Date;
  readonly baseline?: string;
  readonly accept?: string | true;
  readonly until?: string;
  readonly shard?: Shard;
  readonly merge?: readonly string[];
  readonly permissions?: true;
  readonly watch?: number;
  readonly listen: string;
  readonly concurrency: number;
  readonly exitZero?: true;
}

/** One run and what it comes to. */
export interface Round {
  readonly report: DriftReport;
  readonly exitCode: number;
}

export interface Settled {
  readonly config: DriftConfig;
  readonly isWanted: (named: Named) => boolean;
  readonly accepted: ReadonlyMap<string, Accepted>;
  readonly readBaseline: (value: unknown) => ReadonlyMap<string, Accepted>;
}
