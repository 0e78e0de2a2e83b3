/** Delete: removes what is recorded; already gone is success, and what others wrote meanwhile stays. */

import { printable } from "../text/printable.ts";
import type { Value, ValueMap } from "../text/value.ts";
import { failed, isAbsent, isSteered, label, merged, type Operation, type Resource, rows } from "./definition.ts";
import { caution } from "./foresight.ts";
import { isGuarded, observe } from "./observe.ts";

export interface DeleteRequest {
  readonly olds: ValueMap;
  readonly oldInputs: ValueMap;
}

export async function remove(definition: Resource, operation: Operation, request: DeleteRequest): Promise<void> {
  const recorded = merged(request.olds, request.oldInputs);
  try {
    if (isSteered(definition, recorded, "retains")) return;
    const ours = isGuarded(definition) ? await stillOurs(definition, operation, recorded) : recorded;
    if (!ours) return;
    caution(definition, operation, ours, defaultsOf(definition));
    await definition.endpoints.remove(operation, ours);
  } catch (error) {
    if (isAbsent(definition, error)) return;
    throw failed(error, "deleting", definition, recorded, operation.urn);
  }
}

function defaultsOf(definition: Resource): ValueMap {
  return merged({}, ...rows(definition, "input").map(([name, row]) => ({ [name]: row.default })));
}

/** What may be removed: the recorded values without what is no longer ours; undefined when nothing is left of them. */
async function stillOurs(
  definition: Resource,
  operation: Operation,
  recorded: ValueMap,
): Promise<ValueMap | undefined> {
  const observed = await observe(definition, operation, recorded);
  if (!observed) return undefined;
  const ours = merged(recorded);
  for (const [name, row] of rows(definition, "input")) {
    if (!row.guard) continue;
    const live = observed.live[name];
    const part = live === undefined ? undefined : row.guard.stillOurs(live, recorded[name]);
    const foreign = live === undefined ? [] : row.guard.foreign(live, recorded[name], undefined);
    if (foreign.length > 0) {
      operation.warn(
        `${label(definition, recorded, operation.urn)} was changed outside since it was recorded; left as it is: ${foreign.map((part) => printable(part, 4_000)).join("; ")}`,
      );
    }
    if (part === undefined) return undefined;
    ours[name] = part as Value;
  }
  return ours;
}
