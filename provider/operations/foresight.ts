/** What a change sets off beyond the resource: warned of before it is made. */

import { containsUnknown, type ValueMap } from "../text/value.ts";
import { equal, has, type Operation, type Resource, rows } from "./definition.ts";

/** Warns of what the changes from `before` to `after` set off outside the resource. */
export function caution(definition: Resource, operation: Operation, before: ValueMap, after: ValueMap): void {
  for (const [name, row] of rows(definition, "input")) {
    const [left, right] = [before, after].map((values) => (has(values, name) ? values[name] : undefined));
    if (!row.caution || containsUnknown(right) || equal(row, left, right) === true) continue;
    const messages = row.caution(left, right, before, operation.settings);
    if (messages.length > 0 && operation.secret?.has(name))
      operation.warn(
        `the change of ${name} has effects outside the resource, which are not shown because its value is secret`,
      );
    else for (const message of messages) operation.warn(message);
  }
}

/** In a preview: has a resource look for what a change will set off beyond it. */
export async function foresee(
  definition: Resource,
  operation: Operation,
  desired: ValueMap,
  before: ValueMap,
): Promise<void> {
  const changes = rows(definition, "input").some(([name, row]) => equal(row, before[name], desired[name]) !== true);
  if (changes && !containsUnknown(desired)) await definition.endpoints.foresee?.(operation, desired, before);
}
