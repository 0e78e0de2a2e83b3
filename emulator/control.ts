/**
 * The side channel: `/_emulator/…`, JSON in and out, for tests in other processes and languages.
 *
 * | request | body | answer |
 * |---|---|---|
 * | `POST reset` | – | `{}`; empties everything |
 * | `GET journal`, `DELETE journal` | – | `[{sequence, account, region, operation, input, error?}]` |
 * | `POST faults`, `DELETE faults` | `[{operation?, repository?, kind, every?, after?, times?, code?, message?, status?, ms?}]` | `{}` |
 * | `POST clock` | `{advance: seconds}` or `{set: "2026-01-01T00:00:00Z"}` | `{now}` |
 * | `POST as` | `{account?, region?, operation, input, before?}` | what the operation answers; with `before`, `{}` |
 * | `POST settings` | members of `Settings` | all settings |
 * | `POST seed` | `{account?, region?, scans?, upstreamImages?}`: lists of `ScanOutcome` and `UpstreamImage` | `{}` |
 * | `POST tick` | – | `{expired, archived}`: what lifecycle policies took, after all work came to its end |
 * | `GET state` | – | every registry that holds something |
 */

import type { FaultRule } from "./faults.ts";
import type { ForeignWrite, Registries } from "./registries.ts";
import type { Seed } from "./seeds.ts";
import { AwsError, type Json } from "./wire.ts";

export const controlPrefix = "/_emulator/";

/** Answers a control request; throws AwsError for one that does not exist or does not parse. */
export function control(registries: Registries, method: string, path: string, body: string): unknown {
  const input = body === "" ? {} : parse(body);
  switch (`${method} ${path.slice(controlPrefix.length)}`) {
    case "POST reset":
      registries.reset();
      return {};
    case "GET journal":
      return registries.journal();
    case "DELETE journal":
      registries.clearJournal();
      return {};
    case "POST faults":
      registries.addFaults([input].flat() as FaultRule[]);
      return {};
    case "DELETE faults":
      registries.clearFaults();
      return {};
    case "POST clock": {
      const { advance, set } = input as { advance?: number; set?: string };
      if (set !== undefined) registries.clock.set(new Date(set));
      if (advance !== undefined) registries.clock.advance(advance);
      return { now: registries.clock.now().toISOString() };
    }
    case "POST as":
      return registries.asForeigner(input as ForeignWrite) ?? {};
    case "POST settings":
      Object.assign(registries.settings, input as Json);
      return registries.settings;
    case "POST seed":
      registries.seed(input as Seed);
      return {};
    case "POST tick":
      return registries.tick();
    case "GET state":
      return registries.state();
    default:
      throw new AwsError("UnknownOperationException", `There is no control ${method} ${path}.`, 404);
  }
}

function parse(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below, in the same words as JSON that is no object.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object or list.");
}
