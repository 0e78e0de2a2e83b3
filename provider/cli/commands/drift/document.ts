/** A drift report as a document: the answer first, then what is wrong by class, then how it was found. */

import type { DriftFinding } from "../../../declared/remark.ts";
import type { DriftReport, DriftResource } from "../../../drift/report/report.ts";
import { type Block, type Document, type Inline, type Span, spansOf, type Tone } from "../../report/document.ts";
import type { Medium } from "../../shared/output.ts";
import { differences } from "./differences.ts";

/** At most so many of a class where room is short. */
const most = 60;

const headings: readonly (readonly [DriftResource["class"], string, Tone])[] = [
  ["changed", "Changed", "bad"],
  ["missing", "Missing", "bad"],
  ["unmanaged", "Unmanaged", "warn"],
  ["unreadable", "Could not be read", "warn"],
];

/** On a page, all resources are one table that can be sorted; elsewhere there is a table for each class. */
export function driftDocument(report: DriftReport, medium: Medium): Document {
  const { resources, findings, incomplete } = report;
  const places = new Set(resources.map(placeOf));
  const isWide = places.size > 1;
  return {
    title: places.size === 1 ? `Drift of Amazon ECR in ${[...places].join()}` : "Drift of Amazon ECR",
    ...verdictOf(report),
    blocks: [
      ...(medium === "html" ? [tally(report)] : []),
      ...coverageLine(report),
      ...(medium === "html" ? sortableTable(resources, isWide) : sections(resources, isWide)),
      ...(medium === "text" ? [] : differences(resources, most)),
      ...fixes(resources),
      ...ignoredLine(resources),
      ...noteList(
        "Beyond single resources",
        findings.map(({ message }) => message),
      ),
      ...noteList("Incomplete, because", incomplete),
    ],
  };
}

function verdictOf({ summary, incomplete }: DriftReport): Pick<Document, "verdict" | "tone"> {
  const { inSync, changed, missing, unmanaged, unreadable, ignored } = summary;
  const counts = [
    [changed, "changed"],
    [missing, "missing"],
    [unmanaged, "unmanaged"],
    [unreadable, "unreadable"],
    [ignored, "ignored"],
    [inSync, "in sync"],
  ] as const;
  const told = counts
    .filter(([count, word]) => count > 0 || word === "in sync")
    .map(([count, word]) => `${count} ${word}`);
  const drifted = changed + missing + unmanaged > 0;
  const lead = drifted ? "Drift" : incomplete.length > 0 ? "Incomplete" : "In sync";
  return { verdict: `${lead}: ${told.join(", ")}`, tone: drifted ? "bad" : incomplete.length > 0 ? "warn" : "good" };
}

function coverageLine({ summary: { coverage, calls }, shard }: DriftReport): Block[] {
  const part = shard ? `, shard ${shard.index} of ${shard.of}` : "";
  const text =
    coverage === null
      ? `Coverage was not asked for: only declared resources were read. ${calls} API calls${part}.`
      : coverage.percent === null
        ? `Coverage: –, because no live resource was seen. ${calls} API calls${part}.`
        : `Coverage: ${coverage.declared + coverage.expected} of ${coverage.live} live resources are managed (${coverage.percent}%): ${coverage.declared} declared, ${coverage.expected} expected; ${coverage.unmanaged} unmanaged. ${calls} API calls${part}.`;
  return [{ kind: "paragraph", text, tone: "quiet" }];
}

function tally({ summary }: DriftReport): Block {
  const { inSync, changed, missing, unmanaged, unreadable, ignored, coverage } = summary;
  const figure = (label: string, value: number, tone: Tone) => ({ label, value, tone: value === 0 ? "quiet" : tone });
  return {
    kind: "tally",
    figures: [
      figure("changed", changed, "bad"),
      figure("missing", missing, "bad"),
      figure("unmanaged", unmanaged, "warn"),
      figure("unreadable", unreadable, "warn"),
      figure("ignored", ignored, "quiet"),
      figure("in sync", inSync, "good"),
      ...(coverage === null
        ? []
        : [{ label: "managed", value: coverage.percent === null ? "–" : `${coverage.percent} %` }]),
    ],
  };
}

function sections(resources: readonly DriftResource[], isWide: boolean): Block[] {
  const remarks = resources.filter(({ class: kind, findings }) => kind === "in-sync" && findings.length > 0);
  return [
    ...headings.flatMap(([kind, text, tone]) => {
      const ours = resources.filter((one) => one.class === kind);
      return section(text, tone, ours, isWide);
    }),
    ...section("In sync, and worth knowing", "quiet", remarks, isWide),
  ];
}

