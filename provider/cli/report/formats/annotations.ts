/** Findings as workflow commands of GitHub Actions: notes at lines of the change, made by printing them in a step. */

import type { Level } from "../../../text/finding.ts";
import { printable, withoutCommands } from "../../../text/printable.ts";
import { type Findings, type Item, insidePath, worstFirst } from "../findings.ts";

/** GitHub shows ten of each kind per step and drops the rest without a word. */
const mostOfLevel = 10;
const commands: Readonly<Record<Level, string>> = { error: "error", warning: "warning", note: "notice" };

/**
 * One command a line, the worst first, and silenced findings not at all. Where there are more than GitHub shows, the last
 * of a level says how many. A line of other output that looks like a command is none of ours: all of the text is encoded.
 */
export function writeAnnotations({ items, incomplete }: Findings): string {
  const open = worstFirst(items.filter(({ suppressed }) => suppressed === undefined));
  const lines = (["error", "warning", "note"] as const).flatMap((level) => {
    const ours = open.filter((item) => item.level === level).map(annotation);
    const reasons =
      level === "warning" ? incomplete.map((reason) => command(level, { title: "not whole" }, reason)) : [];
    const all = [...ours, ...reasons];
    if (all.length <= mostOfLevel) return all;
    const left = all.length - mostOfLevel + 1;
    return [...all.slice(0, mostOfLevel - 1), command(level, {}, `${left} more, which GitHub would not show here`)];
  });
  return lines.map((line) => `${line}\n`).join("");
}

function annotation({ ruleId, level, message, subject, file, line, column }: Item): string {
  const path = insidePath(file);
  return command(
    level,
    path === undefined
      ? { title: ruleId }
      : { file: path, line, col: line === undefined ? undefined : column, title: ruleId },
    `${subject}: ${message}`,
  );
}

function command(
  level: Level,
  properties: Readonly<Record<string, string | number | undefined>>,
  text: string,
): string {
  const given = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encoded(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`],
  );
  return `::${commands[level]}${given.length > 0 ? ` ${given.join(",")}` : ""}::${encoded(text)}`;
}

function encoded(text: string): string {
  return withoutCommands(printable(text.replace(/\s+/g, " "), 4_000)).replaceAll("%", "%25");
}
