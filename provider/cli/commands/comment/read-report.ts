/** Reads a report that somebody else may have written: an artifact of a job that ran on the files of a pull request. */

import schema from "../../../../schema/review-report.schema.json" with { type: "json" };
import { compileSchema } from "../../../define/validator.ts";
import { type ReviewReport, schemaVersion } from "../../../review/report.ts";
import { ProviderError } from "../../../text/errors.ts";
import { formatPath } from "../../../text/path.ts";
import { printable } from "../../../text/printable.ts";
import { readText } from "../../shared/files.ts";

export const limits = { bytes: 16 << 20, depth: 24, entries: 200_000, characters: 200_000 } as const;
const shownProblems = 5;
const validate = compileSchema(schema);

/** Throws ProviderError `InvalidInput` for a file that is not there, and as `parseReport` does. */
export function readReport(file: string): ReviewReport {
  return parseReport(readText(file, { what: "the report", most: limits.bytes + 1 }), file);
}

/**
 * A report whose shape is as promised; what it says is still only what somebody claims. Throws ProviderError
 * `InvalidInput` for text that is too large, too deep, not JSON, of another version or of another shape.
 */
export function parseReport(text: string, name: string): ReviewReport {
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", `reading the report ${printable(name)}: ${why}`);
  };
  if (Buffer.byteLength(text) > limits.bytes) refuse(`it is larger than ${limits.bytes >> 20} MiB`);
  if (isDeeper(text, limits.depth)) refuse(`it is nested deeper than ${limits.depth} levels`);
  const value = parsed(text);
  if (value === undefined) refuse("it is not JSON");
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== schemaVersion)
    refuse(
      `its schemaVersion is ${printable(JSON.stringify(version) ?? "absent")}, and this command knows ${schemaVersion}; use the same version in both jobs`,
    );
  const tooLarge = outsized(value);
  if (tooLarge !== undefined) refuse(tooLarge);
  const problems = validate(value);
  if (problems.length > 0) {
    const told = problems.slice(0, shownProblems).map(({ path, message }) => `${formatPath(path)} ${message}`);
    refuse(`it is no report of a review: ${printable(told.join("; "), 1_000)}`);
  }
  return value as ReviewReport;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Looked for before the text is parsed. */
function isDeeper(text: string, most: number): boolean {
  let [depth, inString] = [0, false];
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      if (++depth > most) return true;
    } else if (character === "}" || character === "]") depth--;
  }
  return false;
}

function outsized(root: unknown): string | undefined {
  const waiting: unknown[] = [root];
  for (let count = 0; waiting.length > 0; count++) {
    if (count > limits.entries) return `it has more than ${limits.entries} values`;
    const next = waiting.pop();
    if (typeof next === "string" && next.length > limits.characters)
      return `a text in it is longer than ${limits.characters} characters`;
    if (typeof next === "object" && next !== null) for (const member of Object.values(next)) waiting.push(member);
  }
  return undefined;
}
