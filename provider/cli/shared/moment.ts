/** Times on the command line. */

import { InvalidArgumentError } from "commander";
import { millisecondsOf } from "../../lifecycle/moment.ts";

const unit: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** Parser of `--at`: a moment, or the distance from now, `+30d`; in milliseconds. */
export function momentOption(text: string): number {
  const [, sign, number, letter = "d"] = /^([+-])(\d{1,6})([hdw])$/.exec(text) ?? [];
  if (sign !== undefined) return Date.now() + Number(`${sign}${number}`) * (unit[letter] ?? 0);
  try {
    return millisecondsOf(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text, "--at");
  } catch {
    throw new InvalidArgumentError("Give a time such as 2026-01-31T12:00:00Z, or +30d, +12h or +2w from now.");
  }
}
