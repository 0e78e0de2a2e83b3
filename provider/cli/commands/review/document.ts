/**
 * A review report as a document, in the order in which a reviewer asks: may this be merged, who can do what now, which
 * images go, what is wrong. What only some want to see is folded: how to fix, both forms of a policy, what was not decided.
 */

import { abilityWords, statementWords } from "../../../policy/access/sentences.ts";
import type { ImageFate, ReviewAccessRow, ReviewFinding, ReviewReport } from "../../../review/report.ts";
import type { Block, Document, Inline, Span, Tone } from "../../report/document.ts";
import type { Medium } from "../../shared/output.ts";
import { openFolds, reviewFolds } from "./folds.ts";
import { count, nameOf, placeOf, repositoryOf, saying, verdictOf } from "./words.ts";

export function reviewDocument(report: ReviewReport, medium: Medium): Document {
  const { stack, notes } = report;
  const body = [
    ...accessBlocks(report),
    ...imageBlocks(report),
    ...changeBlocks(report),
    ...findingBlocks(report, medium),
  ];
  return {
    title: stack === undefined ? "Review of ECR policies" : `Review of ECR policies in ${stack}`,
    verdict: verdictLine(report),
    tone: ({ clean: "good", blocked: "bad", undecided: "warn" } as const)[report.verdict],
    blocks: [
      ...(body.length === 0 ? [{ kind: "paragraph", text: nothing(report) } as const] : [...body, ...formOnly(report)]),
      ...(medium === "text" ? openFolds(report) : reviewFolds(report)),
      ...(notes.length === 0 ? [] : [{ kind: "list", items: notes } as const]),
    ],
  };
}

const relationWords = {
  equal: "access unchanged",
  wider: "access wider",
  narrower: "access narrower",
  incomparable: "access wider and narrower",
  undecided: "access could not be determined",
} as const;

/** `Blocked (1 error, 2 warnings) · access wider · 1 suppressed · commit 3f2a9c1`, the commit as code, to be copied. */
function verdictLine(report: ReviewReport): Inline {
  const { summary, revisions, access, changes } = report;
  const { suppressed, undecided } = summary;
  const told = [
    verdictOf(report),
    ...(isChange(changes) ? [relationWords[access.relation]] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
    ...(undecided > 0 ? [`${undecided} not read or not determined`] : []),
  ].join(" · ");
  return revisions ? [`${told} · commit `, { text: revisions.head.slice(0, 7), code: true }] : told;
}

/** Documents that are judged alone have no side before. */
function isChange(changes: ReviewReport["changes"]): boolean {
  return changes.some(({ change }) => change !== "unchanged");
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

function accessBlocks({ access: { gains, losses, denied = [] }, changes }: ReviewReport): Block[] {
  const isNews = isChange(changes);
  const rows = [
    ...gains.map((row) => accessRow(row, isNews ? "can now" : undefined)),
    ...losses.map((row) => accessRow(row, "can no longer")),
    ...denied.map((row) => accessRow(row, "cannot")),
  ];
  if (rows.length === 0) return [];
  const columns = ["Repository", "Who", isNews ? "Change" : "Can", "Only if", "Because of"];
  const tone = gains.some(({ outside }) => outside) ? "bad" : "warn";
  const title = isNews ? "Access changes" : "Access";
  return [
    { kind: "heading", text: title, count: rows.length, ...(isNews ? { tone } : {}) },
    { kind: "table", columns, rows },
  ];
}

/** What documents that are judged alone allow has no verb: it is not news. */
function accessRow(row: ReviewAccessRow, verb: "can now" | "can no longer" | "cannot" | undefined): readonly Inline[] {
  const { resource, file, unnamed, principal, onlyIf, because, outside, refusal } = row;
  const tone: Tone = verb === "can no longer" || verb === "cannot" ? "quiet" : outside ? "bad" : "warn";
  const even = refusal
    ? because.policy === "before"
      ? " if identity policies allow it"
      : " whatever identity policies say"
    : "";
  return [
    repositoryOf(resource, unnamed ? file : undefined),
    [principal, ...(outside ? [{ text: " outside", tone: "bad" } as const] : [])],
    { text: `${verb === undefined ? "" : `${verb} `}${abilityWords(row)}${even}`, tone },
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
  const columns = [
    "Repository",
    "Would expire",
    "Would be archived",
    "Would be kept",
    "From newest to oldest",
    "As of",
  ];
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
  const items = changes.flatMap((change): Inline[] => {
    const { kind, change: what, sentences, equalInMeaning } = change;
    const told = [...(what === "removed" || what === "replaced" ? [what] : []), ...sentences].join("; ");
    return told === "" || equalInMeaning ? [] : [[`${kind} `, { text: nameOf(change), code: true }, `: ${told}`]];
  });
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

function findingBlocks({ findings }: ReviewReport, medium: Medium): Block[] {
  const open = findings.filter(({ suppressed }) => suppressed === undefined);
  if (open.length === 0) return [];
  const heading = { kind: "heading", text: "Findings", count: open.length } as const;
  if (medium === "text") return [heading, { kind: "list", items: open.map(findingLine) }];
  const rows = open.map((finding): readonly Inline[] => [
    { text: finding.level, tone: levelTones[finding.level] },
    finding.ruleId,
    { text: placeOf(finding), code: true },
    [...saying(finding), ...before(finding)],
  ]);
  return [heading, { kind: "table", columns: ["Level", "Rule", "Where", "What"], rows }];
}

/** As compilers write it, so that the place stays in one piece: `policies/api.json:14:5: warning ECR-B4: …`. */
function findingLine(finding: ReviewFinding): Inline {
  const { level, ruleId, line, column } = finding;
  const place = `${placeOf(finding)}${line === undefined || column === undefined ? "" : `:${column}`}`;
  return [{ text: place, code: true }, `: ${level} ${ruleId}: `, ...saying(finding), ...before(finding)];
}

function before({ existing }: ReviewFinding): Span[] {
  return existing ? [{ text: " (was there before)", tone: "quiet" }] : [];
}