const classTones: Readonly<Record<DriftResource["class"], Tone>> = {
  changed: "bad",
  missing: "bad",
  unmanaged: "warn",
  unreadable: "warn",
  ignored: "quiet",
  "in-sync": "good",
};

/** What is wrong comes first; the rest is in the order of the report. */
function sortableTable(resources: readonly DriftResource[], isWide: boolean): Block[] {
  if (resources.length === 0) return [];
  const order = Object.keys(classTones);
  const rows = resources
    .toSorted((a, b) => order.indexOf(a.class) - order.indexOf(b.class))
    .map((resource): readonly Inline[] => {
      const { class: kind, id, type, source, account, region } = resource;
      return [
        { text: kind, tone: classTones[kind] },
        { text: id, code: true },
        type.split(":").at(-1) ?? type,
        ...(isWide ? [account, region] : []),
        source?.stack ?? "–",
        sentences(resource),
      ];
    });
  const columns = ["Class", "Resource", "Type", ...(isWide ? ["Account", "Region"] : []), "Stack", "What"];
  return [
    { kind: "heading", text: "Resources", count: resources.length },
    { kind: "table", columns, rows, sortable: true },
  ];
}

function sentences(resource: DriftResource): Inline {
  const lines = linesOf(resource);
  return lines.flatMap((line, index) => [...(index === 0 ? [] : [{ text: " · " }]), ...spansOf(line)]);
}

function section(text: string, tone: Tone, resources: readonly DriftResource[], isWide: boolean): Block[] {
  if (resources.length === 0) return [];
  return [
    { kind: "heading", text, count: resources.length, tone },
    {
      kind: "table",
      columns: ["resource", "what"],
      rows: resources.flatMap((resource) => resourceRows(resource, isWide)),
      most,
    },
  ];
}

/** The resource with its first finding, then a row for each further one. */
function resourceRows(resource: DriftResource, isWide: boolean): (readonly Inline[])[] {
  const { type, id } = resource;
  const place = isWide ? ` in ${placeOf(resource)}` : "";
  const name: Inline = [{ text: id, code: true }, ` ${type.split(":").at(-1) ?? type}${place}`];
  const [first = "", ...rest] = linesOf(resource);
  return [[name, first], ...rest.map((line) => ["", line])];
}

function linesOf({ findings, by, since }: DriftResource): Inline[] {
  return [
    ...findings.map((finding): Span => ({ text: finding.message, ...toneOf(finding) })),
    ...(by === undefined && since === undefined ? [] : [`last written ${since ?? ""} by ${by ?? "somebody unknown"}`]),
  ];
}

function placeOf({ account, region }: DriftResource): string {
  return account === "" ? region || "an unknown registry" : `${account}/${region}`;
}

/** The commands that would settle it all, to be copied. */
function fixes(resources: readonly DriftResource[]): Block[] {
  const commands = [...new Set(resources.flatMap(({ fix }) => fix ?? []))];
  if (commands.length === 0) return [];
  const items = commands.slice(0, most).map((text) => [{ text, code: true }]);
  const rest = commands.length - items.length;
  return [
    { kind: "heading", text: "How to fix" },
    { kind: "list", items: rest > 0 ? [...items, `and ${rest} more, in the JSON report`] : items },
  ];
}

function toneOf({ level }: DriftFinding): { tone?: Tone } {
  return level === "error" ? { tone: "bad" } : level === "warning" ? { tone: "warn" } : {};
}

function ignoredLine(resources: readonly DriftResource[]): Block[] {
  const ignored = resources.filter(({ class: kind }) => kind === "ignored");
  const reasons = new Map<string, number>();
  for (const { findings } of ignored) {
    const reason = findings.find(
      ({ id }) => id === "ignored" || id === "accepted" || id === "expected" || id === "tolerated",
    );
    const text =
      reason?.id === "expected" ? "made by a template, a cache rule or replication" : (reason?.message ?? "");
    reasons.set(text, (reasons.get(text) ?? 0) + 1);
  }
  if (ignored.length === 0) return [];
  return [
    { kind: "heading", text: "Ignored", count: ignored.length, tone: "quiet" },
    { kind: "list", items: [...reasons].map(([reason, count]) => `${count}: ${reason}`) },
  ];
}

function noteList(text: string, items: readonly string[]): Block[] {
  return items.length === 0
    ? []
    : [
        { kind: "heading", text, tone: "warn" },
        { kind: "list", items },
      ];
}
