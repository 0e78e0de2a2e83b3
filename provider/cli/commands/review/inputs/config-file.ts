/** `review.yaml` as text. */

import { type ReviewConfig, readConfig } from "../../../../review/config.ts";
import { ProviderError } from "../../../../text/errors.ts";
import { formatPath } from "../../../../text/path.ts";
import { printable } from "../../../../text/printable.ts";
import { parseYaml } from "../../../../text/yaml.ts";

/** Throws InvalidInput naming the first mistake and its place. */
export function parseConfig(text: string, doing: string): ReviewConfig {
  const { value, problems, locate } = parseYaml(text);
  const [flaw] = problems;
  if (flaw)
    throw new ProviderError("InvalidInput", `${doing}: line ${flaw.line}, column ${flaw.column}: ${flaw.message}`);
  const read = readConfig(value);
  const [problem] = read.problems;
  if (problem) {
    const { line = 1 } = locate(problem.path) ?? {};
    throw new ProviderError(
      "InvalidInput",
      `${doing}: line ${line}: ${printable(formatPath(problem.path), 200)} ${problem.message}`,
    );
  }
  return read.config;
}
