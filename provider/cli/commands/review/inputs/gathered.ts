/**
 * What the inputs of a review give, whatever they are; and how two sides become changes.
 *
 * Lives here: one file for each kind of input of a review, each giving `Gathered`.
 * May not live here: judgement of what was read (`provider/review/`), blocks of a report, options.
 */

import { type Declared, resourceId } from "../../../../declared/declared.ts";
import type { ReviewConfig } from "../../../../review/config.ts";
import type { LedgerEntry } from "../../../../review/ledger.ts";
import type { NotRead, Revisions } from "../../../../review/report.ts";
import { isReplacement } from "../../../../review/rule/difference.ts";
import type { Change } from "../../../../review/rule/subject.ts";
import { sameValue } from "../../../../text/value.ts";

export interface Gathered {
  readonly changes: readonly Change[];
  /** Everything that is known on each side, changed or not. */
  readonly before: readonly Declared[];
  readonly after: readonly Declared[];
  /** False for documents that are judged alone. */
  readonly isChange: boolean;
  /** The sides are all that the stack has. */
  readonly isWhole: boolean;
  readonly notRead: readonly NotRead[];
  /** Of two revisions: every changed path. */
  readonly ledger?: readonly LedgerEntry[];
  readonly notes: readonly string[];
  readonly revisions?: Revisions;
  readonly stack?: string;
  /** Of the base revision. */
  readonly config?: { readonly config: ReviewConfig; readonly file: string };
}

/** Resources of both sides that are the same: by what identifies them, else by kind and name. Order: that of `after`. */
export function pairUp(before: readonly Declared[], after: readonly Declared[]): Change[] {
  const partners = new Map<Declared, Declared>();
  const left = new Set(before);
  for (const key of [identity, byName]) {
    const waiting = new Map<string, Declared[]>();
    for (const old of left) {
      const found = key(old);
      if (found !== undefined) waiting.set(found, [...(waiting.get(found) ?? []), old]);
    }
    for (const now of after) {
      const found = partners.has(now) ? undefined : waiting.get(key(now) ?? "\u0000")?.shift();
      if (!found) continue;
      partners.set(now, found);
      left.delete(found);
    }
  }
  return [
    ...after.map((now): Change => {
      const old = partners.get(now);
      return old ? { before: old, after: now, replaced: isReplacement(old, now) } : { after: now };
    }),
    ...[...left].map((old): Change => ({ before: old })),
  ];
}

/** Only those that are not the same on both sides; what is unknown is not the same. */
export function differing(before: readonly Declared[], after: readonly Declared[]): Change[] {
  return pairUp(before, after).filter(
    ({ before: old, after: now }) => !old || !now || !sameValue(old.properties, now.properties),
  );
}

function identity(declared: Declared): string {
  const { urn, file = "", kind, label } = declared;
  return urn === undefined && label !== undefined ? `${kind} ${file} ${label}` : resourceId(declared);
}

function byName({ kind, name }: Declared): string | undefined {
  return name === undefined ? undefined : `${kind} ${name}`;
}

/** A policy of another repository is another policy, whatever a program or a deployment calls it: one goes and one comes. */
export function apart(change: Change): Change[] {
  const { before, after } = change;
  const isPolicy = after?.kind === "RepositoryPolicy" || after?.kind === "LifecyclePolicy";
  if (!before || !after || !isPolicy || before.name === undefined || after.name === undefined) return [change];
  return before.name === after.name ? [change] : [{ after }, { before }];
}
