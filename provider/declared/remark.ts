/** What there is to know about something declared: every kind of finding of `drift`, and the fingerprint that keeps it the same in every run. */

import { createHash } from "node:crypto";
import type { Finding, Level, Location } from "../text/finding.ts";
import { isMap } from "../text/value.ts";

export interface Rule {
  readonly level: Level;

  /** What a finding of it says, as a sentence for a reference or a rule list. */
  readonly description: string;
}

/** Every kind of finding. */
export const driftRules = {
  "access-gain": { level: "error", description: "A live policy allows somebody what is not declared." },
  "access-loss": { level: "warning", description: "A live policy no longer allows what is declared." },
  retention: { level: "warning", description: "The live lifecycle policy differs from the declared one." },
  "expires-tonight": {
    level: "error",
    description: "Images expire or move to the archive because the live lifecycle policy is not the declared one.",
  },
  setting: { level: "warning", description: "A live setting differs from the declared value." },
  cosmetic: { level: "note", description: "A difference that changes nothing but text." },
  converged: { level: "note", description: "Live is as declared, though the state remembers something else." },
  undeclared: { level: "note", description: "A setting that is not declared differs from the recorded value." },
  missing: { level: "error", description: "A declared resource is not there." },
  unmanaged: { level: "warning", description: "A live resource is not in any stack." },
  expected: {
    level: "note",
    description: "A live resource is not in any stack; a template, a cache rule or replication makes it.",
  },
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
  "init-errors": { level: "warning", description: "The resource was created, and its initialization failed." },
  "half-replaced": { level: "warning", description: "A replacement of the resource began and did not end." },
  "duplicate-urn": { level: "warning", description: "The state names the same URN more than once." },
  "not-covered": { level: "note", description: "Resources of a type that this command does not read." },
  "no-lifecycle-policy": { level: "note", description: "A declared repository has no lifecycle policy." },
  "ignore-expired": { level: "warning", description: "An ignore or a baseline entry has expired." },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof driftRules;

/** What a finding's fingerprint is made of: where it is, which kind, and the live value it is about. */
export interface Mark {
  readonly account: string;
  readonly region: string;
  readonly type: string;
  readonly id: string;
  readonly path?: string;
  readonly live?: unknown;
}

/**
 * 16 hexadecimal digits of plain JSON; the order of keys does not count. Baselines are files of users: what is hashed (each object as a
 * list of its members) stays as it was when the first of them was written.
 */
function fingerprintOf(parts: readonly unknown[]): string {
  const members = (_: string, value: unknown) =>
    isMap(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value;
  return createHash("sha256").update(JSON.stringify(parts, members)).digest("hex").slice(0, 16);
}

/** A finding about one resource while it is compared. The level is its rule's; `data` is the live value, of which the fingerprint is made. */
export interface Remark extends Pick<Finding<string>, "message" | "data"> {
  readonly ruleId: RuleId;

  /** The property that it is about. */
  readonly path?: string;
}

/** A finding as the report has it, where the rule is the `id`. Whatever is counted, accepted, notified or annotated is one. */
export interface DriftFinding extends Pick<Finding<string>, "level"> {
  /** A key of `driftRules`. */
  readonly id: string;

  /** One sentence; outside text in it has been made fit to print, and is still plain text: formats escape it. */
  readonly message: string;

  /** The same for the same finding in every run, and another one once the live value is another. 16 hexadecimal digits. */
  readonly fingerprint: string;

  /** The property that it is about. */
  readonly path?: string;
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

/** Where a resource is declared: the program's file and position, where the state knows them. */
export interface DeclaredAt extends Location {
  /** Name of the stack, or the file that it was read from. */
  readonly stack: string;
}
