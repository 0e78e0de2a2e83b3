/** Drift field by field: the declared value and the live one as a difference of lines. */

import type { DriftResource, FieldDrift } from "../../../drift/report/report.ts";
import type { Block } from "../../report/document.ts";
import { lineDiff } from "../../report/line-diff.ts";

/** What was declared against what is live: a fold for each changed resource, at most so many. */
export function differences(resources: readonly DriftResource[], most: number): Block[] {
  const folds = resources
    .filter(({ class: kind, fields }) => kind === "changed" && fields.length > 0)
    .slice(0, most)
    .map(({ id, type, fields }): Block => {
      const blocks = fields.flatMap((field): Block[] => [
        { kind: "paragraph", text: [{ text: field.path, code: true }, ` · ${movedWords[field.moved]}`] },
        { kind: "code", language: "diff", text: diffOf(field) },
      ]);
      return { kind: "fold", summary: `${id} ${type.split(":").at(-1) ?? ""}: declared and live`, blocks };
    });
  return folds.length === 0 ? [] : [{ kind: "heading", text: "What differs" }, ...folds];
}

const movedWords: Readonly<Record<FieldDrift["moved"], string>> = {
  live: "changed outside",
  recorded: "never applied",
  both: "changed outside, and the declaration was never applied",
  converged: "somebody has repaired it",
};

function diffOf({ declared, recorded, live }: FieldDrift): string {
  const before = declared ?? recorded;
  const [left, right] = [before, live].map((value) => (value === null ? [] : jsonLines(value)));
  return [...lineDiff(left ?? [], right ?? [])].join("\n");
}

/** A value as lines; a document that is JSON text is laid out like one that is not. */
function jsonLines(value: unknown): string[] {
  let laidOut = value;
  if (typeof value === "string" && /^\s*[{[]/.test(value)) {
    try {
      laidOut = JSON.parse(value);
    } catch {
      // Text that only looks like a document is shown as text.
    }
  }
  return (JSON.stringify(laidOut, undefined, 2) ?? "").split("\n");
}
