/** Questions about one policy, answered by comparing it with a version of itself. */

import { documentValue } from "../../define/document.ts";
import { isMap } from "../../text/value.ts";
import { newBudget, within } from "../language/budget.ts";
import { type Statement, statementsOf } from "../language/document.ts";
import { accountOf } from "../language/principals.ts";
import { type AccessChange, compareAccess } from "./compare.ts";
import type { AccessRow } from "./rows.ts";
import type { AccessContext } from "./rules/context.ts";
import { aboutActions, type Rule, rulesOf } from "./rules/statements.ts";
import { together } from "./undecided.ts";

/** What a policy allows, as gains over no policy. */
export function allowedBy(policy: unknown, context: AccessContext = {}): AccessChange {
  return compareAccess(undefined, policy, { ...context, refusals: false });
}

/**
 * What a policy denies, whatever other policies allow, also to principals of the owner's account: each row is a refusal.
 * `narrowed` is what may be denied.
 */
export function deniedBy(policy: unknown, context: AccessContext = {}): Pick<AccessChange, "denied" | "narrowed"> {
  const document = documentValue(policy);
  const statements = statementsOf(document);
  if (!statements?.some(isDeny) || !isMap(document)) return {};
  const open = everything(context);
  // One Deny at a time, so that each is told with its own conditions.
  const changes = statements.flatMap((statement, index) => {
    if (!isDeny(statement)) return [];
    const alone = statements.map((other, at) => (at === index ? other : { ...other, Effect: "Allow" }));
    return compareAccess({ Statement: open }, denyingOnly(document, alone, open), { ...context, refusals: false });
  });
  const rules = rulesOf(policy, context.kind ?? "repository", "after", context);
  const lineOf = (index: number) =>
    "reason" in rules ? undefined : rules.find((rule) => rule.index === index)?.position()?.line;
  const denied = changes
    .flatMap(({ losses }) => losses)
    .map((row) => {
      const line = row.because.policy === "after" ? lineOf(row.because.index) : undefined;
      const because = { ...row.because, ...(line === undefined ? {} : { line }) };
      return { ...row, because, refusal: true as const, outside: false, public: false };
    });
  const narrowed = together(changes.flatMap((change) => change.narrowed ?? []));
  return { denied, ...(narrowed.length > 0 ? { narrowed } : {}) };
}

function isDeny({ Effect: effect }: Statement): boolean {
  return effect === "Deny";
}

/** The Denies of a policy at their places, and one Allow. */
function denyingOnly(document: object, statements: readonly Statement[], open: Statement): object {
  const denies = statements.map((statement) => (isDeny(statement) ? statement : { ...open, Action: [] }));
  return { ...document, Statement: [...denies, open] };
}

export interface LockOut {
  /** `whole`: nobody of the account can change the policy any more; `partial`: some principals, or under conditions. */
  readonly extent: "none" | "partial" | "whole";
  /** The refusals; their `because` names statements of the policy. */
  readonly rows: readonly AccessRow[];
}

/**
 * Whether the owner can still change the policy. An explicit Deny holds for the owner's account as well, whatever its
 * identity policies say. Without an owner in the context, only a policy that refuses everybody is a lock-out.
 */
export function lockOut(policy: unknown, context: AccessContext = {}): LockOut {
  const document = documentValue(policy);
  const statements = statementsOf(document);
  if (!statements?.some(isDeny) || !isMap(document)) return { extent: "none", rows: [] };
  const changes = context.kind === "registry" ? "ecr:PutRegistryPolicy" : "ecr:SetRepositoryPolicy";
  const principal = context.owner === undefined ? "*" : { AWS: context.owner };
  const open = { ...everything(context), Principal: principal, Action: changes };
  // Only what it refuses counts; the places of the statements stay.
  const refused = denyingOnly(document, statements, open);
  const { losses } = compareAccess({ Statement: open }, refused, { ...context, refusals: false });
  const rows = losses.filter(({ who }) => "account" in who);
  if (rows.length === 0) return { extent: "none", rows };
  const left = allowedBy(refused, context);
  const isLeft = left.undecided.length > 0 || left.gains.some(({ who }) => "account" in who);
  if (!isLeft) return { extent: "whole", rows };
  return { extent: context.owner === undefined ? "none" : "partial", rows };
}

function everything({ kind }: AccessContext): Statement {
  return { Effect: "Allow", Principal: "*", Action: "*", ...(kind === "registry" ? { Resource: "*" } : {}) };
}

export interface Idle {
  /** 0-based place of the statement. */
  readonly index: number;
  /** `redundant`: others say the same; `contradicted`: an Allow of which a Deny leaves nothing. */
  readonly why: "redundant" | "contradicted";
}

const mostStatements = 100;

/** Statements that could go without a change in access. Empty where anything is undecided, and for very long policies. */
export function idleStatements(policy: unknown, context: AccessContext = {}): Idle[] {
  const document = documentValue(policy);
  const statements = statementsOf(document);
  if (!statements || !isMap(document) || statements.length < 2 || statements.length > mostStatements) return [];
  return within(context.budget ?? newBudget(), stepsOfIdle, (budget) =>
    idleAmong(document, statements, { ...context, budget, share: { ...stepsOfIdle, free: 0 } }),
  );
}

/** What may be done to find out about the statements of a policy. */
const stepsOfIdle = { most: 1_000_000, free: 300_000, reason: "too many combinations" };

function idleAmong(document: object, statements: readonly Statement[], context: AccessContext): Idle[] {
  const denies = statements.filter(isDeny);
  const read = rulesOf(document, context.kind ?? "repository", "after", context);
  if ("reason" in read) return [];
  const { rules } = aboutActions(read, newBudget());
  const of = (list: readonly Statement[]) => ({ ...document, Statement: list });
  return statements.flatMap((statement, index): Idle[] => {
    const others = statements.filter((_, at) => at !== index);
    const own = rules.find((rule) => rule.index === index);
    if (!own || isAboutTransport(own)) return [];
    if (!rules.some((rule) => rule.index !== index && canMeet(rule, own))) return [];
    // A Deny also refuses what identity policies allow, so it is judged beside an Allow of everything.
    const beside = statement["Effect"] === "Deny" ? [everything(context)] : [];
    const change = compareAccess(of([...statements, ...beside]), of([...others, ...beside]), context);
    if (change.relation !== "equal") return [];
    const alone = allowedBy(of([statement, ...denies]), context);
    const contradicted = statement["Effect"] === "Allow" && alone.relation === "equal";
    return [{ index, why: contradicted ? "contradicted" : "redundant" }];
  });
}

/** A guard that AWS recommends for every policy, although ECR takes no request without TLS. */
function isAboutTransport({ tests }: Rule): boolean {
  return tests.length > 0 && tests.every(({ key }) => key === "aws:securetransport");
}

/** Whether two statements can be about the same request; false only when they cannot. */
function canMeet(left: Rule, right: Rule): boolean {
  if (!left.actions.some((isListed, index) => isListed && right.actions[index])) return false;
  if ([left, right].some(({ names, others }) => others || names.everybody)) return true;
  const [mine, theirs] = [left, right].map(({ names }) => [
    ...names.aws.map((name) => accountOf(name) ?? name),
    ...names.service,
    ...names.federated,
    ...names.canonical,
  ]);
  return mine?.some((name) => theirs?.includes(name)) ?? true;
}
