/**
 * The side channel: `/_emulator/…`, JSON in and out, for tests in other processes and languages. What it takes and answers is
 * told to users in docs/emulator.md.
 */

import { politeDefaults, type Settings } from "../call/context.ts";
import type { FaultRule } from "../service/faults.ts";
import type { ForeignWrite, Registries } from "../service/registries.ts";
import type { Seed } from "../service/seeds.ts";
import type { Clock } from "../state/clock.ts";
import { AwsError } from "../wire/protocol.ts";

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
      registries.addFaults(faultRules(input));
      return {};
    case "DELETE faults":
      registries.clearFaults();
      return {};
    case "POST clock":
      setClock(registries.clock, input);
      return { now: registries.clock.now().toISOString() };
    case "POST as":
      return registries.asForeigner(foreignWrite(input)) ?? {};
    case "POST settings":
      return Object.assign(registries.settings, checkedSettings(input));
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

/** One rule or a list of them; what a rule says is the faults' to judge. */
function faultRules(input: object): FaultRule[] {
  const rules = [input].flat() as FaultRule[];
  for (const rule of rules) objectOf(rule, "a fault");
  return rules;
}

function setClock(clock: Clock, input: { advance?: unknown; set?: unknown }): void {
  const { advance = 0, set } = input;
  const time = set === undefined ? undefined : new Date(String(set));
  if (typeof advance !== "number" || Number.isNaN(new Date(clock.now().getTime() + advance * 1_000).getTime()))
    throw refused("advance must be a number of seconds");
  if (time && Number.isNaN(time.getTime())) throw refused("set must be a time as 2026-01-01T00:00:00Z");
  if (time) clock.set(time);
  clock.advance(advance);
}

function foreignWrite(input: { operation?: unknown; input?: unknown }): ForeignWrite {
  if (typeof input.operation !== "string") throw refused("operation must be text");
  return { ...input, operation: input.operation, input: objectOf(input.input ?? {}, "input") };
}

/** Settings that exist, each of the kind that its default is. */
function checkedSettings(input: object): Partial<Settings> {
  const kind = (value: unknown) => (Array.isArray(value) ? "list" : value === null ? "null" : typeof value);
  for (const [name, value] of Object.entries(input)) {
    const usual = Object.hasOwn(politeDefaults, name) ? politeDefaults[name as keyof Settings] : undefined;
    if (usual === undefined || kind(value) !== kind(usual))
      throw new AwsError(
        "ValidationException",
        `There is no setting ${JSON.stringify(name)} of the kind ${kind(value)}.`,
      );
  }
  return input;
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

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw refused(`${what} must be an object`);
}

function refused(why: string): AwsError {
  return new AwsError("ValidationException", `The side channel: ${why}.`);
}
