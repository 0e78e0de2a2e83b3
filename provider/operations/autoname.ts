/** Names for resources whose program gives none: the old one, the engine's proposal, else logical name plus random. */

import type { Autoname } from "../define/property.ts";
import { isUnknown, type Value, type ValueMap } from "../text/value.ts";

const randomDigits = 7;

export function fitName(
  autoname: Autoname,
  request: CheckRequest,
  old: Value | undefined,
): string | { problem: string } {
  if (typeof old === "string" && !isUnknown(old)) return old;
  const { autonaming, name, randomSeed } = request;
  if (autonaming?.mode === "disable") {
    return { problem: "is required, because autonaming is switched off for this resource; give it a name" };
  }
  if (autonaming?.proposedName) {
    const fitted = autoname.fit(autonaming.proposedName.slice(0, autoname.maxLength));
    if (autonaming.mode === "enforce" && fitted !== autonaming.proposedName) {
      return {
        problem: `the name "${autonaming.proposedName}" that autonaming enforces is not one that ECR allows; change the pattern or name the resource yourself`,
      };
    }
    return fitted;
  }
  const ending = `-${Buffer.from(randomSeed).toString("hex").padEnd(randomDigits, "0").slice(0, randomDigits)}`;
  return autoname.fit(autoname.fit(name).slice(0, autoname.maxLength - ending.length)) + ending;
}

/** Whether `value` is the name that `fitName` gives `name` for some seed: a replacement may then stand beside the old one. */
export function isGenerated(autoname: Autoname, value: unknown, name: string): boolean {
  if (typeof value !== "string") return false;
  const start = `${autoname.fit(autoname.fit(name).slice(0, autoname.maxLength - randomDigits - 1))}-`;
  const ending = value.slice(start.length);
  return value.startsWith(start) && ending.length === randomDigits && /^[0-9a-f]+$/.test(ending);
}

export interface CheckRequest {
  /** Logical name. */
  readonly name: string;
  readonly olds: ValueMap;
  readonly news: ValueMap;
  readonly randomSeed: Uint8Array;
  readonly autonaming?: { proposedName: string; mode: "propose" | "enforce" | "disable" } | undefined;
}
