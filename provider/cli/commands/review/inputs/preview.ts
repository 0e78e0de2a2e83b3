/** `pulumi preview --json` and stack exports: what a deployment changes, in the resources of any of the providers. */

import { declaredOf } from "../../../../declared/declared.ts";
import { sourceOf } from "../../../../declared/pulumi/export.ts";
import { readStateFile } from "../../../../declared/pulumi/state-file.ts";
import { isManaged } from "../../../../declared/pulumi/state-remarks.ts";
import { knownValue } from "../../../../declared/pulumi/state-values.ts";
import type { Declared } from "../../../../declared/subject.ts";
import { isEcrType } from "../../../../declared/vocabulary.ts";
import type { Change } from "../../../../review/rule/subject.ts";
import { ProviderError } from "../../../../text/errors.ts";
import { scanJson } from "../../../../text/json-stream.ts";
import { printable } from "../../../../text/printable.ts";
import { isMap, type ValueMap, valueMap } from "../../../../text/value.ts";
import { chunksOf, placeOf, refuse } from "../../../shared/bytes.ts";
import { differing, type Gathered, pairUp } from "./gathered.ts";

const largestStep = 8 * 1024 * 1024;
const mostSteps = 100_000;
const mostMissing = 20;

interface State {
  readonly urn: string;
  readonly type: string;
  readonly inputs: unknown;
  readonly sourcePosition: unknown;
}

/** What the steps of one URN come to; a replacement has several. */
interface Course {
  first: State | undefined;
  last: State | undefined;
  isDeleted: boolean;
  isReplaced: boolean;
  /** Some step does more than to keep it. */
  isTouched: boolean;
}

/**
 * Reads a preview. `exported` is an export of the stack, which then says what is before. Throws InvalidInput for what is no
 * preview, and for one of another stack than `stack`.
 */
export async function gatherPreview(
  file: string,
  { stack, exported }: { readonly stack?: string; readonly exported?: string },
): Promise<Gathered> {
  const { courses, stacks, notRead, isWhole } = await readCourses(file);
  const name = theStack(stacks, stack, "the preview");
  const after: Declared[] = [];
  const changes: Change[] = [];
  const recorded: Declared[] = [];
  for (const { first, last, isDeleted, isReplaced, isTouched } of courses.values()) {
    const [old, now] = [declared(first), isDeleted ? [] : declared(last)];
    recorded.push(...old);
    after.push(...now);
    if (!isTouched) continue;
    changes.push(...pairUp(old, now).map((change) => (isReplaced ? { ...change, replaced: true } : change)));
  }
  const found = { isChange: true, notes: [], ...(name === undefined ? {} : { stack: name }) };
  if (exported === undefined) return { ...found, changes, before: recorded, after, isWhole, notRead };
  const read = await readExport(exported, stack ?? name);
  // `preview --json` leaves out what stays the same, so what it does not name is as the export says.
  const kept = read.states.filter(({ urn }) => !courses.has(urn)).flatMap(declared);
  const all = [...after, ...kept];
  return {
    ...found,
    changes: marked(differing(read.declared, all), changes),
    before: read.declared,
    after: all,
    isWhole: true,
    notRead: [...notRead, ...read.notRead],
  };
}

/** What the preview replaces is replaced, whatever says what is before. */
function marked(changes: readonly Change[], previewed: readonly Change[]): Change[] {
  const replaced = new Set(previewed.filter((change) => change.replaced).map(({ after }) => after?.urn));
  return changes.map((change) => (replaced.has(change.after?.urn) ? { ...change, replaced: true } : change));
}

/** Two exports of a stack. */
export async function gatherExports(
  before: string | undefined,
  after: string | undefined,
  stack: string | undefined,
): Promise<Gathered> {
  const [old, now] = [
    before === undefined ? noExport : await readExport(before, stack),
    after === undefined ? noExport : await readExport(after, stack),
  ];
  return {
    changes: differing(old.declared, now.declared),
    before: old.declared,
    after: now.declared,
    isChange: true,
    isWhole: true,
    notRead: [...old.notRead, ...now.notRead],
    notes: [],
  };
}

