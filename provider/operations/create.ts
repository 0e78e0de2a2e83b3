/** Create: one call where the service has one, then every aspect it did not cover; what exists is never lost. */

import { ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { containsUnknown, type ValueMap } from "../text/value.ts";
import {
  type AnyAspect,
  desiredOf,
  failed,
  fulfills,
  has,
  type Incomplete,
  merged,
  type Operation,
  pick,
  type Resource,
  rows,
  visibleRows,
} from "./definition.ts";
import { caution, foresee } from "./foresight.ts";
import { guardWrite, isGuarded, observe, refuseObstacles, warnObstacles } from "./observe.ts";
import type { Unconfirmed } from "./unconfirmed.ts";

export interface Created {
  readonly id: string;
  readonly outputs: ValueMap;
  readonly incomplete?: Incomplete;
}

/** In a preview nothing is written: outputs that are not certain are left out, which the engine takes as unknown. */
export async function previewCreate(
  definition: Resource,
  operation: Operation,
  inputs: ValueMap,
  recorded?: ValueMap,
): Promise<Created> {
  try {
    const live =
      isGuarded(definition) && !containsUnknown(inputs)
        ? await guardWrite(definition, operation, inputs, recorded)
        : undefined;
    caution(definition, operation, live ?? {}, inputs);
    await warnObstacles(definition.aspects, operation, inputs);
    await foresee(definition, operation, inputs, {});
    return { id: "", outputs: inputs };
  } catch (error) {
    throw failed(error, "creating", definition, inputs, operation.urn);
  }
}

/** `recorded`: what is recorded of the resource that this one replaces in place, which is therefore still there. */
export async function create(
  definition: Resource,
  operation: Operation,
  { inputs, recorded }: { readonly inputs: ValueMap; readonly recorded?: ValueMap | undefined },
  unconfirmed: Unconfirmed,
): Promise<Created> {
  const kept = pick(
    recorded ?? {},
    rows(definition, "output")
      .filter(([, row]) => row.kept)
      .map(([name]) => name),
  );
  let live: ValueMap = merged({});
  let exists = false;
  try {
    if (isGuarded(definition)) {
      live = visibleRows(definition, operation, await guardWrite(definition, operation, inputs, recorded), inputs);
    }
    await refuseObstacles(definition.aspects, operation, inputs);
    if (definition.endpoints.create) {
      live = await createOrResume(definition, operation, inputs, unconfirmed);
      exists = true;
    }
    for (const aspect of definition.aspects) {
      if (!aspect.put || isWritten(definition, aspect, inputs, live)) continue;
      live = merged(
        live,
        pick(inputs, aspect.sets),
        await write(aspect, operation, merged(kept, inputs), merged(recorded ?? {}, live)),
      );
      exists = true;
    }
    if (missesOutputs(definition, live)) {
      live = merged(live, (await observe(definition, operation, merged(inputs, live)))?.live);
    }
    return {
      id: await identify(definition, operation, inputs, live),
      outputs: outputsOf(definition, inputs, live),
      ...judged(definition, merged(inputs, live)),
    };
  } catch (error) {
    const failure = failed(error, "creating", definition, inputs, operation.urn);
    if (!exists) throw failure;
    const seen = await observe(definition, operation, merged(inputs, live)).catch(() => undefined);
    const actual = merged(live, seen?.live);
    return {
      id: await identify(definition, operation, inputs, actual),
      outputs: outputsOf(definition, pick(actual, Object.keys(inputs)), actual),
      incomplete: { reasons: [failure.message] },
    };
  }
}

/**
 * Creates; or, where the resource exists because an interrupted run, or an attempt of this call whose answer was lost, has
 * created it, goes on from there. What AWS says was created before that is somebody else's.
 */
async function createOrResume(
  definition: Resource,
  operation: Operation,
  inputs: ValueMap,
  unconfirmed: Unconfirmed,
): Promise<ValueMap> {
  const place = await identify(definition, operation, inputs, {});
  const started = Date.now();
  const interrupted = unconfirmed.recall(operation.urn, place);
  unconfirmed.note(operation.urn, place);
  try {
    return merged({}, await definition.endpoints.create?.(operation, inputs));
  } catch (error) {
    const already = error instanceof ProviderError && error.code === "AlreadyExists";
    const since = interrupted ?? (already && error.retried ? started : undefined);
    const found = already && since !== undefined ? await observe(definition, operation, inputs) : undefined;
    if (!found || !isMadeSince(definition, found.live, since ?? started)) {
      if (error instanceof ProviderError && error.code !== "Unavailable" && error.code !== "Cancelled")
        unconfirmed.confirm(operation.urn);
      throw already ? takenPlace(error, place) : error;
    }
    for (const [name, row] of rows(definition, "input")) {
      if (row.replaces === true && has(inputs, name) && fulfills(row, found.live[name], inputs[name], {}) === false)
        throw takenPlace(error, place);
    }
    if (interrupted !== undefined) {
      operation.warn(
        "it was created by a run that was interrupted before it could be recorded; this run goes on from there",
      );
    }
    return visibleRows(definition, operation, found.live, inputs);
  }
}

function takenPlace(error: unknown, id: string): ProviderError {
  const { code, message, fault } = ProviderError.from(error);
  const remedy = `take it over with \`pulumi import\` and the id "${printable(id)}", or declare another one; if it is this stack's own and the engine was asked to replace it (\`--replace\`, \`pulumi state taint\`), give it the resource option \`deleteBeforeReplace\` or another name`;
  return new ProviderError(code, `${message}; ${remedy}`, { cause: error, ...(fault ? { fault } : {}) });
}

/** In milliseconds: by how much the clocks of this machine and of AWS may differ; signatures allow as much. */
const clockDifference = 5 * 60_000;

/** Without a time of creation the note of it must do. */
function isMadeSince(definition: Resource, live: ValueMap, since: number): boolean {
  return rows(definition, "output").every(([name, row]) => {
    const created = row.creationTime && typeof live[name] === "string" ? Date.parse(live[name]) : Number.NaN;
    return Number.isNaN(created) || created >= since - clockDifference;
  });
}

function isWritten(definition: Resource, aspect: AnyAspect, inputs: ValueMap, live: ValueMap): boolean {
  const relevant = aspect.sets.filter((name) => has(inputs, name));
  if (relevant.length === 0) return true;
  return relevant.every((name) => {
    const row = definition.properties[name];
    return has(live, name) && row !== undefined && fulfills(row, live[name], inputs[name], {}) === true;
  });
}

function write(aspect: AnyAspect, operation: Operation, inputs: ValueMap, live: ValueMap) {
  const desired = desiredOf(aspect, inputs);
  return operation.gateway.settled(aspect.settles ?? [], desired, async () =>
    aspect.put?.(operation, desired, pick(live, aspect.sets)),
  );
}

function missesOutputs(definition: Resource, live: ValueMap): boolean {
  return rows(definition, "output").some(([name, row]) => !row.volatile && !has(live, name));
}

function identify(definition: Resource, operation: Operation, inputs: ValueMap, live: ValueMap): Promise<string> {
  return definition.endpoints.identify.format(operation, merged(inputs, live, inputs));
}

/** Incomplete where the definition's own judgement is against what is there. */
export function judged(definition: Resource, values: ValueMap): { incomplete?: Incomplete } {
  const reasons = definition.endpoints.judge?.(values) ?? [];
  return reasons.length > 0 ? { incomplete: { reasons } } : {};
}

/** The inputs as written, the live value of what AWS chose, and the outputs. */
export function outputsOf(definition: Resource, inputs: ValueMap, live: ValueMap): ValueMap {
  const chosen = rows(definition, "input").filter(([name, row]) => row.computed && !has(inputs, name));
  return merged(
    inputs,
    pick(
      live,
      [...chosen, ...rows(definition, "output")].map(([name]) => name),
    ),
  );
}
