/** What the words of the command line may be: parsers of options, each of which names the form that it takes. */

import { InvalidArgumentError } from "commander";
import { day, isOver, isoText, readMoment } from "../../text/moment.ts";

/** Of a repeatable option: what was given so far, and this. */
export function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Of a repeatable option that takes lists: words between commas. */
export function listed(text: string, before: readonly string[] = []): readonly string[] {
  const words = text.split(",").map((word) => word.trim());
  return [...before, ...words.filter((word) => word !== "")];
}

/** A parser of whole numbers between two bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most))
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    return number;
  };
}

/** Two words with a sign between them, the second of which may have the sign as well; undefined where one is missing. */
export function pairOf(text: string, sign: string): readonly [string, string] | undefined {
  const at = text.indexOf(sign);
  return at > 0 && at < text.length - 1 ? [text.slice(0, at), text.slice(at + 1)] : undefined;
}

const unit: Readonly<Record<string, number>> = { h: day / 24, d: day, w: 7 * day };

/** Seconds since 1970, of this century. */
const seconds = /^\d{9,10}(\.\d+)?$/;

/**
 * A moment in milliseconds: ISO 8601, in UTC where it names no zone, seconds since 1970, or a distance from now, `+30d` from
 * now and `-12h` ago. `direction` is that of a distance without a sign.
 */
function moment(text: string, direction: 1 | -1 | undefined, forms: string): number {
  const [, sign, number, letter = ""] = /^([+-]?)(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (number !== undefined && (sign !== "" || direction !== undefined)) {
    const way = sign === "" ? direction : sign === "-" ? -1 : 1;
    return Date.now() + (way ?? 1) * Number(number) * (unit[letter] ?? 0);
  }
  const found = readMoment(seconds.test(text) ? Number(text) : text);
  if (found === undefined) throw new InvalidArgumentError(forms);
  return found;
}

/** Parser of `--at`: any moment, in milliseconds. */
export function momentOption(text: string): number {
  return moment(text, undefined, "Give a time such as 2026-01-31T12:00:00Z, or +30d from now, or -12h ago.");
}

/** Parser of `--since`: a moment that is over. */
export function sinceOption(text: string): Date {
  const forms = "Give a past time such as 2026-01-31T12:00:00Z, or how long ago: 24h, 7d, 2w.";
  const since = moment(text, -1, forms);
  if (since > Date.now()) throw new InvalidArgumentError(forms);
  return new Date(since);
}

/** Parser of `--until`: a moment to come, or a date, the whole of which counts. As it is written to files. */
export function untilOption(text: string): string {
  const forms = "Give a date to come such as 2026-12-31, a time such as 2026-12-31T12:00:00Z, or 90d from now.";
  const until = /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : isoText(moment(text, 1, forms));
  if (until === undefined || isOver(until, Date.now())) throw new InvalidArgumentError(forms);
  return until;
}
