/** Points in time as AWS, its command line and people write them. All in milliseconds since 1970 inside this program. */

import { ProviderError } from "./errors.ts";
import { printable } from "./printable.ts";

/** A `Date`, ISO 8601 text (UTC where it names no zone), or seconds since 1970 as AWS's JSON has them. */
export type Moment = Date | string | number;

export const day = 86_400_000;
/** The last millisecond of a `Date`. */
const latest = 8.64e15;
/** Seconds of the year 5138: a larger number is milliseconds written by mistake. */
const mostSeconds = 1e11;

const form = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

/** Milliseconds since 1970, with fractions; undefined for what is no moment. */
export function readMoment(moment: unknown): number | undefined {
  if (typeof moment === "string") return parseText(moment);
  if (moment instanceof Date) return Number.isNaN(moment.getTime()) ? undefined : moment.getTime();
  // Rounded to microseconds, which is what seconds with a fraction can hold.
  if (typeof moment === "number" && Math.abs(moment) < mostSeconds) return Math.round(moment * 1e6) / 1e3;
  return undefined;
}

/** As `readMoment`; throws InvalidInput, which names `what` was read. */
export function millisecondsOf(moment: unknown, what: string): number {
  const milliseconds = readMoment(moment);
  if (milliseconds !== undefined) return milliseconds;
  const shown =
    typeof moment === "string" ? `"${printable(moment, 40)}"` : printable(String(JSON.stringify(moment) ?? moment), 40);
  const why = typeof moment === "number" ? "is past the year 5000; give seconds, not milliseconds" : "is no time";
  throw new ProviderError(
    "InvalidInput",
    `${what}: ${shown} ${why}; write it as 2026-01-31T12:00:00Z or as seconds since 1970`,
  );
}

function parseText(text: string): number | undefined {
  const [, date, time = "00:00:00", fraction = "", zone = "Z"] = (text.length <= 40 && form.exec(text.trim())) || [];
  if (date === undefined) return undefined;
  const offset = zone.toUpperCase() === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`;
  const whole = Date.parse(`${date}T${time}${offset}`);
  if (Number.isNaN(whole) || !isRealDay(date)) return undefined;
  return fraction === "" ? whole : whole + Number(`0.${fraction}`) * 1_000;
}

/** Date.parse takes February the 30th for March. */
function isRealDay(date: string): boolean {
  return date.slice(8) <= "28" || new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}

/** ISO text in UTC, without a fraction that is zero; undefined beyond what dates can say. */
export function isoText(milliseconds: number): string | undefined {
  if (!(Math.abs(milliseconds) <= latest)) return undefined;
  const text = new Date(milliseconds).toISOString();
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

/**
 * Whether an exception has ended at a moment in milliseconds. A date alone counts for the whole of its day, in UTC; without
 * an end it lasts, and an end that is not a moment is over.
 */
export function isOver(until: string | undefined, at: number): boolean {
  if (until === undefined) return false;
  const end = readMoment(until);
  return end === undefined || (/^\d{4}-\d{2}-\d{2}$/.test(until.trim()) ? at >= end + day : at > end);
}
