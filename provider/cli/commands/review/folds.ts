/** The folded parts of a review: how to fix, what is silenced, both forms of what changes, images, what was not decided. */

import { requesterWords } from "../../../policy/access/sentences.ts";
import type { ReviewFinding, ReviewReport } from "../../../review/report.ts";
import type { Block, Inline, Span } from "../../report/document.ts";
import { lineDiff } from "../../report/line-diff.ts";
import { count, fateWords, ledgerLine, nameOf, placeOf, saying } from "./words.ts";

/** Images named in a fold. */
const mostImages = 200;

/** In the order in which they are dropped last. */
export function reviewFolds(report: ReviewReport): Block[] {
  return [
    ...undecidedFold(report),
    ...narrowedFold(report),
    ...fixFold(report),
    ...suppressedFold(report),
    ...imageFolds(report),
    ...documentFolds(report),
    ...ledgerFold(report),
  ];
}

/** Where nothing can be unfolded: what the verdict depends on, in the open, and the sum of the rest. */
export function openFolds(report: ReviewReport): Block[] {
  const { ledger } = report;
  return [
    ...[...undecidedFold(report), ...suppressedFold(report)].flatMap((block): Block[] =>
      block.kind === "fold" ? [{ kind: "heading", text: block.summary }, ...block.blocks] : [block],
    ),
    ...(ledger && ledger.length > 0 ? [{ kind: "paragraph", text: ledgerLine(ledger) } as const] : []),
  ];
}

function undecidedFold({ access, notRead }: ReviewReport): Block[] {
  const items = [
    ...access.undecided.map(({ subject, principal, actions, reasons, accepted }): Inline => {
      const end = accepted ? " (accepted)" : "";
      return [
        { text: subject, code: true },
        ` ${principal}: ${actions.join(", ")}, because ${reasons.join("; ")}${end}`,
      ];
    }),
    ...notRead.map(({ file, reason }): Inline => [{ text: file, code: true }, `: ${reason}`]),
  ];
  if (items.length === 0) return [];
  return [{ kind: "fold", summary: `Not read or not determined: ${items.length}`, blocks: [{ kind: "list", items }] }];
}

/** What can only narrow access does not count against a change. */
function narrowedFold({ access: { narrowed = [] } }: ReviewReport): Block[] {
  if (narrowed.length === 0) return [];
  const items = narrowed.map(
    ({ subject, principal, actions, reasons }): Inline => [
      { text: subject, code: true },
      ` ${principal}: ${actions.join(", ")}, because ${reasons.join("; ")}`,
    ],
  );
  return [{ kind: "fold", summary: `At most a loss of access: ${items.length}`, blocks: [{ kind: "list", items }] }];
}

/** Changed paths named in a fold; the JSON report has all of them. */
const mostPaths = 200;

/** Every changed path with what became of it, those that were not read first. */
function ledgerFold({ ledger }: ReviewReport): Block[] {
  if (ledger === undefined || ledger.length === 0) return [];
  const order = ["not-read", "judged", "irrelevant"];
  const sorted = ledger.toSorted((a, b) => order.indexOf(a.fate) - order.indexOf(b.fate));
  const rows = sorted
    .slice(0, mostPaths)
    .map(({ path, fate, why, resources }): readonly Inline[] => [
      { text: path, code: true },
      fateWords[fate],
      resources === undefined ? why : `${why}: ${resources.join(", ")}`,
    ]);
  const rest = ledger.length - rows.length;
  const more: Block[] =
    rest > 0 ? [{ kind: "paragraph", text: `${count(rest, "more file")}; the JSON report lists all.` }] : [];
  return [
    {
      kind: "fold",
      summary: ledgerLine(ledger),
      blocks: [{ kind: "table", columns: ["File", "Result", "Reason"], rows }, ...more],
    },
  ];
}

