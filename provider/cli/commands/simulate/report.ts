/** A simulation told to people and to programs. */

import type { Action } from "../../../lifecycle/evaluate.ts";
import { type LifecycleImage, readImages } from "../../../lifecycle/images.ts";
import { rulesInWords } from "../../../lifecycle/policy.ts";
import { shortDigest } from "../../../lifecycle/reason.ts";
import type { Risk } from "../../../lifecycle/risk.ts";
import { compileRules } from "../../../lifecycle/select.ts";
import type { LifecycleDifference, Simulation, Verdict } from "../../../lifecycle/simulate.ts";
import type { Finding } from "../../../text/finding.ts";
import { day, isoText } from "../../../text/moment.ts";
import { formatPath } from "../../../text/path.ts";
import type { Block, Document, Inline, Tone } from "../../report/document.ts";
import type { Disagreement } from "./cross-check.ts";
import { type Dot, type Lane, timeline } from "./timeline.ts";

/** Everything that `simulate` found out. */
export interface Found {
  readonly policy: string;
  readonly images: readonly LifecycleImage[];
  readonly now: number;
  readonly result: Simulation;
  readonly change: LifecycleDifference | undefined;
  readonly risks: readonly Risk[];
  readonly findings: readonly Finding[];
  /** Undefined without `--cross-check`, and where AWS made no preview. */
  readonly differences: readonly Disagreement[] | undefined;
  /** What was asked for and could not be determined. */
  readonly incomplete: readonly string[];
  readonly notes: readonly string[];
}

/** The object of `--format json`, as `schema/simulation-report.schema.json` describes it. */
export function simulationJson({ result, change, risks, findings, differences, incomplete, notes }: Found): object {
  return {
    schemaVersion: 1,
    at: result.at,
    images: result.images,
    summary: { ...result.summary, atRisk: risks.length },
    ...(change
      ? {
          changes: {
            newlyExpired: change.newlyExpired,
            newlyArchived: change.newlyArchived,
            spared: change.spared,
          },
        }
      : {}),
    atRisk: risks,
    findings: findings.map(({ path, ...finding }) => ({ ...finding, path: formatPath(path) })),
    ...(differences ? { differences } : {}),
    incomplete,
    notes,
  };
}

const words: Readonly<Record<Action, { readonly title: string; readonly tone: Tone }>> = {
  expire: { title: "Expire", tone: "bad" },
  transition: { title: "Move to the archive", tone: "warn" },
  keep: { title: "Stay", tone: "good" },
};

export function simulationDocument(found: Found): Document {
  const { result, risks, change, differences, incomplete, findings, notes } = found;
  const { summary } = result;
  const atRisk = risks.length > 0 ? `; ${number(risks.length, "that goes is", "that go are")} protected or in use` : "";
  return {
    title: "What the lifecycle policy does",
    verdict: `${summary.expire} of ${number(summary.images, "image")} ${summary.expire === 1 ? "expires" : "expire"}, ${summary.transition} ${summary.transition === 1 ? "moves" : "move"} to the archive, ${summary.keep} stay${summary.keep === 1 ? "s" : ""}${atRisk}`,
    tone: risks.length > 0 ? "bad" : summary.expire + summary.transition > 0 ? "warn" : "good",
    blocks: [
      { kind: "paragraph", text: `As of ${result.at}. AWS acts within 24 hours.`, tone: "quiet" },
      ...(incomplete.length > 0
        ? [{ kind: "heading", text: "Incomplete", tone: "warn" } as const, { kind: "list", items: incomplete } as const]
        : []),
      ...pictureBlocks(found),
      ...riskBlocks(risks),
      ...(change ? changeBlocks(change) : []),
      ...(["expire", "transition", "keep"] as const).flatMap((action) => verdictBlocks(found, action)),
      ...differenceBlocks(differences),
      ...findingBlocks(findings),
      ...(notes.length > 0
        ? [{ kind: "heading", text: "Notes" } as const, { kind: "list", items: notes } as const]
        : []),
    ],
  };
}

