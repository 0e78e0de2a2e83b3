/** A file of accepted findings, so that a run tells only what is new. It is sorted and holds no policy, only what was said. */

import { ProviderError } from "../../text/errors.ts";
import { isOver } from "../../text/moment.ts";
import { isMap } from "../../text/value.ts";
import type { DriftReport } from "../report/report.ts";
import { type Accepted, driftIds } from "./waive.ts";

/** Throws InvalidInput for what is not a baseline; `place` names it, `the baseline from FILE`. */
export function parseBaseline(place: string, value: unknown): ReadonlyMap<string, Accepted> {
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", `reading ${place}: ${why}; write a new one with --accept`);
  };
  if (!isMap(value) || value["schemaVersion"] !== 1 || !Array.isArray(value["accepted"]))
    refuse("it is not of schemaVersion 1");
  const entries = ((value as { accepted: unknown[] }).accepted ?? []).map((entry) => {
    if (!isMap(entry) || typeof entry["fingerprint"] !== "string" || typeof entry["reason"] !== "string")
      return refuse("an entry has no fingerprint or no reason");
    const until = entry["until"];
    return {
      fingerprint: entry["fingerprint"],
      reason: entry["reason"],
      until: typeof until === "string" ? until : undefined,
    };
  });
  return new Map(entries.map((entry) => [entry.fingerprint, entry]));
}

/**
 * The text of a baseline that accepts all that a report has found: entries that are known keep their reason and day while
 * they last; those that no longer occur go.
 */
export function baselineOf(
  report: DriftReport,
  known: ReadonlyMap<string, Accepted>,
  entry: { readonly reason: string; readonly until: string | undefined; readonly at: number },
): string {
  const accepted = report.resources.flatMap(({ urn, type, id, account, region, findings }) =>
    findings
      .filter((found) => driftIds.has(found.id) || found.id === "accepted")
      .map(({ fingerprint, id: finding, message }) => {
        const before = known.get(fingerprint);
        const kept = before && !isOver(before.until, entry.at) ? before : entry;
        return {
          fingerprint,
          reason: kept.reason,
          ...(kept.until === undefined ? {} : { until: kept.until }),
          finding,
          resource: urn ?? `${type} ${id}`,
          registry: `${account}/${region}`,
          message,
        };
      }),
  );
  accepted.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0));
  return `${JSON.stringify({ schemaVersion: 1, accepted }, undefined, 2)}\n`;
}
