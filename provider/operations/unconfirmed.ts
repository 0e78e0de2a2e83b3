/**
 * Remembers creations that the engine may not have recorded. The protocol has no word for "created, but the answer got
 * lost": when the plugin or the engine is killed in between, the next run asks to create again and would find the name
 * taken. A note is written before the call and removed when a later request shows that the engine knows the resource.
 * Notes are files on this machine; elsewhere the user imports the resource.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface Unconfirmed {
  note(urn: string, place: string): void;
  /** When an earlier run noted this creation at this place, in epoch milliseconds, if nothing has confirmed it since. */
  recall(urn: string, place: string): number | undefined;
  confirm(urn: string): void;
}

/** A run that was interrupted is repeated soon; an older note says nothing any more. */
const longest = 24 * 60 * 60 * 1_000;

/** Notes under Pulumi's home. `stack` tells apart stacks of the same name, such as their state backend. */
export function unconfirmedNotes(stack: string, folder = defaultFolder()): Unconfirmed {
  const noted = new Map<string, boolean>();
  const file = (urn: string) =>
    join(folder, `${createHash("sha256").update(`${stack}\n${urn}`).digest("hex").slice(0, 40)}.json`);
  return {
    note(urn, place) {
      noted.set(urn, true);
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file(urn), JSON.stringify({ urn, place, at: Date.now() }));
      } catch {
        // A home that cannot be written to only means that an interrupted run must be repaired by an import.
      }
    },
    recall(urn, place) {
      try {
        const note: unknown = JSON.parse(readFileSync(file(urn), "utf8"));
        const { place: noted, at } = note as { place?: unknown; at?: unknown };
        return noted === place && typeof at === "number" && Date.now() - at < longest ? at : undefined;
      } catch {
        return undefined;
      }
    },
    confirm(urn) {
      if (noted.get(urn) === false) return;
      noted.set(urn, false);
      rmSync(file(urn), { force: true });
    },
  };
}

function defaultFolder(): string {
  return join(process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "ecr-unconfirmed");
}
