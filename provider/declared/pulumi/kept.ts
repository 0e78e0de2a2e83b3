/** What stays in memory of a state: of tens of thousands of resources, which mostly say the same things, each thing once. */

import type { Catalog } from "../../catalog.ts";
import { nameIn } from "../../define/token.ts";
import { has, type Resource, rows } from "../../operations/definition.ts";
import { sameValue, type Value, type ValueMap, valueMap } from "../../text/value.ts";
import { placeOf, type RecordedPlace } from "../provider-inputs.ts";
import { type Part, partsOf } from "../vocabulary.ts";
import type { StateEntry, StateResource } from "./state-file.ts";
import { type StateProperties, stateProperties } from "./state-values.ts";

export interface Kept extends StateEntry {
  readonly inputs: StateProperties;
  /** Of a resource of ours only what is compared, or stays as it is recorded. */
  readonly outputs: StateProperties;
  readonly place: RecordedPlace;
  /** What it is in our words; empty for what is not covered. */
  readonly parts: readonly { readonly part: Part; readonly definition: Resource }[];
}

/** Makes what is kept of one resource after the other; equal documents, places and types are one value each. */
export function keeping(catalog: Catalog): (resource: StateResource) => Kept {
  const documents = new Map<string, string>();
  const places = new Map<string, RecordedPlace>();
  const types = new Map<string, Pick<Kept, "type" | "parts">>();
  const shared = (text: string): string => (text.startsWith("{") ? once(documents, text, () => text) : text);
  return (resource) => {
    const [inputs, outputs] = [stateProperties(resource.inputs, shared), stateProperties(resource.outputs, shared)];
    const place = placeOf(inputs.values, outputs.values);
    const known = once(types, resource.type, () => ({
      type: resource.type,
      parts: partsOf(resource.type).flatMap((part) => {
        const definition = catalog.resources.find(({ name }) => name === part.to);
        return definition ? [{ part, definition }] : [];
      }),
    }));
    const [own] = nameIn(resource.type) !== undefined ? known.parts : [];
    return {
      ...resource,
      ...known,
      inputs,
      outputs: own ? { ...outputs, values: remembered(own.definition, outputs.values, inputs.values) } : outputs,
      place: once(places, `${place.account} ${place.region}`, () => place),
    };
  };
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** The outputs that matter; what is the same as in the inputs is the inputs' own. */
function remembered(definition: Resource, outputs: ValueMap, inputs: ValueMap): ValueMap {
  const values = valueMap();
  let isSame = true;
  for (const [name, row] of rows(definition, "input", "control", "output")) {
    if (!has(outputs, name) || (row.role === "output" && !row.kept)) continue;
    const same = sameValue(outputs[name], inputs[name]);
    values[name] = (same ? inputs[name] : outputs[name]) as Value;
    isSame &&= same;
  }
  return isSame && Object.keys(values).length === Object.keys(inputs).length ? inputs : values;
}
