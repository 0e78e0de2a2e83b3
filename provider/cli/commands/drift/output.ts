/** A drift report in every format: as a document, as findings at places, as tests, as figures and as records. */

import { driftRules } from "../../../declared/remark.ts";
import type { DriftReport, DriftResource } from "../../../drift/report/report.ts";
import type { Findings, Item } from "../../report/findings.ts";
import { type TestCase, type TestSuite, wholenessTest } from "../../report/formats/junit.ts";
import type { Metric } from "../../report/formats/prometheus.ts";
import { subjectOf } from "../../report/subject.ts";
import type { SeriesReport } from "../../shared/output.ts";
import { driftDocument } from "./document.ts";

/** `at` is the moment of the run in seconds, for the figures of a pod that runs on; a report has no clock of its own. */
export function driftOutput(report: DriftReport, at?: number): SeriesReport {
  return {
    document: (medium) => driftDocument(report, medium),
    json: () => report,
    findings: () => driftFindings(report),
    tests: () => driftTests(report),
    metrics: () => driftMetrics(report, at),
    lines: () => driftLines(report),
  };
}

function driftFindings({ resources, findings, incomplete }: DriftReport): Findings {
  const ofResources = resources.flatMap((resource) => {
    const { file, line, column } = resource.source ?? {};
    const place = {
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    };
    return resource.findings.map(({ id, level, message, fingerprint }): Item => {
      const subject = subjectOf(resource);
      const silenced = resource.class === "ignored" ? { suppressed: message } : {};
      return { ruleId: id, level, message, subject, fingerprint, ...place, ...silenced };
    });
  });
  const others = findings.map(({ id, level, message, fingerprint }): Item => {
    return { ruleId: id, level, message, subject: "registry", fingerprint };
  });
  return {
    tool: "pulumi-ecr drift",
    rules: Object.entries(driftRules).map(([id, { level, description }]) => {
      return { id, title: id.replaceAll("-", " "), description, level };
    }),
    items: [...ofResources, ...others],
    incomplete,
  };
}

const outcomes: Readonly<Record<DriftResource["class"], TestCase["outcome"]>> = {
  "in-sync": "passed",
  changed: "failed",
  missing: "failed",
  unmanaged: "failed",
  unreadable: "error",
  ignored: "skipped",
};

/** A suite for each registry, in it a test for each resource. */
function driftTests({ resources, incomplete }: DriftReport): TestSuite[] {
  const suites = new Map<string, TestCase[]>();
  for (const resource of resources) {
    const name = `${resource.account}/${resource.region}`;
    const cases = suites.get(name) ?? [];
    suites.set(name, cases);
    const details = resource.findings.map(({ level, id, message }) => `${level} ${id}: ${message}`);
    cases.push({
      name: `${resource.type.split(":").at(-1) ?? ""} ${resource.id}`,
      group: `${name}/${resource.type}`,
      ...(resource.source?.file === undefined ? {} : { file: resource.source.file }),
      outcome: outcomes[resource.class],
      message: resource.findings[0]?.message ?? resource.class,
      details: resource.fix === null ? details : [...details, `How to fix: ${resource.fix}`],
    });
  }
  return [
    ...[...suites].map(([name, cases]) => ({ name, cases })),
    { name: "run", cases: [wholenessTest(incomplete)] },
  ];
}

/** One record for the run, one for each resource, one for each finding beyond them. */
function driftLines({ resources, findings, ...run }: DriftReport): object[] {
  return [
    { kind: "run", ...run },
    ...resources.map((resource) => ({ kind: "resource", ...resource })),
    ...findings.map((finding) => ({ kind: "finding", ...finding })),
  ];
}

function driftMetrics({ summary, resources, findings, incomplete }: DriftReport, at?: number): Metric[] {
  const gauge = (name: string, help: string, samples: Metric["samples"]): Metric => {
    return { name: `pulumi_ecr_drift_${name}`, help, type: "gauge", samples };
  };
  const byClass = new Map<string, { labels: Record<string, string>; value: number }>();
  const byRule = new Map<string, { labels: Record<string, string>; value: number }>();
  const count = (into: typeof byClass, labels: Record<string, string>) => {
    const key = JSON.stringify(labels);
    into.set(key, { labels, value: (into.get(key)?.value ?? 0) + 1 });
  };
  for (const { account, region, class: kind } of resources) count(byClass, { account, region, class: kind });
  for (const { id, level } of [...findings, ...resources.flatMap((resource) => resource.findings)])
    count(byRule, { rule: id, level });
  const notInSync = resources.filter(({ class: kind }) => kind !== "in-sync" && kind !== "ignored");
  const { coverage, calls } = summary;
  return [
    gauge("resources", "Resources by class.", [...byClass.values()]),
    gauge("findings", "Findings by rule and level.", [...byRule.values()]),
    gauge(
      "resource_info",
      "A resource that is not as declared; the value is always 1.",
      notInSync.slice(0, mostSeries).map(({ account, region, type, id, class: kind }) => {
        return { labels: { account, region, type, id, class: kind }, value: 1 };
      }),
    ),
    gauge("coverage_ratio", "Live things that are declared or expected, of all.", [
      ...(coverage === null || coverage.percent === null ? [] : [{ value: coverage.percent / 100 }]),
    ]),
    gauge("calls", "Calls to AWS of the last run.", [{ value: calls }]),
    gauge("incomplete", "Causes for which something could not be read or decided.", [{ value: incomplete.length }]),
    gauge("last_run_timestamp_seconds", "When the last run ended.", at === undefined ? [] : [{ value: at }]),
  ];
}

/** Each series costs whoever stores it; the counts above have all of them. */
const mostSeries = 1_000;
