/** What a state tells by itself: what is managed in it, and what was interrupted, half replaced or written twice. */

import { sameValue } from "../../text/value.ts";
import type { Remark, RuleId } from "../remark.ts";
import type { StateEntry, StateFile } from "./state-file.ts";

/** What the program manages: not what it only reads, nor parts that another resource shows, nor what is about to go. */
export function isManaged({ type, custom, external, delete: goes, viewOf }: StateEntry): boolean {
  return custom && !external && !goes && viewOf === "" && !type.startsWith("pulumi:providers:");
}

/** What the state alone tells about each URN. */
export function remarksOf({ resources, pending }: StateFile): ReadonlyMap<string, readonly Remark[]> {
  const found = new Map<string, Remark[]>();
  const add = (urn: string, ruleId: RuleId, message: string) => {
    const known = found.get(urn) ?? [];
    const remark: Remark = { ruleId, message };
    if (!known.some((other) => sameValue(other, remark))) known.push(remark);
    found.set(urn, known);
  };
  const seen = new Set<string>();
  for (const resource of resources) {
    const { urn, pendingReplacement, taint, initErrors, delete: goes } = resource;
    if (goes) add(urn, "half-replaced", "its replacement was made, and the old one is still to be deleted");
    if (pendingReplacement)
      add(urn, "half-replaced", "it was deleted to be replaced, and its replacement was not made");
    if (taint) add(urn, "half-replaced", "it is marked to be replaced by the next update");
    if (initErrors.length > 0) add(urn, "init-errors", `its creation ended with: ${initErrors.join("; ")}`);
    if (!isManaged(resource)) continue;
    if (seen.has(urn)) add(urn, "duplicate-urn", "the state names this URN more than once; run `pulumi state repair`");
    seen.add(urn);
  }
  for (const { operation, resource } of pending)
    add(
      resource.urn,
      "pending-operation",
      `an update was interrupted while ${operation || "working on"} it; run \`pulumi refresh\``,
    );
  return found;
}
