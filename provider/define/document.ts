/** A document as text or object: parsed once, checked against a schema, its findings with their positions. */

import type { Finding, Level } from "./finding.ts";
import { parseJson } from "./json.ts";
import type { Path } from "./path.ts";
import type { Problem } from "./validator.ts";

/** Collects findings of one document; the position comes from the path. */
export interface Report {
  readonly findings: Finding[];
  add(ruleId: string, level: Level, path: Path, message: string): void;
}

export interface Source {
  /** Undefined when it is no JSON; the report says why. */
  readonly value: unknown;
  readonly report: Report;
}

/** Opens text (JSON is parsed, its problems are findings of `syntaxRule`) or an object as it is. */
export function openDocument(source: unknown, syntaxRule: string): Source {
  const findings: Finding[] = [];
  if (typeof source !== "string") {
    return {
      value: source,
      report: { findings, add: (ruleId, level, path, message) => findings.push({ ruleId, level, path, message }) },
    };
  }
  const parsed = parseJson(source);
  for (const { message, line, column } of parsed.problems) {
    findings.push({ ruleId: syntaxRule, level: "error", message, path: [], line, column });
  }
  return {
    value: parsed.value,
    report: {
      findings,
      add: (ruleId, level, path, message) => findings.push({ ruleId, level, path, message, ...parsed.locate(path) }),
    },
  };
}

/** The value of a document for comparison: text that is JSON is parsed, anything else is itself. */
export function documentValue(source: unknown): unknown {
  if (typeof source !== "string") return source;
  const { value, problems } = parseJson(source);
  return problems.length > 0 ? source : value;
}

/** Problems of a schema as findings of one rule. */
export function reportProblems(report: Report, ruleId: string, problems: readonly Problem[]): void {
  for (const { path, message } of problems) report.add(ruleId, "error", path, message);
}
