/** The picture of a simulation: images over time, one lane for each rule, colored by what happens to them. */

import type { Action } from "../../../lifecycle/evaluate.ts";
import { day, isoText } from "../../../text/moment.ts";
import { html } from "../../report/formats/html.ts";
import type { Html } from "../../report/markup.ts";

export interface Dot {
  /** When the image was pushed (or restored), in milliseconds. */
  readonly at: number;
  readonly action: Action;
  readonly label: string;
}

export interface Lane {
  readonly name: string;
  /** What the rule does, in a few words. */
  readonly text: string;
  /** Images older than `at` are taken, by age. */
  readonly line: { readonly at: number; readonly action: Action } | undefined;
  readonly dots: readonly Dot[];
}

const width = 1_000;
const left = 16;
const right = 24;
const top = 8;
const label = 40;
const body = 50;
const laneHeight = label + body;
const radius = 4;
const step = radius * 2 + 1;
/** Dots stand upon each other as far as a lane is high; beyond that a column is a bar. */
const stack = Math.floor(body / step);

const color: Readonly<Record<Action, string>> = {
  keep: "var(--good)",
  transition: "var(--warn)",
  expire: "var(--bad)",
};
const order: readonly Action[] = ["keep", "transition", "expire"];

/** Lanes from top to bottom as given; time from the oldest image to `now` at the right. */
export function timeline(lanes: readonly Lane[], now: number): Html {
  const times = lanes.flatMap(({ dots, line }) => [
    ...dots.map(({ at }) => at),
    ...(line === undefined ? [] : [line.at]),
  ]);
  const oldest = times.reduce((least, time) => Math.min(least, time), now - day);
  const latest = times.reduce((most, time) => Math.max(most, time), now);
  const from = oldest - (latest - oldest) * 0.03;
  const scale = (time: number) => left + ((time - from) / (latest - from)) * (width - left - right);
  const height = top + lanes.length * laneHeight + 30;
  const ticks = ticksBetween(from, latest);
  const foot = height - 26;
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Images over time, by the rule that decides about them" fill="currentColor">
${ticks.map(
  ({
    at,
    text,
  }) => html`<line x1="${round(scale(at))}" x2="${round(scale(at))}" y1="${top}" y2="${foot}" stroke="var(--line)"/>
<text x="${round(scale(at))}" y="${height - 8}" text-anchor="middle" fill="var(--quiet)">${text}</text>
`,
)}${lanes.map((lane, index) => laneOf(lane, top + index * laneHeight, scale))}<line x1="${round(scale(now))}" x2="${round(scale(now))}" y1="${top}" y2="${foot}" stroke="var(--ink)" stroke-width="1.5"/>
</svg>`;
}

function laneOf({ name, text, line, dots }: Lane, y: number, scale: (time: number) => number): Html {
  const base = y + laneHeight - 4;
  const cut = line === undefined ? undefined : round(scale(line.at));
  return html`<g>
${
  cut === undefined
    ? undefined
    : html`<rect x="${left}" y="${y + label - 8}" width="${Math.max(0, cut - left)}" height="${body + 4}" fill="${color[line?.action ?? "keep"]}" opacity="0.09"/>
<line x1="${cut}" x2="${cut}" y1="${y + label - 8}" y2="${base}" stroke="${color[line?.action ?? "keep"]}" stroke-dasharray="3 3"/>
`
}<line x1="${left}" x2="${width - right}" y1="${base}" y2="${base}" stroke="var(--line)"/>
<text x="${left}" y="${y + 20}" font-weight="600">${name} <tspan fill="var(--quiet)" font-weight="400" dx="6">${text}</tspan></text>
${columnsOf(dots, scale).map((column) => drawn(column, base))}</g>
`;
}

interface Column {
  readonly x: number;
  readonly dots: readonly Dot[];
  /** The most that a column of the lane holds. */
  readonly most: number;
}

function columnsOf(dots: readonly Dot[], scale: (time: number) => number): Column[] {
  const columns = new Map<number, Dot[]>();
  for (const dot of dots) {
    const x = Math.round(scale(dot.at) / step) * step;
    const column = columns.get(x);
    if (column) column.push(dot);
    else columns.set(x, [dot]);
  }
  const most = [...columns.values()].reduce((count, { length }) => Math.max(count, length), 0);
  return [...columns]
    .sort(([a], [b]) => a - b)
    .map(([x, inside]) => ({
      x,
      most,
      dots: inside.sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action)),
    }));
}

function drawn({ x, dots, most }: Column, base: number): Html {
  if (most <= stack)
    return html`${dots.map(
      ({ action, label: title }, index) =>
        html`<circle cx="${x}" cy="${base - radius - 1 - index * step}" r="${radius}" fill="${color[action]}"><title>${title}</title></circle>
`,
    )}`;
  let y = base;
  const bars = order.flatMap((action) => {
    const count = dots.filter((dot) => dot.action === action).length;
    if (count === 0) return [];
    const high = Math.max(1, (count / most) * body);
    y -= high;
    return html`<rect x="${x - radius}" y="${round(y)}" width="${step - 1}" height="${round(high)}" fill="${color[action]}"><title>${count} images: ${action}</title></rect>
`;
  });
  return html`${bars}`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

const steps = [1, 2, 7, 14, 30, 90, 180, 365, 730, 1_825, 3_650].map((days) => days * day);

function ticksBetween(from: number, to: number): { at: number; text: string }[] {
  const distance = steps.find((length) => (to - from) / length <= 8) ?? (to - from) / 8;
  const ticks: { at: number; text: string }[] = [];
  for (let at = Math.ceil(from / distance) * distance; at <= to && ticks.length < 12; at += distance)
    ticks.push({ at, text: (isoText(at) ?? "").slice(0, 10) });
  return ticks;
}
