/** Update: writes the aspects whose rows differ from what is recorded as live, and only those. */

import type { Row } from "../define/property.ts";
import { covers, parsePath } from "../text/path.ts";
import { containsUnknown, type ValueMap } from "../text/value.ts";
import { judged, outputsOf } from "./create.ts";
import {
  type AnyAspect,
  equal,
  failed,
  has,
  type Incomplete,
  merged,
  type Operation,
  pick,
  type Resource,
  rows,
  visibleRows,
} from "./definition.ts";
import { differs } from "./diff.ts";
import { caution, foresee } from "./foresight.ts";
import { guardWrite, isGuarded, observe, refuseObstacles, warnObstacles } from "./observe.ts";

export interface UpdateRequest {
  readonly id: string;
  /** Recorded outputs: what was last seen to be live. */
  readonly olds: ValueMap;
  readonly oldInputs: ValueMap;
  readonly news: ValueMap;
  readonly ignoreChanges: readonly string[];
}

export interface Updated {
  readonly outputs: ValueMap;
  readonly incomplete?: Incomplete;
}

/** In a preview nothing is written; what a change means is told, and a volatile output becomes unknown. */
export async function previewUpdate(
  definition: Resource,
  operation: Operation,
  request: UpdateRequest,
): Promise<Updated> {
  try {
    const desired = desiredRows(definition, request);
    if (isGuarded(definition) && !containsUnknown(request.news)) {
      await guardWrite(definition, operation, request.news, request.olds);
    }
    await warnObstacles(differing(definition, request, request.olds, desired), operation, request.news);
    caution(definition, operation, request.olds, desired);
    await foresee(definition, operation, desired, request.olds);
    const stable = pick(
      request.olds,
      rows(definition, "output")
        .filter(([, row]) => isStable(row, (name) => isToWrite(definition, request, name, request.olds, desired)))
        .map(([name]) => name),
    );
    return { outputs: outputsOf(definition, request.news, merged(desired, stable)) };
  } catch (error) {
    throw failed(error, "updating", definition, request.news, operation.urn);
  }
}

/** What a change means, in sentences, from the rows that can say it. */
export function describeChanges(
  definition: Resource,
  { settings, secret }: Pick<Operation, "settings" | "secret">,
  { olds, oldInputs, news }: Pick<UpdateRequest, "olds" | "oldInputs" | "news">,
): string[] {
  return rows(definition, "input").flatMap(([name, row]) =>
    !row.describe || containsUnknown(news[name]) || equal(row, oldInputs[name], news[name]) === true
      ? []
      : secret?.has(name)
        ? [`${name} changes; its value is secret`]
        : row.describe(oldInputs[name], news[name], olds, settings),
  );
}

export async function update(definition: Resource, operation: Operation, request: UpdateRequest): Promise<Updated> {
  const desired = desiredRows(definition, request);
  let live = request.olds;
  let written = false;
  try {
    live = await baseline(definition, operation, request, desired);
    await refuseObstacles(differing(definition, request, live, desired), operation, merged(live, request.news));
    for (const aspect of definition.aspects) {
      if (!differing(definition, request, live, desired).includes(aspect)) continue;
      const settles = (aspect.settles ?? []).filter(({ createOnly }) => !createOnly);
      const values = {
        ...live,
        ...request.news,
        ...Object.fromEntries(aspect.sets.map((name) => [name, desired[name]])),
      };
      const answer = await operation.gateway.settled(settles, values, async () =>
        aspect.put?.(operation, values, pick(live, aspect.sets)),
      );
      live = merged(live, pick(desired, aspect.sets), answer);
      written = true;
    }
    return { outputs: outputsOf(definition, request.news, live), ...judged(definition, merged(live, request.news)) };
  } catch (error) {
    const failure = failed(error, "updating", definition, request.news, operation.urn);
    if (!written) throw failure;
    const seen = await observe(definition, operation, merged(live, request.news)).catch(() => undefined);
    const actual = merged(live, seen?.live);
    return {
      outputs: outputsOf(definition, merged(request.news, pick(actual, Object.keys(request.news))), actual),
      incomplete: { reasons: [failure.message] },
    };
  }
}

/**
 * What the writes are compared with. Recorded outputs are what was last seen, so usually nothing is read. The engine also
 * asks for an update without any difference, to finish an initialization that failed: then the live values decide. Where
 * others may write, and where they are judged, they always do.
 */
async function baseline(
  definition: Resource,
  operation: Operation,
  request: UpdateRequest,
  desired: ValueMap,
): Promise<ValueMap> {
  if (isGuarded(definition)) {
    const live = await guardWrite(definition, operation, request.news, request.olds);
    return live ? baselineOf(definition, operation, live, request.olds, []) : request.olds;
  }
  const names = rows(definition, "input").map(([name]) => name);
  const controls = rows(definition, "control");
  if (
    !definition.endpoints.judge &&
    (names.some((name) => isToWrite(definition, request, name, request.olds, desired)) ||
      controls.some(([name, row]) => differs(row, request.oldInputs[name], request.news[name]) !== false))
  ) {
    return request.olds;
  }
  const observed = await observe(definition, operation, merged(request.news, request.olds));
  if (!observed) return request.olds;
  const hidden = observed.denied.flatMap(({ sets }) => sets);
  return baselineOf(definition, operation, observed.live, request.olds, hidden);
}

/** What is live, as this resource may see it; recorded values stand in only for what was not looked at. */
function baselineOf(
  definition: Resource,
  operation: Operation,
  live: ValueMap,
  olds: ValueMap,
  hidden: readonly string[],
): ValueMap {
  const outputs = rows(definition, "output").map(([name]) => name);
  return merged(pick(olds, [...hidden, ...outputs]), visibleRows(definition, operation, live, olds));
}

/** The aspects that are to be written. */
function differing(definition: Resource, request: UpdateRequest, live: ValueMap, desired: ValueMap): AnyAspect[] {
  return definition.aspects.filter(
    ({ put, sets }) => put && sets.some((name) => isToWrite(definition, request, name, live, desired)),
  );
}

/** Whether an update leaves an output as it is. */
function isStable({ volatile = false }: Row, changes: (input: string) => boolean): boolean {
  return typeof volatile === "boolean" ? !volatile : !volatile.some(changes);
}

/** What each input row shall be: as declared; AWS's default where a declaration went away; else as it is. */
function desiredRows(definition: Resource, { olds, oldInputs, news }: UpdateRequest): ValueMap {
  return merged(
    {},
    ...rows(definition, "input").map(([name, row]) => ({
      [name]: has(news, name) ? news[name] : has(oldInputs, name) ? row.default : row.computed ? olds[name] : undefined,
    })),
  );
}

function isToWrite(
  definition: Resource,
  request: UpdateRequest,
  name: string,
  live: ValueMap,
  desired: ValueMap,
): boolean {
  const row: Row | undefined = definition.properties[name];
  if (!row || row.identity || (!has(request.news, name) && !has(request.oldInputs, name))) return false;
  if (request.ignoreChanges.some((pattern) => covers(parsePath(pattern), [name]))) return false;
  return equal(row, has(live, name) ? live[name] : undefined, desired[name]) !== true;
}