interface Export {
  readonly states: readonly State[];
  readonly declared: readonly Declared[];
  readonly notRead: Gathered["notRead"];
}

const noExport: Export = { states: [], declared: [], notRead: [] };

async function readExport(file: string, stack: string | undefined): Promise<Export> {
  const { resources, problems } = await readStateFile(
    placeOf(file, "the export"),
    chunksOf(file, "the export"),
    isEcrType,
    (resource) => resource,
  );
  const managed = resources.filter(isManaged);
  theStack(new Set(managed.map(({ urn }) => stackOf(urn))), stack, "the export");
  const notRead = problems.slice(0, mostMissing).map((problem) => {
    return { file: printable(file, 200), reason: printable(problem, 500), incomplete: true };
  });
  return { states: managed, declared: managed.flatMap(declared), notRead };
}

/** A preview that failed, or with a step that cannot be told, does not say everything that a deployment does. */
async function readCourses(file: string) {
  const what = "the preview";
  const courses = new Map<string, Course>();
  const stacks = new Set<string>();
  const missing = new Set<string>();
  let [steps, hasSteps, same, summary] = [0, false, 0, undefined as unknown];
  const scanner = scanJson(placeOf(file, what), {
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
        refuse(file, what, `it has more than ${mostSteps} steps; preview fewer resources with --target`);
      } else if (!isStep(value)) missing.add(`its step ${String(at)} is none that is known`);
      else {
        if (value["op"] === "same") same++;
        follow(value, courses, stacks);
      }
    },
    tooLarge: ([first, at]) =>
      missing.add(`its ${first === "steps" ? "step" : "diagnostic"} ${String(at)} is too large`),
  });
  for await (const chunk of chunksOf(file, what)) scanner.push(chunk);
  scanner.end();
  if (!hasSteps) refuse(file, what, "it has no steps; give what `pulumi preview --json` prints");
  const notRead = [...missing].slice(0, mostMissing).map((reason) => {
    return { file: printable(file, 200), reason: `${reason}, so steps may be missing`, incomplete: true };
  });
  // With --show-sames nothing is left out; the summary counts what stays the same either way.
  const isWhole = notRead.length === 0 && isMap(summary) && (summary["same"] ?? 0) === same;
  return { courses, stacks, notRead, isWhole };
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
    isTouched: known.isTouched || op !== "same",
  });
}

function stateOf(value: unknown): State | undefined {
  if (!isMap(value) || typeof value["type"] !== "string" || typeof value["urn"] !== "string") return undefined;
  if (value["external"] === true) return undefined;
  const { urn, type, inputs, sourcePosition } = value;
  return { urn, type, inputs, sourcePosition };
}

function declared(state: State | undefined): Declared[] {
  if (!state) return [];
  const { urn, type, inputs, sourcePosition } = state;
  const known = Object.entries(isMap(inputs) ? inputs : {}).map(([name, raw]) => [name, knownValue(raw)] as const);
  const { file, line = 1, column = 1 } = sourceOf("", typeof sourcePosition === "string" ? sourcePosition : "");
  const place = file === undefined ? {} : { file, locate: () => ({ line, column }) };
  return declaredOf(type, valueMap(known), { urn, ...place });
}

function stackOf(urn: string): string {
  return urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "";
}

/** The one stack that all are of. Throws InvalidInput for several, and for another one than expected. */
function theStack(stacks: ReadonlySet<string>, expected: string | undefined, what: string): string | undefined {
  const wanted = expected?.split("/").at(-1);
  const other = [...stacks].find((name, index) => (wanted === undefined ? index > 0 : name !== wanted));
  if (other !== undefined)
    throw new ProviderError(
      "InvalidInput",
      `reading ${what}: it is of the stack "${printable(other, 100)}", expected is "${printable(wanted ?? [...stacks][0] ?? "", 100)}"`,
    );
  return [...stacks][0] ?? wanted;
}
