/** Reports of shards, or of several runs, as one. */

import reportSchema from "../../../schema/drift-report.schema.json" with { type: "json" };
import { compileSchema } from "../../define/validator.ts";
import { ProviderError } from "../../text/errors.ts";
import { formatPath } from "../../text/path.ts";
import { byPlace, type Coverage, countClasses, type DriftReport, type DriftResource, schemaVersion } from "./report.ts";

const validate = compileSchema(reportSchema);

/** Throws InvalidInput for what is not a report of this version; `place` names it, `the report from FILE`. */
export function parseReport(place: string, value: unknown): DriftReport {
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", `reading ${place}: ${why}; give what --format json printed`);
  };
  const [problem] = validate(value);
  if (problem) refuse(`${formatPath(problem.path) || "it"} ${problem.message}`);
  return value as DriftReport;
}

/**
 * One report of several. Where they are shards, one that is missing makes the whole incomplete. Throws InvalidInput for
 * shards of different cuts and for a shard that is there twice.
 */
export function mergeReports(reports: readonly DriftReport[]): DriftReport {
  const incomplete = new Set([...reports.flatMap((report) => report.incomplete), ...missingShards(reports)]);
  const resources = distinct(reports.flatMap((report) => report.resources));
  const findings = new Map(
    reports.flatMap((report) => report.findings.map((found) => [found.fingerprint, found] as const)),
  );
  return {
    schemaVersion,
    summary: {
      ...countClasses(resources),
      coverage: joined(reports.map(({ summary }) => summary.coverage)),
      calls: reports.reduce((sum, { summary }) => sum + summary.calls, 0),
    },
    resources,
    findings: [...findings.values()],
    incomplete: [...incomplete].sort(),
  };
}

function distinct(resources: readonly DriftResource[]): DriftResource[] {
  const key = ({ urn, type, id, account, region, source }: DriftResource) =>
    JSON.stringify([urn, type, id, account, region, source?.stack]);
  return [...new Map(resources.map((resource) => [key(resource), resource])).values()].sort(byPlace);
}

function missingShards(reports: readonly DriftReport[]): string[] {
  const shards = reports.flatMap(({ shard }) => shard ?? []);
  const [first] = shards;
  if (!first) return [];
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", `merging reports: ${why}; merge the shards of one run`);
  };
  if (shards.some(({ of }) => of !== first.of)) refuse("they are shards of different cuts");
  const indexes = shards.map(({ index }) => index);
  if (new Set(indexes).size < indexes.length) refuse("a shard is there twice");
  return Array.from({ length: first.of }, (_, place) => place + 1)
    .filter((index) => !indexes.includes(index))
    .map((index) => `shard ${index} of ${first.of} is missing`);
}

function joined(parts: readonly (Coverage | null)[]): Coverage | null {
  const known = parts.filter((part) => part !== null);
  if (known.length === 0 || known.length < parts.length) return null;
  const sum = (name: "live" | "declared" | "expected" | "unmanaged") =>
    known.reduce((total, part) => total + part[name], 0);
  return coverageOf(sum("live"), sum("expected"), sum("unmanaged"));
}

/** Of what is live, how much is managed. */
export function coverageOf(live: number, expected: number, unmanaged: number): Coverage {
  const covered = live - unmanaged;
  const percent = live === 0 ? null : Math.floor((100 * covered) / live);
  return { live, declared: covered - expected, expected, unmanaged, percent };
}
