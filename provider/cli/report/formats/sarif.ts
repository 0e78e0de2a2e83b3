/** Findings as SARIF 2.1.0, for code scanning and viewers. */

import { version } from "../../../package.ts";
import { printable } from "../../../text/printable.ts";
import { type Findings, type Item, insidePath, nowhere, type RuleText, worstFirst } from "../findings.ts";
import { writeJson } from "../json.ts";

/** GitHub refuses a run with more results. https://docs.github.com/code-security/reference/code-scanning/sarif-files */
const mostResults = 25_000;

/**
 * One run with all rules and findings, the worst first. A finding has a file in any case, because GitHub refuses those
 * without, and a logical location, which is what it is about. Fingerprints say what is the same finding in two runs, so
 * neither a moved line nor another run makes a new alert.
 */
export function writeSarif({ tool, rules, items, incomplete }: Findings): string {
  const left = items.length - mostResults;
  const reasons = [...incomplete, ...(left > 0 ? [`${left} findings were left out`] : [])];
  const known = new Set(rules.map(({ id }) => id));
  const others = new Set(items.map(({ ruleId }) => ruleId).filter((id) => !known.has(id)));
  const all = [...rules, ...[...others].map((id): RuleText => ({ id, title: id, description: id, level: "warning" }))];
  const indices = new Map(all.map(({ id }, index) => [id, index]));
  const run = {
    tool: {
      driver: {
        name: printable(tool),
        semanticVersion: version,
        rules: all.map(descriptor),
      },
    },
    automationDetails: { id: `${tool.replaceAll(" ", "/")}/` },
    columnKind: "utf16CodeUnits",
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: reasons.map((reason) => ({ level: "warning", message: message(reason) })),
      },
    ],
    results: worstFirst(items)
      .slice(0, mostResults)
      .map((item) => result(item, indices.get(item.ruleId))),
  };
  return writeJson({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [run],
  });
}

function descriptor({ id, title, description, fix, level }: RuleText): object {
  return {
    id,
    shortDescription: message(title),
    fullDescription: message(description),
    ...(fix ? { help: message(fix) } : {}),
    defaultConfiguration: { level },
    properties: { tags: ["security", "ecr"] },
  };
}

function result(item: Item, ruleIndex: number | undefined): object {
  const { ruleId, level, subject, line, column, fingerprint, existing, suppressed } = item;
  const file = insidePath(item.file);
  return {
    ruleId,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level,
    message: message(item.message),
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: (file ?? nowhere).split("/").map(uriPart).join("/"), uriBaseId: "%SRCROOT%" },
          region:
            file === undefined || line === undefined
              ? { startLine: 1 }
              : { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
        },
        logicalLocations: [{ fullyQualifiedName: printable(subject, 1_000), kind: "resource" }],
      },
    ],
    // GitHub matches alerts by the first key alone, and would make it of the line's text where it is absent: one for all
    // that have no file.
    partialFingerprints: { primaryLocationLineHash: `${fingerprint}:1`, "pulumiEcr/v1": fingerprint },
    ...(existing === undefined ? {} : { baselineState: existing ? "unchanged" : "new" }),
    ...(suppressed === undefined
      ? {}
      : { suppressions: [{ kind: "external", status: "accepted", justification: printable(suppressed, 1_000) }] }),
  };
}

/** A part of a path; what is no Unicode becomes U+FFFD. */
function uriPart(part: string): string {
  return encodeURIComponent(part.toWellFormed());
}

/** Plain text of SARIF can hold links, `[text](target)`, which a backslash before the bracket prevents (§3.11.6). */
function message(text: string): { text: string } {
  return { text: printable(text, 4_000).replace(/[[\]\\]/g, "\\$&") };
}
