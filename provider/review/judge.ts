/** Judges one resource: its documents and settings, before and after a change, by the validators and all rules. */

import { ofKind } from "../declared/declared.ts";
import { documentValue, openDocument } from "../define/document.ts";
import { analyzeLifecyclePolicy } from "../lifecycle/analyze.ts";
import { isManifestList, type LifecycleImage } from "../lifecycle/images.ts";
import { atRisk } from "../lifecycle/risk.ts";
import { compareLifecycle, type LifecycleDifference } from "../lifecycle/simulate.ts";
import { validateLifecyclePolicy } from "../lifecycle/validate.ts";
import { type AccessChange, compareAccess } from "../policy/access/compare.ts";
import { allowedBy, deniedBy } from "../policy/access/questions.ts";
import type { AccessRow } from "../policy/access/rows.ts";
import type { AccessContext } from "../policy/access/rules/context.ts";
import { policyFaults } from "../policy/faults.ts";
import { type PolicyKind, statementsOf } from "../policy/language/document.ts";
import { validatePolicy } from "../policy/validate.ts";
import { ProviderError } from "../text/errors.ts";
import type { Path } from "../text/path.ts";
import { printable } from "../text/printable.ts";
import { sameValue, valueKey } from "../text/value.ts";
import { type Judgement, run, stated, under } from "./judgement.ts";
import type { Surroundings } from "./rule/rule.ts";
import { type Change, type DocumentChange, documentsOf, registryPolicyIn } from "./rule/subject.ts";

/** What a changed lifecycle policy does to the images of its repository. */
export interface Effect {
  readonly difference: LifecycleDifference;
  readonly images: readonly LifecycleImage[];
}

export interface Judged {
  readonly judgements: readonly Judgement[];
  /** One for each access policy. */
  readonly access: readonly AccessChange[];
  readonly effects: readonly Effect[];
  /** What could not be simulated, and why. */
  readonly notes: readonly string[];
}

