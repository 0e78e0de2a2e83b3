/**
 * The report: what a run found, as plain data. Every format is written from it, and `schema/drift-report.schema.json`
 * is its shape for other programs. What may not live in this folder: any comparison of values (the property table's own
 * `equal` decides, through `operations/`), any markup, and any call that writes.
 */

import { createHash } from "node:crypto";
import type { Level } from "../define/finding.ts";

export const schemaVersion = 1;

/**
 * What is so about one resource. `ignored` is a difference that somebody has said, with a reason, is to be there, and what
 * nobody declares but a template, a cache rule or replication makes.
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

/** One thing to know. Whatever is counted, accepted, notified or annotated is a finding. */
export interface DriftFinding {
  /** A key of `driftRules`. */
  readonly id: string;
  readonly level: Level;
  /** One sentence; outside text in it has been made fit to print, and is still plain text: formats escape it. */
  readonly message: string;
  /** The same for the same finding in every run, and another one once the live value is another. 16 hexadecimal digits. */
  readonly fingerprint: string;
  /** The property that it is about. */
  readonly path?: string;
}

/** Where a resource is declared. */
export interface Source {
  /** Name of the stack, or the file that it was read from. */
  readonly stack: string;
  /** The program's file and 1-based position, where the state knows them. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

export interface DriftResource {
  /** Null when nobody declares it. */
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
  readonly findings: readonly DriftFinding[];
  /** A shell command that would settle it, quoted; null when there is none. Never run by the tool. */
  readonly fix: string | null;
  readonly source: Source | null;
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
  /** Declared or expected, of all that is live, rounded down; 100 when nothing is live. */
  readonly percent: number;
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

interface Rule {
  readonly level: Level;
  /** What a finding of it says, as a sentence for a reference or a rule list. */
  readonly description: string;
}

/** Every kind of finding. */
export const driftRules = {
  "access-gain": { level: "error", description: "A live policy allows somebody what is not declared." },
  "access-loss": { level: "warning", description: "A live policy no longer allows what is declared." },
  retention: { level: "warning", description: "A live lifecycle policy is another than the declared one." },
  "expires-tonight": {
    level: "error",
    description: "Images expire or move to the archive because the live lifecycle policy is not the declared one.",
  },
  setting: { level: "warning", description: "A live setting is another than the declared one." },
  cosmetic: { level: "note", description: "A difference that changes nothing but text." },
  converged: { level: "note", description: "Live is as declared, though the state remembers something else." },
  undeclared: { level: "note", description: "A setting that is not declared is another than when it was recorded." },
  missing: { level: "error", description: "A declared resource is not there." },
  unmanaged: { level: "warning", description: "Something is there that nobody declares." },
  expected: { level: "note", description: "Nobody declares it, and a template, a cache rule or replication makes it." },
  unreadable: { level: "warning", description: "It could not be read, so nothing is known about it." },
  "other-account": {
    level: "warning",
    description: "The credentials belong to another account or region than the resource.",
  },
  "dangling-principal": {
    level: "warning",
    description: "A live policy names a principal that was deleted; AWS shows its unique id.",
  },
  tolerated: { level: "note", description: "A statement that a service writes, of exactly the tolerated shape." },
  ignored: { level: "note", description: "A difference that the configuration ignores, with its reason." },
  accepted: { level: "note", description: "A difference that the baseline has accepted." },
  "ignored-by-declaration": {
    level: "note",
    description: "A difference in a property that the program names in ignoreChanges.",
  },
  "pending-operation": {
    level: "warning",
    description: "A deployment was interrupted while it worked on the resource.",
  },
  "init-errors": { level: "warning", description: "The resource was created, and its initialisation failed." },
  "half-replaced": { level: "warning", description: "A replacement of the resource began and did not end." },
  "duplicate-urn": { level: "warning", description: "The state names the same URN more than once." },
  "not-covered": { level: "note", description: "Resources of a type that this command does not read." },
  "no-lifecycle-policy": { level: "note", description: "A declared repository has no lifecycle policy." },
  "ignore-expired": { level: "warning", description: "An ignore or a baseline entry has expired." },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof driftRules;

/** What a finding's fingerprint is made of: where it is, which kind, and the live value it is about. */
interface Mark {
  readonly account: string;
  readonly region: string;
  readonly type: string;
  readonly id: string;
  readonly path?: string;
  readonly live?: unknown;
}

/** A finding of a rule, at the rule's level unless told otherwise, with its fingerprint. */
export function finding(id: RuleId, message: string, mark: Mark, level: Level = driftRules[id].level): DriftFinding {
  const { account, region, type, id: name, path = "", live } = mark;
  return {
    id,
    level,
    message,
    fingerprint: fingerprintOf([id, account, region, type, name, path, live ?? null]),
    ...(mark.path === undefined ? {} : { path: mark.path }),
  };
}

/** 16 hexadecimal digits of plain JSON; the order of keys does not count. */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(canonicalText(parts)).digest("hex").slice(0, 16);
}

function canonicalText(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === "object" && member !== null && !Array.isArray(member)
        ? Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))
        : member,
    ) ?? "null"
  );
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