/** Each rule's remedy, then what silences single findings. */
function fixFold({ findings }: ReviewReport): Block[] {
  const open = findings.filter(({ suppressed }) => suppressed === undefined);
  if (open.length === 0) return [];
  const fixes = new Map(open.map(({ ruleId, fix }) => [`${ruleId} ${fix}`, [ruleId, fix] as const]));
  const witnesses = open.flatMap((finding): Inline[] => {
    const { witness } = finding;
    if (witness === undefined) return [];
    return [[`${finding.ruleId} at `, { text: placeOf(finding), code: true }, ": ", ...requestWords(witness)]];
  });
  return [
    {
      kind: "fold",
      summary: "How to fix, or to accept for a while",
      blocks: [
        { kind: "list", items: [...fixes.values()].map(([ruleId, fix]): Inline => `${ruleId}: ${fix}`) },
        ...(witnesses.length === 0
          ? []
          : [
              { kind: "paragraph", text: "Requests that get through:" } as const,
              { kind: "list", items: witnesses } as const,
            ]),
        {
          kind: "paragraph",
          text: "To accept a finding, name it in review.yaml of the base branch, with a reason and an end:",
        },
        { kind: "code", text: suppressionOf(open) },
      ],
    },
  ];
}

/** `ecr:BatchGetImage` on a repository by somebody, with what the request must have. */
function requestWords({ principal, action, resource, context }: NonNullable<ReviewFinding["witness"]>): Span[] {
  const code = (text: string): Span => ({ text, code: true });
  const { words, name } = requesterWords(principal);
  return [
    code(action),
    ...(resource === undefined ? [] : [{ text: " on " }, code(resource)]),
    { text: ` by ${words}` },
    ...(name === undefined ? [] : [code(name)]),
    ...Object.entries(context).flatMap(([key, values], index) => [
      { text: index === 0 ? ", with " : " and " },
      code(`${key}=${values.join(",")}`),
    ]),
  ];
}

/** An example of something that can be accepted; what AWS would refuse is better corrected. */
function suppressionOf(findings: readonly ReviewFinding[]): string {
  const first = findings.find(({ level }) => level !== "error") ?? findings[0];
  if (!first) return "";
  const { ruleId, resource } = first;
  return `suppressions:
  - rule: ${JSON.stringify(ruleId)}
    resource: ${JSON.stringify(resource)}
    reason: "…"
    until: "YYYY-MM-DD"`;
}

function suppressedFold({ findings }: ReviewReport): Block[] {
  const silenced = findings.filter(({ suppressed }) => suppressed !== undefined);
  if (silenced.length === 0) return [];
  const rows = silenced.map((finding): readonly Inline[] => [
    finding.ruleId,
    { text: finding.resource, code: true },
    finding.suppressed?.until ?? "",
    finding.suppressed?.reason ?? "",
    saying(finding),
  ]);
  const columns = ["Rule", "Resource", "Until", "Reason", "What"];
  return [
    {
      kind: "fold",
      summary: `Suppressed: ${count(silenced.length, "finding")}`,
      blocks: [{ kind: "table", columns, rows }],
    },
  ];
}

function imageFolds({ images }: ReviewReport): Block[] {
  return images.flatMap(({ repository, newlyExpired, newlyArchived, spared }): Block[] => {
    const fates = [
      ...newlyExpired.map((fate) => ["expires", fate] as const),
      ...newlyArchived.map((fate) => ["archived", fate] as const),
      ...spared.map((fate) => ["spared", fate] as const),
    ];
    if (fates.length === 0) return [];
    const rows = fates
      .slice(0, mostImages)
      .map(([what, { imageTags, imageDigest, pushedAt, reason }]): readonly Inline[] => [
        what,
        { text: imageTags.length > 0 ? imageTags.slice(0, 3).join(" ") : imageDigest.slice(0, 19), code: true },
        pushedAt.slice(0, 10),
        reason,
      ]);
    const left = fates.length - rows.length;
    return [
      {
        kind: "fold",
        summary: `Images of ${repository}: ${fates.length}`,
        blocks: [
          { kind: "table", columns: ["What", "Image", "Pushed", "Why"], rows },
          ...(left > 0 ? [{ kind: "paragraph", text: `… and ${left} more` } as const] : []),
        ],
      },
    ];
  });
}

/** The canonical forms, so that only what differs in meaning differs. */
function documentFolds({ changes }: ReviewReport): Block[] {
  return changes
    .filter(({ before, after }) => before !== after)
    .map((changed) => ({
      kind: "fold",
      summary: `${changed.kind} ${nameOf(changed)}, ${changed.change}: canonical form`,
      blocks: [
        {
          kind: "code",
          language: "diff",
          text: lineDiff(linesOf(changed.before), linesOf(changed.after)).join("\n"),
        },
      ],
    }));
}

function linesOf(text: string | null): string[] {
  return text === null ? [] : text.split("\n");
}
