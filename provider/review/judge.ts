/** Judges one resource: its documents and settings, before and after a change, by the validators and all rules. */

import { documentValue, openDocument } from "../define/document.ts";
import type { Finding, Level } from "../define/finding.ts";
import type { Path } from "../define/path.ts";
import { sameValue } from "../define/value.ts";
import { ProviderError } from "../errors.ts";
import { analyzeLifecyclePolicy } from "../lifecycle/analyze.ts";
import { isManifestList, type LifecycleImage } from "../lifecycle/images.ts";
import { atRisk } from "../lifecycle/risk.ts";
import { compareLifecycle, type LifecycleDifference } from "../lifecycle/simulate.ts";
import { validateLifecyclePolicy } from "../lifecycle/validate.ts";
import { type AccessChange, compareAccess } from "../policy/access/compare.ts";
import type { AccessContext } from "../policy/access/context.ts";
import { allowedBy } from "../policy/access/questions.ts";
import type { Witness } from "../policy/access/rows.ts";
import { type PolicyKind, statementsOf } from "../policy/document.ts";
import { validatePolicy } from "../policy/validate.ts";
import type { Found, Rule, Surroundings, Targets } from "./rule.ts";
import { ruleOf, rules } from "./rules/index.ts";
import { type Change, type DocumentChange, documentsOf } from "./subject.ts";

/** A finding before the configuration has its say. */
export interface Judgement {
  readonly ruleId: string;
  readonly level: Level;
  /** In the resource, to find its place; and as it is told, inside the document. */
  readonly place: Path;
  readonly path: Path;
  readonly message: string;
  /** What it is about in meaning. */
  readonly key: string;
  /** AWS would refuse the document. */
  readonly invalid: boolean;
  readonly witness?: Witness;
}

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
    ({ ruleId, level, message }): Judgement => ({
      ...{ ruleId, level, message },
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
export function judgePolicy(
  kind: PolicyKind,
  source: unknown,
  context: AccessContext,
  isTemplate = false,
): Judgement[] {
  const validity = stated(validatePolicy(kind, source), undefined);
  if (validity.some(({ invalid }) => invalid)) return validity;
  const { value } = openDocument(source, "ECR-A1");
  const statements = statementsOf(value);
  if (!statements) return validity;
  const known = { ...context, kind };
  const target = { kind, source, statements, context: known, access: allowedBy(source, known), isTemplate };
  return [...validity, ...run("policy", { ...target, pathOf: placesIn(value) }, undefined)];
}

function judgeAccess(
  { property, before, after, isTemplate }: DocumentChange,
  kind: PolicyKind,
  change: Change,
  surroundings: Surroundings,
  isChange: boolean,
): Judged {
  const context = contextFor(kind, change, surroundings);
  const own =
    after === undefined
      ? []
      : judgePolicy(kind, after, context, isTemplate).map((judgement) => under(judgement, property));
  const access = compareAccess(before, after, isChange ? context : { ...context, refusals: false });
  const isSame = isChange && sameValue(documentValue(before), documentValue(after));
  const target = { before: isChange ? before : undefined, after, access, pathOf: placesIn(documentValue(after)) };
  const ofChange = isSame
    ? []
    : run("policyChange", isChange ? target : { ...target, access: onlyOpen(access) }, property);
  return { judgements: [...own, ...ofChange], access: [access], effects: [], notes: [] };
}

/** Of a lone document, only what is undecided is news. */
function onlyOpen(access: AccessChange): AccessChange {
  return { ...access, gains: [], losses: [] };
}

/** What is known about the repository that a policy belongs to, and the registry's policy beside it. */
function contextFor(kind: PolicyKind, { before, after }: Change, { access, after: all }: Surroundings): AccessContext {
  if (kind === "registry") return { ...access, kind };
  const name = (after ?? before)?.name;
  const beside =
    access.registryPolicy ?? all.find((other) => other.kind === "RegistryPolicy")?.properties["policyText"];
  return {
    ...access,
    kind,
    ...(name === undefined ? {} : { repository: name }),
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
  const validity = stated(validateLifecyclePolicy(after), property);
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
  return validateLifecyclePolicy(before).some(({ level }) => level === "error") ? undefined : before;
}

/** Whether a cache rule fills the repository. */
function isCached(name: string | undefined, { after }: Surroundings): boolean {
  return after.some(({ kind, properties }) => {
    const prefix = properties["ecrRepositoryPrefix"];
    return kind === "PullThroughCacheRule" && typeof prefix === "string" && (name ?? "").startsWith(`${prefix}/`);
  });
}

/** Findings of a validator; the rule that they belong to says more about them. */
function stated(findings: readonly Finding[], property: string | undefined): Judgement[] {
  return findings.map(({ ruleId, level, path, message }) =>
    under({ ruleId, level, place: path, path, message, key: message, invalid: level === "error" }, property),
  );
}

function run<On extends keyof Targets>(on: On, target: Targets[On], property: string | undefined): Judgement[] {
  return rules.flatMap((rule) =>
    ((rule[on] as ((target: Targets[On]) => Found[]) | undefined)?.(target) ?? []).map((found) =>
      under(judgementOf(rule, found), property),
    ),
  );
}

function judgementOf({ id, level }: Rule, found: Found): Judgement {
  const { path, message, witness } = found;
  return {
    ruleId: id,
    level: found.level ?? level,
    place: path,
    path,
    message,
    key: found.key ?? message,
    invalid: false,
    ...(witness ? { witness } : {}),
  };
}

function under(judgement: Judgement, property: string | undefined): Judgement {
  return property === undefined ? judgement : { ...judgement, place: [property, ...judgement.path] };
}

/** What a rule says to do. */
export function fixOf(ruleId: string): string {
  return ruleOf(ruleId)?.fix ?? "";
}
