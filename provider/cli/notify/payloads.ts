/** Notices as the payloads of sinks. Text from outside is only where a sink shows it as plain text, or escaped. */

import type { Inline } from "../report/document.ts";
import { writeMarkdown } from "../report/formats/markdown.ts";
import { writeJson } from "../report/json.ts";
import type { Notice, NoticeLine } from "./notice.ts";

const signs = { error: "🔴", warning: "🟠", note: "⚪" } as const;
const mostLines = 10;

/**
 * Blocks of Slack. Everything is `plain_text` without emoji names, in which Slack finds no mention, channel or link; a
 * section holds 3,000 characters. https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */
export function slackPayload({ headline, lines, fresh, gone, status }: Notice): string {
  const plain = (text: string, most: number) => ({ type: "plain_text", text: text.slice(0, most), emoji: false });
  const shown = lines.slice(0, mostLines);
  const left = lines.length - shown.length;
  const rest = [
    ...(left > 0 ? [`${left} more in the report`] : []),
    ...(status === "clean" ? [] : [`${fresh} new since the last message`]),
    ...(gone > 0 ? [`${gone} gone`] : []),
  ];
  return writeJson({
    text: headline,
    blocks: [
      { type: "header", text: plain(headline, 150) },
      ...shown.map((line) => ({
        type: "section",
        text: plain(`${signs[line.level]} ${line.subject}\n${line.message}`, 3_000),
      })),
      ...(rest.length > 0 ? [{ type: "context", elements: [plain(rest.join(" · "), 2_000)] }] : []),
    ],
  });
}

/** What every program is told, whatever it is sent by. */
function figuresOf({ status, headline, summary, fresh, gone }: Notice): object {
  return { schemaVersion: 1, status, headline, summary, fresh, gone };
}

/** What any program can read; the body that is signed. */
export function webhookPayload(notice: Notice): string {
  const { lines, fingerprints } = notice;
  return writeJson({ ...figuresOf(notice), findings: lines.slice(0, 1_000), fingerprints });
}

/** An entry holds 256 KiB with everything in it. */
const mostDetail = 200_000;

/** What `aws events put-events --entries file://…` takes; `detail` is a JSON text, as EventBridge wants it. */
export function eventBridgePayload(notice: Notice): string {
  const { lines } = notice;
  const detailOf = (findings: readonly NoticeLine[]) =>
    JSON.stringify({ ...figuresOf(notice), findings, left: lines.length - findings.length });
  let some = lines.slice(0, 200);
  while (some.length > 0 && Buffer.byteLength(detailOf(some)) > mostDetail) some = some.slice(0, some.length >> 1);
  return writeJson([{ Source: "pulumi-ecr", DetailType: "ECR drift", Detail: detailOf(some) }]);
}

/** The body of an issue, without its marker. */
export function issueBody({ headline, lines, status, summary }: Notice, most: number): string {
  const rows = lines.map(({ level, rule, subject, message }): readonly Inline[] => [
    level,
    rule,
    { text: subject, code: true },
    message,
  ]);
  return writeMarkdown(
    {
      title: "Drift of Amazon ECR",
      verdict: headline,
      tone: status === "clean" ? "good" : "bad",
      blocks: [
        ...(rows.length > 0 ? [{ kind: "table", columns: ["Level", "Rule", "Resource", "What"], rows } as const] : []),
        {
          kind: "paragraph",
          text: `${summary.inSync} resources are as declared. This issue closes itself when all are.`,
        },
      ],
    },
    { characters: most },
  );
}
