/** Reads a report that somebody else may have written: an artifact of a job that ran on the files of a pull request. */

import schema from "../../../../schema/review-report.schema.json" with { type: "json" };
import { compileSchema } from "../../../define/validator.ts";
import { type ReviewReport, schemaVersion } from "../../../review/report.ts";
import type { Bounds } from "../../../text/bounds.ts";
import { ProviderError } from "../../../text/errors.ts";
import { formatPath } from "../../../text/path.ts";
import { printable } from "../../../text/printable.ts";
import { placeOf } from "../../shared/bytes.ts";
import { readJson } from "../../shared/files.ts";

export const limits: Bounds = { characters: 16 << 20, depth: 24, values: 200_000, text: 200_000 };
const what = "the report";
const shownProblems = 5;
const validate = compileSchema(schema);

/** Throws ProviderError `InvalidInput` for a file that is not there, and as `parseReport` does. */
export function readReport(file: string): ReviewReport {
  return checkReport(readJson(file, what, limits), placeOf(file, what));
}

/**
 * A report whose shape is as promised; what it says is still only what its author claims. Throws ProviderError
 * `InvalidInput` for a value of another version or of another shape; `place` names it, `the report from FILE`.
 */
export function checkReport(value: unknown, place: string): ReviewReport {
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", `reading ${place}: ${why}`);
  };
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== schemaVersion)
    refuse(
      `its schemaVersion is ${printable(JSON.stringify(version) ?? "absent")}, and this command knows ${schemaVersion}; use the same version in both jobs`,
    );
  const problems = validate(value);
  if (problems.length > 0) {
    const told = problems.slice(0, shownProblems).map(({ path, message }) => `${formatPath(path)} ${message}`);
    refuse(`it is not a report of a review: ${printable(told.join("; "), 1_000)}`);
  }
  return value as ReviewReport;
}
