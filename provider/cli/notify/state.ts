/** What each sink was last told, in a file between runs. */

import { isMap } from "../../text/value.ts";
import { refuse } from "../shared/bytes.ts";
import { readJsonIfThere } from "../shared/files.ts";
import { saveText } from "../shared/save.ts";

export interface Told {
  readonly fingerprints: readonly string[];
  /** ISO 8601. */
  readonly at: string;
}

const what = "what was notified";

export type State = Readonly<Record<string, Told>>;

/**
 * An absent file is an empty state. Throws ProviderError `InvalidInput` for one that cannot be read as such: guessing would
 * repeat or swallow messages.
 */
export function readState(file: string | undefined): State {
  if (file === undefined) return {};
  const value = readJsonIfThere(file, what);
  if (value === undefined) return {};
  const { schemaVersion, sinks } = isMap(value) ? value : {};
  if (schemaVersion === 1 && isState(sinks)) return sinks;
  return refuse(file, what, "it was not written by this command; delete it to begin anew");
}

function isState(value: unknown): value is State {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value as Record<string, Partial<Told> | null>).every(
    (told) =>
      typeof told?.at === "string" &&
      Array.isArray(told.fingerprints) &&
      told.fingerprints.every((one) => typeof one === "string"),
  );
}

/** Whole or not at all: the file is replaced. */
export function writeState(file: string | undefined, sinks: State): void {
  if (file === undefined) return;
  saveText(file, `${JSON.stringify({ schemaVersion: 1, sinks }, undefined, 2)}\n`, { what, isPrivate: true });
}
