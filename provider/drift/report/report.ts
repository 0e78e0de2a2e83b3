/**
 * The report: what a run found, as plain data. Every format is written from it, and `schema/drift-report.schema.json`
 * is its shape for other programs.
 *
 * Lives here: the report as plain data, reports of several machines made one, advice on how to fix a finding.
 * May not live here: comparison of values (the property table's own `equal` decides, through `operations/`), markup, calls
 *   that write.
 */

import type { DeclaredAt, DriftFinding } from "../../declared/remark.ts";
import type { PatchOperation } from "../../text/json-patch.ts";

export const schemaVersion = 1;

/**
 * What is so about one resource. `ignored` is a difference that somebody has said, with a reason, is to be there, and what
 * is in no stack but made by a template, a cache rule or replication.
 */
export const classes = ["changed", "missing", "unmanaged", "unreadable", "ignored", "in-sync"] as const;
export type Class = (typeof classes)[number];

/**
 * Who moved: `live` was changed outside; `recorded` was never applied, or a run was interrupted; `both`; `converged`: live
 * is what is declared although the record says otherwise, so somebody has repaired it already.
 */
export const moves = ["live", "recorded", "both", "converged"] as const;
export type Moved = (typeof moves)[number];

/** What a difference means. A policy of which the effect cannot be decided counts as a gain. */
export const meanings = ["access-gain", "access-loss", "retention", "setting", "cosmetic", "equal"] as const;
export type Meaning = (typeof meanings)[number];

export interface FieldDrift {
  /** As Pulumi writes paths: `imageTagMutability`, `tags["my.key"]`. */
  readonly path: string;
  /** Plain JSON; null where there is none. `[secret]` stands for what is secret in the state. */
  readonly declared: unknown;
  readonly recorded: unknown;
  readonly live: unknown;
  readonly moved: Moved;
  readonly meaning: Meaning;
}

export interface DriftResource {
  /** Null when it is in no stack. */
  readonly urn: string | null;
  /** As the state names it, such as `ecr:index:Repository` or `aws:ecr/repository:Repository`. */
  readonly type: string;
  /** Import id. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly class: Class;
  /** Sorted by path. A field of a resource in sync is `converged`. */
  readonly fields: readonly FieldDrift[];
  /**
   * RFC 6902, from the live properties to the declared ones: what an update would change in AWS. Without what is secret; absent
   * where nothing differs.
   */
  readonly patch?: readonly PatchOperation[];
  readonly findings: readonly DriftFinding[];
  /** A shell command that would settle it, quoted; null when there is none. Never run by the tool. */
  readonly fix: string | null;
  readonly source: DeclaredAt | null;
  /** From CloudTrail, when it was asked: the last write, oldest question first. */
  readonly since?: string;
  readonly by?: string;
}

export interface Coverage {
  /** Live things of the types that can be listed, in all registries of the run. */
  readonly live: number;
  readonly declared: number;
  /** Nobody declares them, and a template, a cache rule or replication makes them. */
  readonly expected: number;
  readonly unmanaged: number;
  /** Declared or expected, of all that is live, rounded down; null when nothing live was seen, of which there is no part. */
  readonly percent: number | null;
}

export interface Summary {
  readonly inSync: number;
  readonly changed: number;
  readonly missing: number;
  readonly unmanaged: number;
  readonly unreadable: number;
  readonly ignored: number;
  /** Null when it was not asked for. */
  readonly coverage: Coverage | null;
  /** Calls to AWS, without the SDK's own retries. */
  readonly calls: number;
}

/** Which part of the whole a report is about. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export interface DriftReport {
  readonly schemaVersion: typeof schemaVersion;
  readonly summary: Summary;
  /** Sorted by account, region, type, id and urn. */
  readonly resources: readonly DriftResource[];
  /** What concerns no single resource. */
  readonly findings: readonly DriftFinding[];
  /** Why something could not be read or decided, each cause once; empty when the report is whole. */
  readonly incomplete: readonly string[];
  readonly shard?: Shard;
}

/** The classes that a summary counts, by the name it counts them under. */
export const countedAs: Readonly<
  Record<Class, "inSync" | "changed" | "missing" | "unmanaged" | "unreadable" | "ignored">
> = {
  "in-sync": "inSync",
  changed: "changed",
  missing: "missing",
  unmanaged: "unmanaged",
  unreadable: "unreadable",
  ignored: "ignored",
};

/** How many resources are of each class. */
export function countClasses(resources: readonly DriftResource[]): Omit<Summary, "coverage" | "calls"> {
  const counts = { inSync: 0, changed: 0, missing: 0, unmanaged: 0, unreadable: 0, ignored: 0 };
  for (const resource of resources) counts[countedAs[resource.class]]++;
  return counts;
}

const placeKeys = ["account", "region", "type", "id", "urn"] as const;

/** The order of resources in every report. */
export function byPlace(a: DriftResource, b: DriftResource): number {
  for (const key of placeKeys) {
    const left = a[key] ?? "";
    const right = b[key] ?? "";
    if (left !== right) return left < right ? -1 : 1;
  }
  // The same thing in two stacks, or twice in one.
  const [left, right] = [a, b].map((one) => JSON.stringify([one.source, one.fields, one.findings]));
  return (left ?? "") < (right ?? "") ? -1 : 1;
}
