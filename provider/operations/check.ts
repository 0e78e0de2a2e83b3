/** Check: completes what the program wrote, and says everything that is wrong with it at once. */

import type { Problem } from "../define/validator.ts";
import { ProviderError } from "../text/errors.ts";
import { formatPath } from "../text/path.ts";
import { type Value, type ValueMap, valueMap } from "../text/value.ts";
import { type CheckRequest, fitName } from "./autoname.ts";
import { failed, has, merged, type Operation, type Resource, rows } from "./definition.ts";
import { type CheckFailure, failuresOf, problemsOf } from "./problems.ts";

export interface Checked {
  readonly inputs: ValueMap;
  readonly failures: readonly CheckFailure[];
}

/** Answers the complete inputs, or what is wrong, each with its property path. Warnings go to the operation's log. */
export async function check(definition: Resource, operation: Operation, request: CheckRequest): Promise<Checked> {
  const problems: Problem[] = [];
  let inputs = valueMap(Object.entries(request.news).filter(([name]) => has(request.news, name)));
  for (const [name, row] of rows(definition, "input", "control")) {
    if (row.autoname && !has(inputs, name)) {
      const named = fitName(row.autoname, request, request.olds[name]);
      if (typeof named === "string") inputs[name] = named;
      else problems.push({ path: [name], message: named.problem });
    }
    const complete = row.complete?.(inputs[name], operation.settings);
    if (complete !== undefined) inputs[name] = complete as Value;
  }
  problems.push(...problemsOf(definition.properties, inputs, operation, problems));
  if (problems.length === 0) {
    for (const objection of definition.endpoints.check?.(inputs, operation.settings) ?? []) {
      const { path, message } = objection;
      if (objection.level === "warning") operation.warn(`${formatPath(path)} ${message}`);
      else problems.push({ path, message: `${message} [${objection.source}]` });
    }
  }
  if (problems.length === 0) inputs = await completed(definition, operation, inputs, request.olds, problems);
  return {
    inputs,
    failures: failuresOf(problems),
  };
}

/** With what is found where the inputs point to; what cannot be read there is one more problem. */
async function completed(
  definition: Resource,
  operation: Operation,
  inputs: ValueMap,
  recorded: ValueMap,
  problems: Problem[],
): Promise<ValueMap> {
  try {
    return merged(inputs, await definition.endpoints.complete?.(operation, inputs, recorded));
  } catch (error) {
    if (!(error instanceof ProviderError && error.code === "InvalidInput" && error.path))
      throw failed(error, "checking", definition, inputs, operation.urn);
    problems.push({ path: error.path, message: error.message });
    return inputs;
  }
}
