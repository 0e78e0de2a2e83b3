/** A review report in every format: as a document, as findings at places, as tests. */

import type { ReviewReport } from "../../review/report.ts";
import { rules } from "../../review/rules/index.ts";
import type { Findings, Item } from "../report/findings.ts";
import type { TestCase, TestSuite } from "../report/junit.ts";
import type { FindingsReport } from "../report/output.ts";
import { reviewDocument } from "./document.ts";

export function reviewOutput(report: ReviewReport): FindingsReport {
  return {
    document: () => reviewDocument(report),
    json: () => report,
    findings: () => reviewFindings(report),
    tests: () => reviewTests(report),
  };
}

function reviewFindings(report: ReviewReport): Findings {
  return {
    tool: "pulumi-ecr review",
    rules: rules.map(({ id, title, about, fix, level }) => ({ id, title, description: about, fix, level })),
    items: report.findings.map((finding): Item => {
      const { ruleId, level, message, resource, file, line, column, fingerprint, existing, suppressed } = finding;
      return {
        ruleId,
        level,
        message,
        subject: resource,
        fingerprint,
        existing,
        ...(file === undefined ? {} : { file }),
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
        ...(suppressed === undefined ? {} : { suppressed: `${suppressed.reason} (until ${suppressed.until})` }),
      };
    }),
    incomplete: incompleteOf(report),
  };
}

function incompleteOf({ access, notRead }: ReviewReport): string[] {
  return [
    ...notRead.filter(({ incomplete }) => incomplete).map(({ file, reason }) => `${file} was not read: ${reason}`),
    ...access.undecided.map(({ subject, principal, reasons }) => {
      return `${subject}: access of ${principal} is undecided, because ${reasons.join("; ")}`;
    }),
  ];
}

/** A test for each resource, failed by its warnings, errors and whatever blocks; and one for what was not decided. */
function reviewTests(report: ReviewReport): TestSuite[] {
  const resources = new Set([...report.changes, ...report.findings].map(({ resource }) => resource));
  const cases = [...resources].map((resource): TestCase => {
    const change = report.changes.find((one) => one.resource === resource);
    const ours = report.findings.filter((one) => one.resource === resource && one.suppressed === undefined);
    const failing = ours.filter(({ level, blocking }) => level !== "note" || blocking);
    const gains = report.access.gains.filter(({ subject, outside }) => subject === resource && outside);
    const file = change?.file ?? ours[0]?.file;
    const messages = [
      ...failing.map(({ ruleId, level, message }) => `${level} ${ruleId}: ${message}`),
      ...gains.map(({ principal, capability, actions }) => `${principal} can now ${capability ?? actions.join(", ")}`),
    ];
    return {
      name: resource,
      group: change?.kind ?? "Document",
      ...(file === undefined ? {} : { file }),
      outcome: failing.length > 0 ? "failed" : "passed",
      message: messages[0] ?? "",
      details: messages,
    };
  });
  const incomplete = incompleteOf(report);
  const whole: TestCase = {
    name: "everything could be read and decided",
    group: "run",
    outcome: incomplete.length > 0 ? "error" : "passed",
    message: incomplete[0] ?? "",
    details: incomplete,
  };
  return [{ name: "review", cases: [...cases, whole] }];
}
