/**
 * What a report means for a pipeline: what fails it, and the exit code.
 *
 * Lives here: what a user accepts: the configuration, its ignores, the baseline; and the exit code that follows.
 * May not live here: live values and how they are compared (`compare/`), files.
 */

import { driftRules } from "../../declared/remark.ts";
import { ProviderError } from "../../text/errors.ts";
import { nearest } from "../../text/nearest.ts";
import { printable } from "../../text/printable.ts";
import { classes, type DriftReport } from "../report/report.ts";

export const defaultFailOn: readonly string[] = ["changed", "missing", "unmanaged"];

const words: readonly string[] = [...classes.filter((kind) => kind !== "in-sync"), ...Object.keys(driftRules)];

/** Throws InvalidInput for a word that nothing can be. */
export function checkFailOn(failOn: readonly string[]): void {
  for (const word of failOn) {
    if (words.includes(word)) continue;
    const close = nearest(word, [...words]);
    throw new ProviderError(
      "InvalidInput",
      `reading what to fail on: there is no class or finding "${printable(word, 60)}"${close ? `; did you mean ${close}?` : ""}; there are ${words.join(", ")}`,
    );
  }
}

/** 2: something is of a class or finding to fail on. 3: nothing is, and something could not be read. Else 0. */
export function exitCodeOf({ resources, findings, incomplete }: DriftReport, failOn: readonly string[]): 0 | 2 | 3 {
  const wanted = new Set(failOn);
  const found = [...findings, ...resources.flatMap((resource) => resource.findings)];
  if (resources.some((resource) => wanted.has(resource.class)) || found.some(({ id }) => wanted.has(id))) return 2;
  return incomplete.length > 0 || resources.some((resource) => resource.class === "unreadable") ? 3 : 0;
}