function number(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `1.2 GiB`. */
function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [value, unit] = [bytes, 0];
  for (; value >= 1_024 && unit < units.length - 1; unit++) value /= 1_024;
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

function imageCell({ imageTags, imageDigest }: Pick<Verdict, "imageTags" | "imageDigest">): Inline {
  const digest = { text: shortDigest(imageDigest), code: true, tone: "quiet" } as const;
  if (imageTags.length === 0) return [digest];
  const tags = imageTags.slice(0, 4).flatMap((tag) => [{ text: tag, code: true }, " "]);
  return [...tags, ...(imageTags.length > 4 ? [`+${imageTags.length - 4} `] : []), digest];
}

function verdictBlocks({ result, images }: Found, action: Action): Block[] {
  const pushed = new Map(readImages(images).map((image) => [image.digest, image]));
  const chosen = result.images
    .map((verdict, index) => [verdict, result.why[index] ?? ""] as const)
    .filter(([verdict]) => verdict.action === action);
  if (chosen.length === 0) return [];
  const { title, tone } = words[action];
  const bytes = chosen.reduce((sum, [{ imageDigest }]) => sum + (pushed.get(imageDigest)?.bytes ?? 0), 0);
  const rows = chosen.map(([verdict, why]): Inline[] => {
    const time = pushed.get(verdict.imageDigest)?.pushed;
    return [
      imageCell(verdict),
      time === undefined ? "" : (isoText(time) ?? "").slice(0, 10),
      verdict.rulePriority === null ? "–" : String(verdict.rulePriority),
      why,
    ];
  });
  return [
    { kind: "heading", text: bytes > 0 ? `${title}, ${size(bytes)}` : title, count: chosen.length, tone },
    { kind: "table", columns: ["Image", "Pushed", "Rule", "Why"], rows, most: action === "keep" ? 20 : 200 },
  ];
}

function riskBlocks(risks: readonly Risk[]): Block[] {
  if (risks.length === 0) return [];
  const rows = risks.map((risk): Inline[] => [
    imageCell(risk),
    { text: risk.action === "expire" ? "expires" : "archived", tone: "bad" },
    risk.rulePriority === null ? "–" : String(risk.rulePriority),
    risk.because.join("; "),
  ]);
  return [
    { kind: "heading", text: "Must not go", count: risks.length, tone: "bad" },
    { kind: "table", columns: ["Image", "What happens", "Rule", "Why it must not"], rows },
  ];
}

function changeBlocks({ newlyExpired, newlyArchived, spared, before, after }: LifecycleDifference): Block[] {
  const places = new Map(after.images.map(({ imageDigest }, index) => [imageDigest, index]));
  const told = (verdict: Verdict | undefined): string =>
    !verdict
      ? ""
      : verdict.action === "keep"
        ? "stays"
        : `${verdict.action === "expire" ? "expires" : "archived"} (rule ${verdict.rulePriority})`;
  const rows = (digests: readonly string[], tone: Tone) =>
    digests.map((digest): Inline[] => {
      const index = places.get(digest) ?? -1;
      const [was, is] = [before.images[index], after.images[index]];
      return [is ? imageCell(is) : digest, told(was), { text: told(is), tone }];
    });
  const all = [...rows(newlyExpired, "bad"), ...rows(newlyArchived, "warn"), ...rows(spared, "good")];
  const counts = `${newlyExpired.length} newly expire, ${newlyArchived.length} are newly archived, ${spared.length} are spared.`;
  return [
    { kind: "heading", text: "What the change does", count: all.length },
    { kind: "paragraph", text: all.length === 0 ? "The same happens to every image under both policies." : counts },
    ...(all.length > 0 ? [{ kind: "table", columns: ["Image", "Before", "After"], rows: all, most: 30 } as const] : []),
  ];
}

function pictureBlocks({ policy, images, result, now }: Found): Block[] {
  if (images.length === 0) return [];
  const subjects = readImages(images);
  const lanes = new Map<number | null, Omit<Lane, "dots"> & { dots: Dot[] }>();
  const told = rulesInWords(policy);
  for (const rule of compileRules(policy)) {
    const byPush = "days" in rule.keeps && rule.keeps.since === "pushed" ? rule.keeps : undefined;
    const line = byPush && { at: now - byPush.days * day, action: rule.action };
    lanes.set(rule.priority, { name: `Rule ${rule.priority}`, text: told.get(rule.priority) ?? "", line, dots: [] });
  }
  const none = { name: "No rule", text: "decides about these", line: undefined, dots: [] as Dot[] };
  for (const [index, { action, rulePriority, imageTags, imageDigest, reason }] of result.images.entries()) {
    if (!lanes.has(rulePriority)) lanes.set(null, none);
    const dot = {
      at: subjects[index]?.pushed ?? now,
      action,
      label: `${imageTags.join(", ") || shortDigest(imageDigest)} · ${reason}`,
    };
    (lanes.get(rulePriority) ?? none).dots.push(dot);
  }
  return [
    {
      kind: "picture",
      svg: timeline([...lanes.values()], now),
      caption:
        "Every image by its push time, in the lane of the rule that decides about it: green stays, amber moves to the archive, red expires. Left of a dashed line an age rule takes what it identifies.",
    },
  ];
}

function differenceBlocks(differences: readonly Disagreement[] | undefined): Block[] {
  if (!differences) return [];
  if (differences.length === 0)
    return [{ kind: "paragraph", text: "AWS's own preview says the same of every image.", tone: "good" }];
  const rows = differences.map((difference): Inline[] => [
    imageCell(difference),
    difference.simulated,
    difference.aws,
    difference.doubts.join(", "),
  ]);
  return [
    { kind: "heading", text: "AWS's own preview differs", count: differences.length, tone: "warn" },
    { kind: "table", columns: ["Image", "Simulated", "AWS", "Known doubts"], rows },
  ];
}

function findingBlocks(findings: readonly Finding[]): Block[] {
  if (findings.length === 0) return [];
  const rows = findings.map(({ ruleId, level, message, path, line }): Inline[] => [
    { text: level, tone: level === "error" ? "bad" : level === "warning" ? "warn" : "quiet" },
    ruleId,
    line === undefined ? "" : String(line),
    [{ text: formatPath(path) || "policy", code: true }, ` ${message}`],
  ]);
  return [
    { kind: "heading", text: "About the policy itself", count: findings.length },
    { kind: "table", columns: ["Level", "Check", "Line", "What"], rows },
  ];
}
