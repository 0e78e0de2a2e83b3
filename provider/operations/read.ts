/** Read: refresh, import and `.get`. What still means the same stays as the user wrote it, byte for byte. */

import { type Value, type ValueMap, valueMap } from "../text/value.ts";
import { equal, failed, fulfills, has, merged, type Operation, type Resource, rows, visible } from "./definition.ts";
import { type Observed, observe, warnDenied } from "./observe.ts";

export interface ReadRequest {
  readonly id: string;
  /** Absent at import. */
  readonly inputs?: ValueMap | undefined;
  readonly outputs?: ValueMap | undefined;
}

export interface Read {
  readonly id: string;
  readonly inputs: ValueMap;
  readonly outputs: ValueMap;
}

/** Undefined when the resource is definitely not there. */
export async function read(
  definition: Resource,
  operation: Operation,
  request: ReadRequest,
): Promise<Read | undefined> {
  const identity = valueMap();
  try {
    Object.assign(identity, await definition.endpoints.identify.parse(operation, request.id));
    const recorded = isRecord(definition, request.inputs) ? request.inputs : undefined;
    // An id stays what it was at creation; what is recorded is newer.
    const observed = await observe(
      definition,
      operation,
      recorded ? merged(identity, recorded) : merged(request.inputs ?? {}, identity),
    );
    if (!observed) return undefined;
    warnDenied(definition, operation, identity, observed.denied);
    const live = known(definition, observed, request.outputs ?? {});
    const inputs = recorded
      ? refreshed(definition, operation, live, recorded, request.outputs ?? {})
      : imported(definition, operation, live);
    const outputs = merged(inputs);
    for (const [name, row] of rows(definition, "input", "output"))
      if ((row.role === "output" || (row.computed && !has(inputs, name))) && has(live, name))
        outputs[name] = live[name] as Value;
    // An import may name it in another way than the id that stays.
    const id = recorded ? request.id : await definition.endpoints.identify.format(operation, merged(outputs, identity));
    return { id, inputs, outputs };
  } catch (error) {
    throw failed(error, "reading", definition, merged({ id: request.id }, identity), operation.urn);
  }
}

/** `.get` sends the state arguments, which may be nothing at all: then there is no record to keep to. */
function isRecord(definition: Resource, inputs: ValueMap | undefined): inputs is ValueMap {
  return inputs !== undefined && rows(definition, "input").every(([name, row]) => !row.required || has(inputs, name));
}

/** What is live; of what could not be looked at, and of what AWS tells only once, what is recorded. */
function known(definition: Resource, { live, denied }: Observed, outputs: ValueMap): ValueMap {
  const hidden = denied.flatMap(({ sets, shows = [] }) => [...sets, ...shows]);
  const values = valueMap();
  for (const [name, row] of rows(definition, "input", "output")) {
    const isRecorded = (row.kept === true || hidden.includes(name)) && has(outputs, name);
    const value = isRecorded ? outputs[name] : live[name];
    if (value !== undefined && value !== null) values[name] = value;
  }
  return values;
}

function refreshed(
  definition: Resource,
  operation: Operation,
  live: ValueMap,
  recorded: ValueMap,
  outputs: ValueMap,
): ValueMap {
  const inputs = valueMap();
  for (const [name, row] of rows(definition, "input", "control")) {
    if (!has(recorded, name)) continue;
    if (row.role === "control") inputs[name] = recorded[name] ?? null;
    else {
      const before = has(outputs, name) ? outputs[name] : recorded[name];
      const value = visible(row, live[name], before, operation.settings);
      const same = fulfills(row, value, recorded[name], outputs);
      if (same === false && value !== undefined) inputs[name] = value as Value;
      else if (same !== false) inputs[name] = recorded[name] ?? null;
    }
  }
  return inputs;
}

/** What a program would say to get what is live: AWS's defaults are left out. */
function imported(definition: Resource, operation: Operation, live: ValueMap): ValueMap {
  const inputs = valueMap();
  for (const [name, row] of rows(definition, "input")) {
    const value = visible(row, live[name], undefined, operation.settings);
    if (value === undefined || (!row.required && equal(row, value, row.default) === true)) continue;
    inputs[name] = value as Value;
  }
  return inputs;
}
