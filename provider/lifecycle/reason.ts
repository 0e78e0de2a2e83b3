/** Outcomes of a run told to a person. */

import { isoText } from "../text/moment.ts";
import { printable } from "../text/printable.ts";
import type { Action, ChildMode, Outcome } from "./evaluate.ts";
import type { Subject } from "./images.ts";
import type { AgeOf, Rule } from "./select.ts";

const done: Readonly<Record<Action, string>> = { keep: "kept", expire: "expired", transition: "archived" };
const would: Readonly<Record<Rule["action"], string>> = { expire: "expire", transition: "archive" };
const happened: Readonly<Record<AgeOf, string>> = { pushed: "pushed", pulled: "last pulled", archived: "archived" };

/** `kept`, `expired` or `archived`, as a sentence about a verdict begins. */
export function happensTo(action: Action): string {
  return done[action];
}

/** Why: which rule decides and by what; then what AWS does not define of it. */
export function whyInWords(
  outcome: Outcome,
  images: readonly Subject[],
  index: number,
  /** What it would be if the images of manifest lists were treated in the other way, where that differs. */
  other: { readonly outcome: Outcome; readonly mode: ChildMode } | undefined,
): string {
  const image = images[index];
  const said = image ? decided(outcome, images, image) : "";
  const doubts = outcome.doubts.flatMap((doubt) => {
    if (doubt === "tie" && outcome.why.kind === "counted")
      return `${outcome.why.tied} images have the same time where rule ${outcome.rule?.priority} draws its line, and AWS does not say which of them counts as newer; here the greater digest does`;
    if (doubt === "same-run")
      return "AWS does not say whether the images of a manifest list go in the same run as the list";
    if (doubt === "restoring")
      return "it is being restored from the archive, and AWS does not say how that counts; here its time starts now";
    if (doubt === "children" && other)
      return `if the images of manifest lists are ${other.mode === "count" ? "counted like others" : "left out of the count"}, it is ${done[other.outcome.action]}${by(other.outcome)}`;
    return [];
  });
  return [said, ...doubts].join("; ");
}

function by({ action, rule }: Outcome): string {
  return action === "keep" || !rule ? "" : ` by rule ${rule.priority}`;
}

function decided(outcome: Outcome, images: readonly Subject[], image: Subject): string {
  const { action, rule, why, shielded } = outcome;
  if (why.kind === "part") {
    const lists = named(why.lists, images);
    return outcome.doubts.includes("same-run")
      ? `it belongs to ${lists}, and is judged like any other image once that is gone, in the next run`
      : `it belongs to ${lists}, which stays`;
  }
  if (!rule || why.kind === "unidentified")
    return image.storageClass === "archive" ? "no rule for the archive identifies it" : "no rule identifies it";
  const name = `rule ${rule.priority}`;
  if (why.kind === "referrer") {
    const subject = named([why.subject], images);
    return `it is attached to ${subject}, which ${name} ${action === "expire" ? "expires" : "archives"}; AWS lets it follow within 24 hours`;
  }
  const shield = shielded ? `${name} identified it, so rule ${shielded.priority} may not act on it; ` : "";
  if (why.kind === "blocked")
    return `${shield}${name} would ${would[rule.action]} it, but it belongs to ${named(why.lists, images)}, which stays`;
  return (
    shield +
    ("newest" in rule.keeps ? counted(outcome, name, rule.keeps.newest) : aged(outcome, name, rule.keeps, image))
  );
}

function counted({ action, why }: Outcome, name: string, newest: number): string {
  const { place, of } = why as Extract<Outcome["why"], { kind: "counted" }>;
  if (action !== "keep") return `${name} keeps the newest ${newest}, and it is number ${place} of ${of}`;
  return `${name} keeps the newest ${newest}, and it is number ${place}`;
}

function aged(
  { action, why, when }: Outcome,
  name: string,
  { days, since }: Extract<Rule["keeps"], { days: number }>,
  image: Subject,
): string {
  const moment = (why as Extract<Outcome["why"], { kind: "aged" }>).since;
  if (moment === undefined)
    return `${name} would take it ${plural(days, "day")} after it was archived, and when that was is not known (lastArchivedAt)`;
  const word =
    since === "archived"
      ? "archived"
      : since === "pulled" && image.pulled
        ? "last pulled"
        : image.restored
          ? "restored from the archive"
          : since === "pulled"
            ? "pushed and never pulled since"
            : "pushed";
  if (action !== "keep")
    return `${name} takes what was ${happened[since]} more than ${plural(days, "day")} ago, and it was ${word} on ${isoText(moment) ?? "no date"}`;
  const due = when === undefined ? undefined : isoText(when);
  return `${name} takes it ${plural(days, "day")} after it was ${word}${due ? `, which is past ${due}` : ""}`;
}

function plural(number: number, word: string): string {
  return number === 1 ? `1 ${word}` : `${number} ${word}s`;
}

function named(places: readonly number[], images: readonly Subject[]): string {
  const first = images[places[0] ?? -1];
  if (!first) return "another image";
  const tag = first.tags[0];
  const rest = places.length > 1 ? ` and ${places.length - 1} more` : "";
  const kind = first.isList || first.children ? "manifest list " : "";
  return `${kind}${shortDigest(first.digest)}${tag === undefined ? "" : ` (${printable(tag, 40)})`}${rest}`;
}

/** `sha256:0123456789ab`: enough to find it. */
export function shortDigest(digest: string): string {
  return printable(digest, 19).replace("…", "");
}
