/** What nobody declares, in every registry of a run. */

import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";
import type { Place } from "../compare/place.ts";
import { gatewayOf, type Way } from "../reach/registries.ts";
import type { Findings, RunOptions } from "./collected.ts";
import { cover } from "./coverage.ts";
import { expectationsOf, type Makers, readMakers } from "./expected.ts";

/** A way, and the registry that it leads to. */
export interface Reached {
  readonly way: Way;
  readonly place: Place;
}

export function placeKey({ account, region }: Place): string {
  return `${account}/${region}`;
}

const interrupted = new ProviderError("Cancelled", "the run was interrupted before this was read");

/** Why something was not read, where the end of the run is a reason as well. */
export function failureOf(error: unknown, signal: AbortSignal): ProviderError {
  return signal.aborted ? interrupted : ProviderError.from(error);
}

/** Each registry once, by the first way that leads there. */
export async function readUndeclared(
  reached: readonly Reached[],
  declared: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>,
  options: RunOptions,
  signal: AbortSignal,
  found: Findings,
): Promise<void> {
  const registries = [...new Map([...reached].reverse().map((one) => [placeKey(one.place), one])).values()].map(
    ({ way, place }) => {
      const operation = { urn: "", gateway: gatewayOf(way, signal), settings: way.access.settings, warn() {} };
      return { way, place, operation, makers: readMakers(options.catalog, operation) };
    },
  );
  for (const { makers } of registries) makers.catch(() => {});
  await Promise.all(
    registries.map(async ({ way, place, operation, makers }) => {
      try {
        const origins = await Promise.all(
          registries
            .filter((other) => other.place !== place)
            .map(async (other) => ({ ...other.place, makers: await other.makers })),
        );
        const own: Makers = await makers;
        const covered = await cover({
          catalog: options.catalog,
          operation,
          place,
          declared: declared.get(placeKey(place)) ?? new Map(),
          expectations: expectationsOf(operation, { ...place, makers: own }, origins),
          shard: options.shard,
          isWanted: options.isWanted,
          tolerated: options.tolerated,
          example: way.declared[0],
          present: found.present,
        });
        for (const resource of covered.resources) {
          found.resources.push(resource);
          if (resource.class !== "unmanaged") found.expected++;
        }
        found.unmanaged.push(...covered.unmanaged);
        for (const cause of covered.incomplete) found.incomplete.add(signal.aborted ? interrupted.message : cause);
      } catch (error) {
        found.incomplete.add(printable(failureOf(error, signal).message, 500));
      }
    }),
  );
}
