/** What a resource of a drift report is called in one line. */

import type { DriftResource } from "../../drift/report/report.ts";

/** The resource in one line, the same in every run. */
export function subjectOf({ urn, type, id, account, region }: DriftResource): string {
  return urn ?? `${type} ${id} in ${account}/${region}`;
}
