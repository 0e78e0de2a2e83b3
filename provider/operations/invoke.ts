/** Invoke: checks the arguments, makes the call, and says which results are secret. */

import type { AnyFunction } from "../define/function.ts";
import { formatPath } from "../define/path.ts";
import type { Row, Rows } from "../define/property.ts";
import type { Scope } from "../define/resource.ts";
import { compileSchema, type Problem } from "../define/validator.ts";
import type { ValueMap } from "../define/value.ts";
import { ProviderError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { CheckFailure } from "./check.ts";
import { has, merged } from "./request.ts";

export interface Invoked {
  readonly failures: readonly CheckFailure[];
  readonly results: ValueMap;
  /** Names of the results that are secret. */
  readonly secrets: readonly string[];
}

const validators = new WeakMap<AnyFunction<Gateway>, (value: unknown) => Problem[]>();

export async function invoke(
  definition: AnyFunction<Gateway>,
  scope: Scope<Gateway>,
  args: ValueMap,
): Promise<Invoked> {
  const given = merged(
    {},
    ...Object.keys(args)
      .filter((name) => has(args, name))
      .map((name) => ({ [name]: args[name] })),
  );
  const failures = validatorOf(definition)(given).map(({ path, message }) => ({
    property: formatPath(path),
    reason: message,
  }));
  if (failures.length > 0) return { failures, results: merged({}), secrets: [] };
  try {
    const results = merged({}, await definition.call(scope, given));
    const secrets = Object.entries(definition.results as Rows).filter(([, row]) => row.secret);
    return { failures: [], results, secrets: secrets.map(([name]) => name) };
  } catch (error) {
    throw ProviderError.from(error, `calling ${definition.name}`);
  }
}

function validatorOf(definition: AnyFunction<Gateway>): (value: unknown) => Problem[] {
  const known = validators.get(definition);
  if (known) return known;
  const entries: [string, Row][] = Object.entries(definition.args as Rows);
  const validator = compileSchema({
    type: "object",
    properties: Object.fromEntries(entries.map(([name, row]) => [name, row.schema])),
    required: entries.filter(([, row]) => row.required).map(([name]) => name),
    additionalProperties: false,
  });
  validators.set(definition, validator);
  return validator;
}
