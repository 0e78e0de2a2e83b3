/**
 * A review report as a document, in the order in which a reviewer asks: may this be merged, who can do what now, which
 * images go, what is wrong. What only some want to see is folded: how to fix, both forms of a policy, what was not decided.
 */

import { abilityWords, statementWords } from "../../../policy/access/sentences.ts";
import type { ImageFate, ReviewAccessRow, ReviewFinding, ReviewReport } from "../../../review/report.ts";
import type { Block, Document, Inline, Tone } from "../../report/document.ts";
import { reviewFolds } from "./folds.ts";
import { count, nameOf, placeOf, repositoryOf, saying } from "./words.ts";

export function reviewDocument(report: ReviewReport): Document {
  const { stack, notes } = report;
  const body = [...accessBlocks(report), ...imageBlocks(report), ...changeBlocks(report), ...findingBlocks(report)];
  return {
    title: stack === undefined ? "Review of ECR policies" : `Review of ECR policies in ${stack}`,
    verdict: verdictLine(report),
    tone: ({ clean: "good", blocked: "bad", undecided: "warn" } as const)[report.verdict],
    blocks: [
      ...(body.length === 0 ? [{ kind: "paragraph", text: nothing(report) } as const] : [...body, ...formOnly(report)]),
      ...reviewFolds(report),
      ...(notes.length === 0 ? [] : [{ kind: "list", items: notes } as const]),
    ],
  };
}

const verdictWords = { clean: "Nothing in the way", blocked: "Blocked", undecided: "Not decided" } as const;

/** `Blocked · 1 error, 2 warnings, 0 notes · 1 suppressed · 0 undecided · commit 3f2a9c1`, the commit as code, to be copied. */
function verdictLine({ verdict, summary, revisions }: ReviewReport): Inline {
  const { error, warning, note, suppressed, undecided } = summary;
  const told = [
    verdictWords[verdict],
    [count(error, "error"), count(warning, "warning"), count(note, "note")].join(", "),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
    `${undecided} undecided`,
  ].join(" · ");
  return revisions ? [`${told} · commit `, { text: revisions.head.slice(0, 7), code: true }] : told;
}

function nothing({ summary: { resources, equalInMeaning }, notRead }: ReviewReport): string {
  if (resources === 0) {
    const isWhole = notRead.every(({ incomplete }) => !incomplete);
    return isWhole ? "No policy or setting of ECR changes." : "No policy or setting that was read changes.";
  }
  if (equalInMeaning === resources)
    return `Nothing changes in meaning: ${count(resources, "resource")} changed in form only.`;
  const form = equalInMeaning > 0 ? ` Of ${equalInMeaning} only the form changes.` : "";
  return `${count(resources, "resource")} looked at: nothing changes in access or for images, and nothing was found.${form}`;
}

/** What means the same as before needs no row, but to be said. */
function formOnly({ summary: { equalInMeaning } }: ReviewReport): Block[] {
  if (equalInMeaning === 0) return [];
  return [{ kind: "paragraph", text: `Besides, ${count(equalInMeaning, "resource")} changed in form only.` }];
}

function accessBlocks({ access: { gains, losses }, changes }: ReviewReport): Block[] {
  const rows = [...gains.map((row) => accessRow(row, true)), ...losses.map((row) => accessRow(row, false))];
  if (rows.length === 0) return [];
  const isChange = changes.some(({ change }) => change !== "unchanged");
  const columns = ["Repository", "Who", isChange ? "Change" : "Can", "Only if", "Because of"];
  const tone = gains.some(({ outside }) => outside) ? "bad" : "warn";
  const title = isChange ? "Access changes" : "Access";
  return [
    { kind: "heading", text: title, count: rows.length, ...(isChange ? { tone } : {}) },
    { kind: "table", columns, rows: isChange ? rows : rows.map((row) => row.map(present)) },
  ];
}

