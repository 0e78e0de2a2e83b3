/** Findings as RDFormat, one JSON object a line, for reviewdog. */

import type { Level } from "../../../text/finding.ts";
import { printable } from "../../../text/printable.ts";
import { type Findings, insidePath, nowhere, worstFirst } from "../findings.ts";
import { writeJsonLines } from "../json.ts";
import { escapeMarkdown } from "./markdown.ts";

const severities: Readonly<Record<Level, string>> = { error: "ERROR", warning: "WARNING", note: "INFO" };

/** Reviewdog puts messages into comments as Markdown, without a second look; so they are Markdown, escaped. */
export function writeRdformat({ tool, items }: Findings): string {
  const open = worstFirst(items.filter(({ suppressed }) => suppressed === undefined));
  return writeJsonLines(
    open.map(({ ruleId, level, message, subject, file, line, column }) => {
      const path = insidePath(file);
      const start = { line, ...(column === undefined ? {} : { column }) };
      return {
        source: { name: tool },
        severity: severities[level],
        code: { value: printable(ruleId) },
        message: escapeMarkdown(`${subject}: ${message}`.slice(0, 4_000)),
        location: {
          path: printable(path ?? nowhere, 4_000),
          ...(path === undefined || line === undefined ? {} : { range: { start } }),
        },
      };
    }),
  );
}
