/** What a notification says: figures and the worst findings, never the text of a policy. */

import type { DriftFinding } from "../../declared/remark.ts";
import type { DriftReport, Summary } from "../../drift/report/report.ts";
import type { Level } from "../../text/finding.ts";
import { printable } from "../../text/printable.ts";
import { worstFirst } from "../report/findings.ts";
import { subjectOf } from "../report/subject.ts";

export interface NoticeLine {
  readonly level: Level;
  readonly rule: string;
  readonly subject: string;
  readonly message: string;
  readonly fingerprint: string;
}

export interface Notice {
  /** `incomplete`: nothing is found, and not everything could be read. */
  readonly status: "drift" | "clean" | "incomplete";
  /** One line. */
  readonly headline: string;
  readonly summary: Summary;
  /** Warnings and errors, the worst first. */
  readonly lines: readonly NoticeLine[];
  /** Of these, those that the last notification did not have; and how many of its are gone. */
  readonly fresh: number;
  readonly gone: number;
  /** Sorted. Of a run that is incomplete, also those of before: they may well be there still. */
  readonly fingerprints: readonly string[];
}

/** `before` is what the last notification was about. */
export function noticeOf(report: DriftReport, before: readonly string[]): Notice {
  const { summary, incomplete } = report;
  const lines = linesOf(report);
  const found = new Set(lines.map(({ fingerprint }) => fingerprint));
  const known = new Set(before);
  const isWhole = incomplete.length === 0;
  const fingerprints = [...new Set([...found, ...(isWhole ? [] : before)])].sort();
  const status = fingerprints.length > 0 ? "drift" : isWhole ? "clean" : "incomplete";
  const { changed, missing, unmanaged, unreadable } = summary;
  const counts = `${changed} changed, ${missing} missing, ${unmanaged} unmanaged, ${unreadable} unreadable`;
  return {
    status,
    headline: status === "clean" ? "ECR is as declared" : `ECR: ${counts}`,
    summary,
    lines,
    fresh: lines.filter(({ fingerprint }) => !known.has(fingerprint)).length,
    gone: isWhole ? before.filter((fingerprint) => !found.has(fingerprint)).length : 0,
    fingerprints,
  };
}

function linesOf({ resources, findings }: DriftReport): NoticeLine[] {
  const lineOf = (subject: string, { id, level, message, fingerprint }: DriftFinding): NoticeLine => ({
    level,
    rule: id,
    subject: printable(subject, 300),
    message: printable(message, 500),
    fingerprint,
  });
  const all = [
    ...resources
      .filter(({ class: kind }) => kind !== "ignored")
      .flatMap((resource) => resource.findings.map((finding) => lineOf(subjectOf(resource), finding))),
    ...findings.map((finding) => lineOf("registry", finding)),
  ];
  return worstFirst(all.filter(({ level }) => level !== "note"));
}
