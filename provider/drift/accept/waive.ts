/** What is found and let pass: by an ignore of the configuration, with its reason, or because the baseline knows it. */

import { type DriftFinding, finding, type RuleId } from "../../declared/remark.ts";
import { matchesWildcard } from "../../text/glob.ts";
import { isOver } from "../../text/moment.ts";
import { printable } from "../../text/printable.ts";
import { countClasses, type DriftReport, type DriftResource } from "../report/report.ts";
import { isNamed } from "./select.ts";

/** Every member that is there must fit. */
export interface Ignore {
  readonly reason: string;
  /** Last day on which it counts, `2026-12-31`, or the moment until which it does. */
  readonly until?: string;
  readonly resource?: string;
  readonly account?: string;
  readonly region?: string;
  readonly path?: string;
  readonly finding?: readonly string[];
}

/** A finding that somebody has accepted. */
export interface Accepted {
  readonly fingerprint: string;
  readonly reason: string;
  readonly until?: string | undefined;
}

export interface Waivers {
  readonly ignore: readonly Ignore[];
  readonly accepted: ReadonlyMap<string, Accepted>;
  /** Now, in milliseconds. */
  readonly at: number;
}

/** The findings that make a resource changed, missing or unmanaged, and can be let pass. */
export const driftIds: ReadonlySet<string> = new Set<RuleId>([
  "access-gain",
  "access-loss",
  "retention",
  "expires-tonight",
  "setting",
  "cosmetic",
  "missing",
  "unmanaged",
]);

/** The report with what is let pass as notes; a resource of which nothing else is left is `ignored`. */
export function waive(report: DriftReport, waivers: Waivers): DriftReport {
  const live = waivers.ignore.filter(({ until }) => !isOver(until, waivers.at));
  const resources = report.resources.map((resource) => waived(resource, live, waivers));
  const expired = waivers.ignore
    .filter(({ until }) => isOver(until, waivers.at))
    .map(({ reason, until }) =>
      finding("ignore-expired", `an ignore was over on ${until}: ${printable(reason, 500)}; renew or remove it`, {
        account: "",
        region: "",
        type: "",
        id: reason,
        live: until,
      }),
    );
  return {
    ...report,
    summary: { ...report.summary, ...countClasses(resources) },
    resources,
    findings: [...report.findings, ...expired],
  };
}

function waived(resource: DriftResource, ignore: readonly Ignore[], { accepted, at }: Waivers): DriftResource {
  let left = false;
  let some = false;
  const findings = resource.findings.map((found): DriftFinding => {
    if (!driftIds.has(found.id)) return found;
    const reason = ignore.find((entry) => fits(entry, resource, found));
    const known = accepted.get(found.fingerprint);
    if (!reason && (!known || isOver(known.until, at))) {
      left = true;
      return found;
    }
    some = true;
    const id = reason ? "ignored" : "accepted";
    const why = printable(reason?.reason ?? known?.reason ?? "", 500);
    return { ...found, id, level: "note", message: `${found.message} (${id}: ${why})` };
  });
  if (!some) return resource;
  const isDrift = resource.class === "changed" || resource.class === "missing" || resource.class === "unmanaged";
  return { ...resource, findings, ...(isDrift && !left ? { class: "ignored" as const, fix: null } : {}) };
}

function fits(entry: Ignore, resource: DriftResource, found: DriftFinding): boolean {
  const matches = (pattern: string | undefined, text: string) =>
    pattern === undefined || matchesWildcard(pattern, text);
  return (
    (entry.resource === undefined || isNamed(entry.resource, resource)) &&
    matches(entry.account, resource.account) &&
    matches(entry.region, resource.region) &&
    matches(entry.path, found.path ?? "") &&
    (entry.finding === undefined || entry.finding.includes(found.id))
  );
}