/** What AWS refuses is an error, and then nothing is said about what a document means. Never throws. */
export function judge(change: Change, surroundings: Surroundings, isChange: boolean): Judged {
  const parts = documentsOf(change).map((document) =>
    document.language === "lifecycle"
      ? judgeLifecycle(document, change, surroundings)
      : judgeAccess(document, document.language, change, surroundings, isChange),
  );
  const flaws = (change.after?.flaws ?? []).map(
    ({ ruleId, level, message, line, column }): Judgement => ({
      ...{ ruleId, level, message },
      ...(line === undefined ? {} : { position: { line, ...(column === undefined ? {} : { column }) } }),
      ...{ place: [], path: [], key: message, invalid: level === "error" },
    }),
  );
  const settings = run("resource", { ...change, surroundings }, undefined);
  return {
    judgements: [...flaws, ...parts.flatMap(({ judgements }) => judgements), ...settings],
    access: parts.flatMap(({ access }) => access),
    effects: parts.flatMap(({ effects }) => effects),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

/** An access policy alone: its validity, then what it means. */
export function judgePolicy(kind: PolicyKind, source: unknown, context: AccessContext): readonly Judgement[] {
  return meaningOf(kind, source, context, false).judgements;
}

interface Meaning {
  readonly judgements: readonly Judgement[];
  /** What it allows, as gains over no policy; absent where AWS would refuse it. */
  readonly access?: AccessChange;
}

function meaningOf(kind: PolicyKind, source: unknown, context: AccessContext, isTemplate: boolean): Meaning {
  const validity = stated(validatePolicy(kind, source), undefined);
  if (validity.some(({ invalid }) => invalid)) return { judgements: validity };
  const { value } = openDocument(source, policyFaults.syntax);
  const statements = statementsOf(value);
  if (!statements) return { judgements: validity };
  const known = { ...context, kind };
  const access = allowedBy(source, known);
  const target = { kind, source, statements, context: known, access, isTemplate, pathOf: placesIn(value) };
  return { judgements: [...validity, ...run("policy", target, undefined)], access };
}

/** By what is known beside the documents, which is one object in a whole review. */
const meanings = new WeakMap<AccessContext, Map<string, Meaning>>();

const mostMeanings = 32;

/** The same, kept for a while, because most policies of a stack are there before a change and after it. */
function knownMeaningOf(
  kind: PolicyKind,
  source: unknown,
  context: AccessContext,
  isTemplate: boolean,
  { access }: Surroundings,
): Meaning {
  const known = meanings.get(access) ?? new Map<string, Meaning>();
  meanings.set(access, known);
  const { repository, registryPolicy } = context;
  const key = valueKey([kind, isTemplate, repository, registryPolicy, source]);
  const meaning = known.get(key) ?? meaningOf(kind, source, context, isTemplate);
  if (known.size >= mostMeanings) known.clear();
  known.set(key, meaning);
  return meaning;
}

function judgeAccess(
  { property, before, after, isTemplate }: DocumentChange,
  kind: PolicyKind,
  change: Change,
  surroundings: Surroundings,
  isChange: boolean,
): Judged {
  const context = contextFor(kind, change, surroundings);
  const meaning = after === undefined ? undefined : knownMeaningOf(kind, after, context, isTemplate, surroundings);
  const own = (meaning?.judgements ?? []).map((judgement) => under(judgement, property));
  if (own.some(({ invalid }) => invalid)) return { judgements: own, access: [refused], effects: [], notes: [] };
  const isSameText = typeof before === "string" && before === after;
  const isSame = isChange && (isSameText || sameValue(documentValue(before), documentValue(after)));
  const access = placed(
    isSame
      ? unchanged
      : isChange
        ? compareAccess(before, after, context)
        : { ...(meaning?.access ?? unchanged), ...deniedBy(after, context) },
    property,
    change,
  );
  const ofChange = isSame
    ? []
    : run(
        "policyChange",
        {
          ...(isChange ? { before, access } : { before: undefined, access: { ...access, gains: [], losses: [] } }),
          ...{ after, pathOf: placesIn(documentValue(after)) },
        },
        property,
      );
  return { judgements: [...own, ...ofChange], access: [access], effects: [], notes: [] };
}

/** Of a document that AWS would refuse, nothing can be said. */
const refused: AccessChange = {
  relation: "undecided",
  gains: [],
  losses: [],
  undecided: [{ principal: "everybody", actions: ["ecr:*"], reasons: ["AWS would refuse the policy"] }],
};

const unchanged: AccessChange = { relation: "equal", gains: [], losses: [], undecided: [] };

/** With lines of the files in which the documents are written, instead of lines inside their text. */
function placed(access: AccessChange, property: string, { before, after }: Change): AccessChange {
  const place = (row: AccessRow): AccessRow => {
    const { line: _, ...because } = row.because;
    const side = because.policy === "before" ? before : because.policy === "after" ? after : undefined;
    if (side?.file === undefined) return { ...row, because };
    const at = [property, ...placesIn(documentValue(side.properties[property]))(because.index)];
    const line = side.locate?.(at)?.line;
    return { ...row, because: line === undefined ? because : { ...because, line } };
  };
  const [gains, losses, denied = []] = [access.gains, access.losses, access.denied].map((rows) => rows?.map(place));
  return { ...access, gains: gains ?? [], losses: losses ?? [], denied };
}

/** What is known about the repository that a policy belongs to, and the registry's policy beside it. */
function contextFor(kind: PolicyKind, { before, after }: Change, { access, after: all }: Surroundings): AccessContext {
  if (kind === "registry") return { ...access, kind };
  const name = (after ?? before)?.name;
  const beside = access.registryPolicy ?? registryPolicyIn(all);
  return {
    ...access,
    kind,
    ...(name === undefined ? {} : { repository: printable(name, 300) }),
    ...(beside === undefined ? {} : { registryPolicy: beside }),
  };
}

function placesIn(document: unknown): (index: number) => Path {
  const single = !Array.isArray((document as { Statement?: unknown } | undefined)?.Statement);
  return (index) => (single ? ["Statement"] : ["Statement", index]);
}

function judgeLifecycle(
  { property, before, after, isTemplate }: DocumentChange,
  change: Change,
  surroundings: Surroundings,
): Judged {
  const nothing = { access: [], effects: [], notes: [] };
  if (after === undefined) return { ...nothing, judgements: [] };
  const validity = stated(validateLifecyclePolicy(after, { leavesOutNulls: change.after?.ours ?? false }), property);
  if (validity.some(({ invalid }) => invalid)) return { ...nothing, judgements: validity };
  const name = isTemplate ? undefined : (change.after ?? change.before)?.name;
  const images = name === undefined ? undefined : surroundings.images?.get(name);
  const analysis = analyzeLifecyclePolicy(after, {
    protect: surroundings.expects.protectedTags,
    manifestLists:
      isCached(name, surroundings) ||
      (images ?? []).some(({ imageManifestMediaType }) => isManifestList(imageManifestMediaType)),
  });
  const { effect, note } = simulated(before, after, images, surroundings.at);
  const risks = effect
    ? atRisk(effect.after.images, {
        protect: surroundings.expects.protectedTags,
        inUse: surroundings.inUse,
        account: surroundings.access.owner,
        region: surroundings.access.region,
        repository: name,
      })
    : [];
  const target = { source: after, analysis, risks, surroundings, ...(effect ? { effect } : {}) };
  return {
    judgements: [...validity, ...run("lifecycle", target, property)],
    access: [],
    effects: effect && images ? [{ difference: effect, images }] : [],
    notes: note === undefined ? [] : [note],
  };
}

function simulated(
  before: unknown,
  after: unknown,
  images: readonly LifecycleImage[] | undefined,
  at: number,
): { effect?: LifecycleDifference; note?: string } {
  if (!images) return {};
  try {
    return { effect: compareLifecycle(known(before), after, images, new Date(at)) };
  } catch (error) {
    if (error instanceof ProviderError) return { note: error.message };
    throw error;
  }
}

/** What AWS does not have cannot have had an effect. */
function known(before: unknown): unknown {
  return validateLifecyclePolicy(before, { leavesOutNulls: true }).some(({ level }) => level === "error")
    ? undefined
    : before;
}

/** Whether a cache rule fills the repository. */
function isCached(name: string | undefined, { after }: Surroundings): boolean {
  return ofKind(after, "PullThroughCacheRule").some(
    ({ name: prefix }) => prefix !== undefined && (name ?? "").startsWith(`${prefix}/`),
  );
}