/** What documents that are judged alone allow is no news. */
function present(cell: Inline): Inline {
  const isVerb = typeof cell === "object" && "text" in cell && cell.text.startsWith("can now ");
  return isVerb ? { ...cell, text: cell.text.replace("can now ", "") } : cell;
}

function accessRow(row: ReviewAccessRow, isGain: boolean): readonly Inline[] {
  const { resource, file, principal, onlyIf, because, outside, refusal } = row;
  const tone: Tone = !isGain ? "quiet" : outside ? "bad" : "warn";
  const even = refusal
    ? because.policy === "before"
      ? " if identity policies allow it"
      : " whatever identity policies say"
    : "";
  return [
    repositoryOf(resource, file),
    [principal, ...(outside ? [{ text: " outside", tone: "bad" } as const] : [])],
    { text: `${isGain ? "can now" : "can no longer"} ${abilityWords(row)}${even}`, tone },
    onlyIf ?? "–",
    statementWords(because),
  ];
}

function imageBlocks({ images }: ReviewReport): Block[] {
  if (images.length === 0) return [];
  const rows = images.map(({ repository, newlyExpired, newlyArchived, spared, at, uncertain }): readonly Inline[] => [
    { text: repository, code: true },
    { text: String(newlyExpired.length), ...(newlyExpired.length > 0 ? { tone: "bad" } : {}) },
    { text: String(newlyArchived.length), ...(newlyArchived.length > 0 ? { tone: "warn" } : {}) },
    String(spared.length),
    range([...newlyExpired, ...newlyArchived]),
    `${at.slice(0, 16)}${uncertain > 0 ? `, ${uncertain} uncertain` : ""}`,
  ]);
  const columns = ["Repository", "Newly expire", "Newly archive", "Spared", "From newest to oldest", "As of"];
  return [
    { kind: "heading", text: "Image changes", count: images.length },
    { kind: "table", columns, rows },
  ];
}

function range(fates: readonly ImageFate[]): string {
  const sorted = fates.toSorted((a, b) => (a.pushedAt < b.pushedAt ? 1 : -1));
  const [newest, oldest] = [sorted[0], sorted.at(-1)];
  if (!newest || !oldest) return "–";
  return newest === oldest ? imageName(newest) : `${imageName(newest)} … ${imageName(oldest)}`;
}

function imageName({ imageTags, imageDigest, pushedAt }: ImageFate): string {
  return `${imageTags[0] ?? imageDigest.slice(0, 19)} (${pushedAt.slice(0, 10)})`;
}

/** What changes say beyond access and images, such as that a repository is replaced. */
function changeBlocks({ changes }: ReviewReport): Block[] {
  const items = changes
    .filter(({ sentences, equalInMeaning }) => sentences.length > 0 && !equalInMeaning)
    .map(
      ({ kind, name, file, sentences }): Inline => [
        `${kind} `,
        { text: nameOf(name, file), code: true },
        `: ${sentences.join("; ")}`,
      ],
    );
  if (items.length === 0) return [];
  return [
    { kind: "heading", text: "What else changes", count: items.length },
    { kind: "list", items },
  ];
}

const levelTones: Readonly<Record<ReviewFinding["level"], Tone>> = {
  error: "bad",
  warning: "warn",
  note: "quiet",
};

function findingBlocks({ findings }: ReviewReport): Block[] {
  const open = findings.filter(({ suppressed }) => suppressed === undefined);
  if (open.length === 0) return [];
  const rows = open.map((finding): readonly Inline[] => [
    { text: finding.level, tone: levelTones[finding.level] },
    finding.ruleId,
    { text: placeOf(finding), code: true },
    [...saying(finding), ...(finding.existing ? [{ text: " (was there before)", tone: "quiet" } as const] : [])],
  ]);
  return [
    { kind: "heading", text: "Findings", count: open.length },
    { kind: "table", columns: ["Level", "Rule", "Where", "What"], rows },
  ];
}
