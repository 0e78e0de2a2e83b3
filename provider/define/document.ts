/** A document as text or object: parsed once, checked against a schema, its findings with their positions. */

import { flawOf } from "../text/bounds.ts";
import type { Fault, Finding, Level } from "../text/finding.ts";
import { type ParsedJson, parseJson } from "../text/json.ts";
import type { Path } from "../text/path.ts";
import { isMap, sameValue } from "../text/value.ts";
import type { Problem } from "./validator.ts";

type Stated = Pick<Fault, "ruleId" | "level"> & Partial<Fault>;

/** Collects findings of one document; the position comes from the path. */
export interface Report {
  /** A message that is costly to make is a function, and made only if it is shown. */
  add(fault: Stated, path: Path, message: string | (() => string)): void;
  /** At most 50 of each level, the last of them saying how many more there are; by position where there is one. */
  findings(): Finding[];
}

export interface Source {
  /** Undefined when it is no JSON; the report says why. */
  readonly value: unknown;
  readonly report: Report;
}

const mostFindings = 50;

/** Opens text (JSON is parsed, its problems are findings of the kind `syntax`) or an object as it is. */
export function openDocument(source: unknown, syntax: Stated): Source {
  if (typeof source !== "string") {
    const flaw = flawOf(source);
    const report = newReport(undefined, syntax);
    if (flaw !== undefined) report.add(syntax, [], flaw);
    return { value: flaw === undefined ? source : undefined, report };
  }
  const parsed = parseJson(source);
  return { value: parsed.value, report: newReport(parsed, syntax) };
}

function newReport(parsed: ParsedJson | undefined, syntax: Stated): Report {
  const found: Finding[] = (parsed?.problems ?? [])
    .slice(0, mostFindings)
    .map(({ message, line, column }) => ({ ...told(syntax), message, path: [], line, column }));
  const counts = new Map<Level, number>([[syntax.level, found.length]]);
  const more = new Map<Level, string>();
  return {
    add(fault, path, message) {
      const { ruleId, level } = fault;
      const count = (counts.get(level) ?? 0) + 1;
      counts.set(level, count);
      if (count > mostFindings) more.set(level, ruleId);
      else
        found.push({
          ...told(fault),
          path,
          message: typeof message === "string" ? message : message(),
          ...parsed?.locate(path),
        });
    },
    findings: () => [
      ...found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
      ...[...more].map(([level, ruleId]) => ({
        ruleId,
        level,
        path: [],
        message: `has ${(counts.get(level) ?? 0) - mostFindings} more findings of level ${level}`,
        ...parsed?.locate([]),
      })),
    ],
  };
}

function told({ ruleId, level, source }: Stated): Pick<Finding, "ruleId" | "level" | "source"> {
  return { ruleId, level, ...(source === undefined ? {} : { source }) };
}

/** The value of a document for comparison: text that is JSON is parsed, anything else is itself. */
export function documentValue(source: unknown): unknown {
  if (typeof source !== "string") return source;
  const { value, problems } = parseJson(source);
  return problems.length > 0 ? source : value;
}

/** Whether two documents differ in nothing but spacing and the order of their keys, which is what most do that differ at all. */
export function isSameDocument(left: unknown, right: unknown): boolean {
  const value = documentValue(left);
  return isMap(value) && sameValue(value, documentValue(right));
}

/** Problems of a schema as findings, each of the kind that `faultOf` names. */
export function reportProblems(
  report: Report,
  faultOf: (problem: Problem) => Stated,
  problems: readonly Problem[],
): void {
  for (const problem of problems) report.add(faultOf(problem), problem.path, problem.message);
}

/** What is left for a document to grow is worth a note. */
const headroom = 0.1;

/** Reports a document that is longer than AWS takes, and one that soon will be; characters are counted without spacing. */
export function reportSize(
  size: number,
  most: number,
  report: Report,
  faults: { readonly size: Stated; readonly nearlyTooLong: Stated },
): void {
  const left = most - size;
  if (left > most * headroom) return;
  const rest = left < 0 ? `${-left} too many` : `${left} are left`;
  const message = `has ${size} characters without spacing, may have at most ${most}: ${rest}`;
  report.add(left < 0 ? faults.size : faults.nearlyTooLong, [], message);
}
