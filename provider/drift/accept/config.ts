/** `drift.yaml`: parsed, checked against the schema that editors use, and every mistake told with its line. */

import configSchema from "../../../schema/drift-config.schema.json" with { type: "json" };
import { compileSchema } from "../../define/validator.ts";
import { ProviderError } from "../../text/errors.ts";
import { formatPath } from "../../text/path.ts";
import { printable } from "../../text/printable.ts";
import { isMap, type ValueMap } from "../../text/value.ts";
import { parseYaml } from "../../text/yaml.ts";
import { type Shape, serviceStatements } from "../compare/tolerate.ts";
import type { Ignore } from "./waive.ts";

export interface DriftConfig {
  readonly failOn?: readonly string[];
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  /** All that is trusted, of whatever kind. */
  readonly trusted: readonly string[];
  readonly tolerate: readonly Shape[];
  readonly ignore: readonly Ignore[];
}

export const noConfig: DriftConfig = {
  only: [],
  exclude: [],
  trusted: [],
  tolerate: [],
  ignore: [],
};

const validate = compileSchema(configSchema);

/** Throws InvalidInput that names every mistake; `place` names the file, `the configuration from FILE`. */
export function parseConfig(place: string, text: string): DriftConfig {
  const { value, problems, locate } = parseYaml(text);
  const found = problems.map(({ message, line, column }) => `line ${line}, column ${column}: ${message}`);
  if (found.length === 0)
    found.push(
      ...validate(value).map(({ path, message }) => {
        const place = locate(path);
        return `line ${place?.line ?? 1}, column ${place?.column ?? 1}: ${formatPath(path) || "the file"} ${message}`;
      }),
    );
  if (found.length > 0)
    throw new ProviderError(
      "InvalidInput",
      `reading ${place}:\n  ${found.map((line) => printable(line, 500)).join("\n  ")}`,
    );
  const { tolerate = [], ...rest } = value as Partial<DriftConfig> & { tolerate?: Toleration[] } & Trusting;
  const trusted = trustKeys.flatMap((key) => rest[key] ?? []);
  return { ...noConfig, ...rest, trusted, tolerate: tolerate.flatMap(shapesOf) };
}

const trustKeys = [
  "trustedAccounts",
  "trustedOrganizations",
  "trustedOrganizationalUnits",
  "trustedVpcs",
  "trustedVpcEndpoints",
] as const;

type Trusting = { readonly [Key in (typeof trustKeys)[number]]?: readonly string[] };

interface Toleration {
  readonly service?: string;
  readonly statement?: ValueMap;
  readonly reason?: string;
}

function shapesOf({ service, statement, reason }: Toleration, index: number): Shape[] {
  if (service !== undefined)
    return (serviceStatements[service] ?? []).flatMap((known) =>
      isMap(known) ? [{ name: service, statement: known }] : [],
    );
  return statement === undefined ? [] : [{ name: printable(reason ?? `tolerate[${index}]`), statement }];
}
