/** Invoke: checks the arguments, makes the call, cuts the answer to the rows, and says which results are secret. */

import type { AnyFunction } from "../define/function.ts";
import type { Row, Rows } from "../define/property.ts";
import type { Scope } from "../define/resource.ts";
import { shaped } from "../define/shaped.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { ProviderError } from "../text/errors.ts";
import { containsUnknown, unknown, type ValueMap, valueMap } from "../text/value.ts";
import { pick } from "./definition.ts";
import { type CheckFailure, failuresOf, problemsOf } from "./problems.ts";

export interface Invoked {
  readonly failures: readonly CheckFailure[];
  readonly results: ValueMap;
  /** Names of the results that are secret. */
  readonly secrets: readonly string[];
}

/**
 * Calls a function. While an argument is unknown, at any depth, nothing is sent and every result is unknown; the engine of
 * today drops such arguments, so that a required one looks as if it were missing.
 */
export async function invoke(
  definition: AnyFunction<Gateway>,
  scope: Scope<Gateway>,
  values: ValueMap,
): Promise<Invoked> {
  const args = pick(values, Object.keys(values));
  const problems = problemsOf(definition.args, args, scope);
  const known = !containsUnknown(args);
  if (problems.length === 0 && known) problems.push(...(definition.check?.(args, scope.settings) ?? []));
  if (problems.length > 0) return { failures: failuresOf(problems), results: valueMap(), secrets: [] };
  const rows: [string, Row][] = Object.entries(definition.results as Rows);
  const secrets = rows.filter(([, row]) => row.secret).map(([name]) => name);
  if (!known) return { failures: [], results: valueMap(rows.map(([name]) => [name, unknown] as const)), secrets };
  try {
    return { failures: [], results: resultsOf(rows, await definition.call(scope, args)), secrets };
  } catch (error) {
    throw ProviderError.from(error, `calling ${definition.name}`);
  }
}

/** ECR leaves out what is empty: a list that a program counts on is then empty, and anything else is a fault of the answer. */
function resultsOf(rows: readonly [string, Row][], answer: Readonly<Record<string, unknown>>): ValueMap {
  const results = valueMap();
  for (const [name, { schema, required }] of rows) {
    const value = shaped(schema, answer[name]) ?? (required && schema.type === "array" ? [] : undefined);
    if (value !== undefined) results[name] = value;
    else if (required) throw new ProviderError("Unavailable", `ECR answered without ${name}; run again`);
  }
  return results;
}
