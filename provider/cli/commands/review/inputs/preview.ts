/** `pulumi preview --json` and stack exports: what a deployment changes, in the resources of any of the providers. */

import { isCarrier, unreadIn } from "../../../../declared/carriers.ts";
import type { Declared } from "../../../../declared/declared.ts";
import { declaredIn, readPreview, type State, stackOf } from "../../../../declared/program/preview.ts";
import { readStateFile } from "../../../../declared/pulumi/state-file.ts";
import { isManaged } from "../../../../declared/pulumi/state-remarks.ts";
import { knownValue } from "../../../../declared/pulumi/state-values.ts";
import { isEcrType } from "../../../../declared/vocabulary.ts";
import type { NotRead } from "../../../../review/report.ts";
import type { Change } from "../../../../review/rule/subject.ts";
import { ProviderError } from "../../../../text/errors.ts";
import { printable } from "../../../../text/printable.ts";
import { chunksOf, placeOf } from "../../../shared/bytes.ts";
import { differing, type Gathered, pairUp } from "./gathered.ts";

const mostMissing = 20;

/**
 * Reads a preview. `exported` is an export of the stack, which then says what is before. Throws InvalidInput for what is no
 * preview, and for one of another stack than `stack`.
 */
export async function gatherPreview(
  file: string,
  { stack, exported }: { readonly stack?: string; readonly exported?: string },
): Promise<Gathered> {
  const what = "the preview";
  const { courses, stacks, unread, missing, isWhole } = await readPreview(placeOf(file, what), chunksOf(file, what));
  const notRead = [
    ...missing.slice(0, mostMissing).map((reason) => {
      return { file: printable(file, 200), reason: `${reason}, so steps may be missing`, incomplete: true };
    }),
    ...unreadResources(unread),
  ];
  const name = theStack(stacks, stack, "the preview");
  const after: Declared[] = [];
  const changes: Change[] = [];
  const recorded: Declared[] = [];
  for (const { first, last, isDeleted, isReplaced, isTouched } of courses.values()) {
    const [old, now] = [declaredIn(first), isDeleted ? [] : declaredIn(last)];
    recorded.push(...old);
    after.push(...now);
    if (!isTouched) continue;
    changes.push(...pairUp(old, now).map((change) => (isReplaced ? { ...change, replaced: true } : change)));
  }
  const found = { isChange: true, notes: [], ...(name === undefined ? {} : { stack: name }) };
  if (exported === undefined) return { ...found, changes, before: recorded, after, isWhole, notRead };
  const read = await readExport(exported, stack ?? name);
  // `preview --json` leaves out what stays the same, so what it does not name is as the export says.
  const kept = read.states.filter(({ urn }) => !courses.has(urn)).flatMap(declaredIn);
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
  const carried = new Map(
    [...old.carried, ...now.carried].filter(([urn]) => {
      return old.texts.get(urn) !== now.texts.get(urn);
    }),
  );
  return {
    changes: differing(old.declared, now.declared),
    before: old.declared,
    after: now.declared,
    isChange: true,
    isWhole: true,
    notRead: [...old.notRead, ...now.notRead, ...unreadResources(carried)],
    notes: [],
  };
}

interface Export {
  readonly states: readonly State[];
  readonly declared: readonly Declared[];
  readonly notRead: Gathered["notRead"];
  /** Why resources are not read that may hold resources of ECR, by URN. */
  readonly carried: ReadonlyMap<string, string>;
  /** The inputs of these. */
  readonly texts: ReadonlyMap<string, string>;
}

const noExport: Export = { states: [], declared: [], notRead: [], carried: new Map(), texts: new Map() };

async function readExport(file: string, stack: string | undefined): Promise<Export> {
  const { resources, problems } = await readStateFile(
    placeOf(file, "the export"),
    chunksOf(file, "the export"),
    (type) => isEcrType(type) || isCarrier(type),
    (resource) => resource,
  );
  const managed = resources.filter(isManaged);
  theStack(new Set(managed.map(({ urn }) => stackOf(urn))), stack, "the export");
  const notRead = problems.slice(0, mostMissing).map((problem) => {
    return { file: printable(file, 200), reason: printable(problem, 500), incomplete: true };
  });
  const carriers = managed.flatMap(({ urn, type, inputs }) => {
    const reason = unreadIn(type, knownValue(inputs));
    return reason === undefined ? [] : [{ urn, reason, text: JSON.stringify(inputs) ?? "" }];
  });
  return {
    states: managed,
    declared: managed.flatMap(declaredIn),
    notRead,
    carried: new Map(carriers.map(({ urn, reason }) => [urn, reason])),
    texts: new Map(carriers.map(({ urn, text }) => [urn, text])),
  };
}

/** Resources that are not read, as what was not read of the review. */
export function unreadResources(unread: ReadonlyMap<string, string>): NotRead[] {
  const all = [...unread].map(([resource, reason]) => ({ file: printable(resource, 500), reason, incomplete: true }));
  const rest = all.length - mostMissing;
  const more = { file: `${rest} more resources`, reason: "they may have to do with ECR as well", incomplete: true };
  return rest > 0 ? [...all.slice(0, mostMissing), more] : all;
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
