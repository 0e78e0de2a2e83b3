/** The settings of the pack: those of `review.yaml`, by the same names, as configuration of the policy `review`. */

import schema from "../../schema/review-config.schema.json" with { type: "json" };
import { type ReviewConfig, readConfig } from "../review/config.ts";
import { ProviderError } from "../text/errors.ts";
import { formatPath } from "../text/path.ts";
import { printable } from "../text/printable.ts";

// Which files are read, and how many images expire, are questions that a policy pack is not asked.
const { documents: _, programs: __, thresholds: ___, ...names } = schema.properties;

/** The properties of the configuration, as JSON Schema. */
export const settingsSchema = names;

/** Throws InvalidInput with everything that is wrong. */
export function readSettings(given: object): ReviewConfig {
  const { config, problems } = readConfig(given);
  if (problems.length === 0) return config;
  const told = problems.map(({ path, message }) => `${printable(formatPath(path), 200)} ${message}`.trim());
  throw new ProviderError(
    "InvalidInput",
    `reading the settings of the policy pack: ${told.join("; ")}; correct the configuration of its policy "review"`,
  );
}
