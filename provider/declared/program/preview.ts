/** What `pulumi preview --json` prints → the course of each resource, in the words of our definitions. */

import { ProviderError } from "../../text/errors.ts";
import { scanJson } from "../../text/json-stream.ts";
import { isMap, type ValueMap, valueMap } from "../../text/value.ts";
import { unreadIn } from "../carriers.ts";
import { type Declared, declaredOf } from "../declared.ts";
import { sourceOf } from "../pulumi/export.ts";
import { knownValue } from "../pulumi/state-values.ts";
import { isEcrType } from "../vocabulary.ts";

const largestStep = 8 * 1024 * 1024;
const mostSteps = 100_000;

/** One side of a step, or a resource of an export. */
export interface State {
  readonly urn: string;
  readonly type: string;
  readonly inputs: unknown;
  readonly sourcePosition: unknown;
}

/** What the steps of one URN come to; a replacement has several. */
export interface Course {
  first: State | undefined;
  last: State | undefined;
  isDeleted: boolean;
  isReplaced: boolean;
  /** Some step does more than to keep it. */
  isTouched: boolean;
}

export interface Preview {
  /** By URN; of ECR only. */
  readonly courses: ReadonlyMap<string, Course>;
  readonly stacks: ReadonlySet<string>;
  /** Resources that change and may have to do with ECR, with the reason why they are not read; by URN. */
  readonly unread: ReadonlyMap<string, string>;
  /** Why it does not say everything that a deployment does, each as the beginning of a sentence. */
  readonly missing: readonly string[];
  /** It has every resource of the stack, also those that stay the same. */
  readonly isWhole: boolean;
}

/** Reads a preview, `name` in messages. Throws InvalidInput for what is no preview. */
export async function readPreview(name: string, chunks: AsyncIterable<Buffer>): Promise<Preview> {
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", `reading ${name}: ${why}`);
  };
  const courses = new Map<string, Course>();
  const stacks = new Set<string>();
  const missing = new Set<string>();
  const unread = new Map<string, string>();
  let [steps, hasSteps, same, summary] = [0, false, 0, undefined as unknown];
  const scanner = scanJson(name, {
    most: largestStep,
    interest(path) {
      const [first] = path;
      if (path.length === 1) hasSteps ||= first === "steps";
      if (first === "maybeCorrupt" || first === "changeSummary") return "take";
      if (first !== "steps" && first !== "diagnostics") return "skip";
      return path.length === 1 ? "enter" : "take";
    },
    value([first, at], value) {
      if (first === "changeSummary") summary = value;
      else if (first === "maybeCorrupt") {
        if (value !== false) missing.add("Pulumi says that it may be corrupt");
      } else if (first === "diagnostics") {
        if (isMap(value) && value["severity"] === "error") missing.add("the program or a provider failed in it");
      } else if (++steps > mostSteps) {
        refuse(`it has more than ${mostSteps} steps; preview fewer resources with --target`);
      } else if (!isStep(value)) missing.add(`its step ${String(at)} is none that is known`);
      else {
        if (value["op"] === "same") same++;
        follow(value, courses, stacks);
        noteUnread(value, unread);
      }
    },
    tooLarge: ([first, at]) =>
      missing.add(`its ${first === "steps" ? "step" : "diagnostic"} ${String(at)} is too large`),
  });
  for await (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  if (!hasSteps) refuse("it has no steps; give what `pulumi preview --json` prints");
  // With --show-sames nothing is left out; the summary counts what stays the same either way.
  const isWhole = missing.size === 0 && isMap(summary) && (summary["same"] ?? 0) === same;
  return { courses, stacks, unread, missing: [...missing], isWhole };
}

function isStep(step: unknown): step is ValueMap {
  return isMap(step) && typeof step["urn"] === "string" && typeof step["op"] === "string";
}

function follow(step: ValueMap, courses: Map<string, Course>, stacks: Set<string>): void {
  const [old, now] = [stateOf(step["oldState"]), stateOf(step["newState"])];
  const { urn, op } = step;
  if (typeof urn !== "string" || typeof op !== "string" || op.startsWith("discard") || op.startsWith("read")) return;
  stacks.add(stackOf(urn));
  if (!isEcrType((now ?? old)?.type ?? "")) return;
  const known = courses.get(urn) ?? {
    first: undefined,
    last: undefined,
    isDeleted: false,
    isReplaced: false,
    isTouched: false,
  };
  const isReplacing = op.includes("replace");
  courses.set(urn, {
    first: known.first ?? old,
    last: op === "delete" || op === "delete-replaced" ? known.last : (now ?? known.last),
    isDeleted: known.isDeleted || op === "delete",
    isReplaced: known.isReplaced || isReplacing,
    isTouched: known.isTouched || op !== "same" || !sameInputs(old, now),
  });
}

/** Pulumi keeps what its provider calls the same, and records the inputs of the program all the same. */
function sameInputs(old: State | undefined, now: State | undefined): boolean {
  return JSON.stringify(old?.inputs) === JSON.stringify(now?.inputs);
}

/** A component has no inputs of its own: what it holds has steps of its own. */
function noteUnread(step: ValueMap, unread: Map<string, string>): void {
  const { urn, op, oldState, newState } = step;
  if (typeof urn !== "string" || op === "same" || /^(discard|read)/.test(String(op))) return;
  const isMade = /^(create|update|import|replace)/.test(String(op));
  if (isMade && !isMap(newState)) unread.set(urn, "the preview does not show what it becomes");
  for (const state of [oldState, newState]) {
    if (!isMap(state) || typeof state["type"] !== "string" || state["custom"] === false) continue;
    const isHidden = isEcrType(state["type"]) && !isMap(state["inputs"]);
    const reason = isHidden
      ? "the preview does not show its inputs"
      : unreadIn(state["type"], knownValue(state["inputs"]));
    if (reason !== undefined) unread.set(urn, reason);
  }
}

function stateOf(value: unknown): State | undefined {
  if (!isMap(value) || typeof value["type"] !== "string" || typeof value["urn"] !== "string") return undefined;
  if (value["external"] === true) return undefined;
  const { urn, type, inputs, sourcePosition } = value;
  return { urn, type, inputs, sourcePosition };
}

/** What a state declares, in our words; what a preview does not know or does not show is unknown. */
export function declaredIn(state: State | undefined): Declared[] {
  if (!state) return [];
  const { urn, type, inputs, sourcePosition } = state;
  const known = Object.entries(isMap(inputs) ? inputs : {}).map(([name, raw]) => [name, knownValue(raw)] as const);
  const { file, line = 1, column = 1 } = sourceOf("", typeof sourcePosition === "string" ? sourcePosition : "");
  const place = file === undefined ? {} : { file, locate: () => ({ line, column }) };
  return declaredOf(type, valueMap(known), { urn, ...place });
}

/** The stack that a URN is of. */
export function stackOf(urn: string): string {
  return urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "";
}
