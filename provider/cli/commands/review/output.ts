/** A review report in every format: as a document, as findings at places, as tests. */

import { abilityWords } from "../../../policy/access/sentences.ts";
import type { ReviewReport } from "../../../review/report.ts";
import { rules } from "../../../review/rules/index.ts";
import { sentenceOf } from "../../../text/finding.ts";
import type { Findings, Item } from "../../report/findings.ts";
import { type TestCase, type TestSuite, wholenessTest } from "../../report/formats/junit.ts";
import type { FindingsReport } from "../../shared/output.ts";
import { reviewDocument } from "./document.ts";

export function reviewOutput(report: ReviewReport): FindingsReport {
  return {
    document: (medium) => reviewDocument(report, medium),
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
      const { ruleId, level, resource, file, line, column, fingerprint, existing, suppressed } = finding;
      return {
        ruleId,
        level,
        message: sentenceOf(finding),
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
    ...access.undecided
      .filter(({ accepted }) => !accepted)
      .map(({ subject, principal, reasons }) => {
        return `${subject}: access of ${principal} is undecided, because ${reasons.join("; ")}`;
      }),
  ];
}

/** A test for each resource, failed by its warnings, errors and whatever blocks; and one for what was not decided. */
function reviewTests(report: ReviewReport): TestSuite[] {
  const resources = new Set([...report.changes, ...report.findings].map(({ resource }) => resource));
  const changes = new Map(report.changes.map((change) => [change.resource, change]));
  const findings = groupsOf(
    report.findings.filter(({ suppressed }) => suppressed === undefined),
    "resource",
  );
  const outsiders = groupsOf(
    report.access.gains.filter(({ outside }) => outside),
    "subject",
  );
  const cases = [...resources].map((resource): TestCase => {
    const change = changes.get(resource);
    const ours = findings.get(resource) ?? [];
    const failing = ours.filter(({ level, blocking }) => level !== "note" || blocking);
    const gains = outsiders.get(resource) ?? [];
    const file = change?.file ?? ours[0]?.file;
    const messages = [
      ...failing.map((finding) => `${finding.level} ${finding.ruleId}: ${sentenceOf(finding)}`),
      ...gains.map((row) => `${row.principal} can now ${abilityWords(row)}`),
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
  return [{ name: "review", cases: [...cases, wholenessTest(incompleteOf(report))] }];
}

function groupsOf<Name extends string, T extends Readonly<Record<Name, string>>>(
  items: readonly T[],
  member: Name,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item[member]);
    if (group) group.push(item);
    else groups.set(item[member], [item]);
  }
  return groups;
}
