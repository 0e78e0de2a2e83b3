/** Access policies from grants and typed statements. Every statement knows where in the input it comes from. */

import type { Problem } from "../define/validator.ts";
import type { Path } from "../text/path.ts";
import { accesses, serviceGrants } from "./grant-kinds.ts";
import type { PolicyKind, Statement } from "./language/document.ts";

/** Whom a statement is about; several of them mean all of these. */
export interface Who {
  readonly accounts?: readonly string[] | undefined;
  readonly arns?: readonly string[] | undefined;
  readonly organizationIds?: readonly string[] | undefined;
  readonly services?: readonly string[] | undefined;
  readonly everyone?: boolean | undefined;
  /** What a service must act for. */
  readonly sourceArns?: readonly string[] | undefined;
}

interface Common extends Who {
  readonly sid?: string | undefined;
  /** Registry policies only. */
  readonly resources?: readonly string[] | undefined;
}

export interface GrantInput extends Common {
  readonly access: string;
}

export interface ConditionInput {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface StatementInput extends Common {
  readonly effect?: string | undefined;
  readonly actions: readonly string[];
  readonly conditions?: readonly ConditionInput[] | undefined;
}

export interface PolicyInput {
  readonly id?: string | undefined;
  readonly grants?: readonly GrantInput[] | undefined;
  readonly statements?: readonly StatementInput[] | undefined;
}

/** A document, what is wrong with the input itself, and where in the input a place of the document comes from. */
export interface Built {
  readonly document: { readonly Version: string; readonly Statement: readonly Statement[] };
  readonly problems: readonly Problem[];
  placeOf(path: Path): Path;
}

type Conditions = Record<string, Record<string, readonly string[]>>;

/** The principals of one statement: those that share a condition. */
interface Part {
  readonly suffix: string;
  readonly principal: unknown;
  readonly conditions: Conditions;
  /** Where each entry of a list of principals comes from. */
  readonly origins: readonly Path[];
}

/** Builds what can be built and says everything that is wrong with the input; the document has still to be validated. */
export function buildPolicy(kind: PolicyKind, { id, grants = [], statements = [] }: PolicyInput): Built {
  const problems: Problem[] = [];
  const made: { statement: Statement; at: Path; origins: readonly Path[] }[] = [];
  const sids = new Set<string>();
  const add = (at: Path, part: Part, sid: string | undefined, rest: Statement) => {
    const wanted = sid === undefined ? undefined : free(`${sid}${part.suffix}`, sids);
    const conditions = { ...(rest["Condition"] as Conditions | undefined) };
    for (const [operator, keys] of Object.entries(part.conditions))
      conditions[operator] = { ...conditions[operator], ...keys };
    const statement = {
      ...(wanted === undefined ? {} : { Sid: wanted }),
      Effect: rest["Effect"],
      Principal: part.principal,
      Action: rest["Action"],
      ...(kind === "registry" ? { Resource: rest["Resource"] ?? ["*"] } : {}),
      ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
    };
    made.push({ statement, at, origins: part.origins });
  };
  for (const [index, grant] of grants.entries()) {
    const at = ["grants", index];
    const actions = Object.hasOwn(accesses[kind], grant.access) ? accesses[kind][grant.access] : undefined;
    if (!actions) {
      const known = Object.keys(accesses[kind]).join(", ");
      problems.push({ path: [...at, "access"], message: `is no grant in the policy of a ${kind}; there are ${known}` });
      continue;
    }
    const sid = grant.sid ?? `${grant.access.charAt(0).toUpperCase()}${grant.access.slice(1)}`;
    const rest = { Effect: "Allow", Action: actions, Resource: grant.resources };
    for (const part of partsOfGrant(grant, at, problems)) add(at, part, sid, rest);
  }
  for (const [index, statement] of statements.entries()) {
    const at = ["statements", index];
    const rest = {
      Effect: statement.effect ?? "Allow",
      Action: statement.actions,
      Resource: statement.resources,
      Condition: conditionsOf(statement.conditions ?? [], at, problems),
    };
    for (const part of partsOf(statement, at, problems)) add(at, part, statement.sid, rest);
  }
  if (grants.length + statements.length === 0)
    problems.push({ path: ["grants"], message: "grants or statements are required, or the policy would say nothing" });
  return {
    document: {
      Version: "2012-10-17",
      ...(id === undefined ? {} : { Id: id }),
      Statement: made.map(({ statement }) => statement),
    },
    problems,
    placeOf: ([element, index, ...rest]) => {
      const from = element === "Statement" && typeof index === "number" ? made[index] : undefined;
      return from ? placeInInput(from.at, from.origins, rest) : [];
    },
  };
}

const members: Readonly<Record<string, string>> = {
  Sid: "sid",
  Effect: "effect",
  Action: "actions",
  Resource: "resources",
  Condition: "conditions",
};

function placeInInput(at: Path, origins: readonly Path[], [element, kind, entry]: Path): Path {
  if (element === "Principal") return (typeof entry === "number" ? origins[entry] : origins[0]) ?? at;
  const member = members[String(element)];
  if (member === undefined || (at[0] === "grants" && member === "actions")) return at;
  return [...at, member, ...(typeof kind === "number" ? [kind] : [])];
}

/** Lambda and CodeBuild pull for an account: the account itself and the service on its behalf, as AWS documents it. */
function partsOfGrant(grant: GrantInput, at: Path, problems: Problem[]): Part[] {
  const special = Object.hasOwn(serviceGrants, grant.access) ? serviceGrants[grant.access] : undefined;
  if (!special) return partsOf(grant, at, problems);
  for (const name of ["arns", "organizationIds", "services", "everyone"] as const) {
    if (grant[name] === undefined) continue;
    problems.push({ path: [...at, name], message: `does not go with ${grant.access}; give accounts or sourceArns` });
  }
  const accounts = grant.accounts ?? [];
  const sourceArns = grant.sourceArns ?? accounts.map(special.sourceArn);
  if (sourceArns.length === 0) {
    const message = `needs accounts or sourceArns with ${grant.access}; otherwise the service could pull for anybody`;
    problems.push({ path: at, message });
    return [];
  }
  return [
    ...(accounts.length > 0 ? partsOf({ accounts }, at, problems) : []),
    {
      suffix: "Service",
      principal: { Service: [special.service] },
      conditions: { StringLike: { "aws:sourceArn": sourceArns } },
      origins: [at],
    },
  ];
}

function partsOf(who: Who, at: Path, problems: Problem[]): Part[] {
  const { accounts = [], arns = [], organizationIds = [], services = [], sourceArns = [], everyone } = who;
  const parts: Part[] = [];
  const origins = (name: string, list: readonly string[]) => list.map((_, index): Path => [...at, name, index]);
  if (everyone) parts.push({ suffix: "", principal: "*", conditions: {}, origins: [[...at, "everyone"]] });
  if (accounts.length + arns.length > 0) {
    const principal = { AWS: [...accounts, ...arns] };
    parts.push({
      suffix: "",
      principal,
      conditions: {},
      origins: [...origins("accounts", accounts), ...origins("arns", arns)],
    });
  }
  if (organizationIds.length > 0) {
    const conditions = { StringEquals: { "aws:PrincipalOrgID": organizationIds } };
    parts.push({ suffix: "Organization", principal: "*", conditions, origins: [[...at, "organizationIds"]] });
  }
  if (services.length > 0) {
    const conditions: Conditions = sourceArns.length > 0 ? { ArnLike: { "aws:SourceArn": sourceArns } } : {};
    parts.push({
      suffix: "Service",
      principal: { Service: services },
      conditions,
      origins: origins("services", services),
    });
  } else if (sourceArns.length > 0) {
    problems.push({ path: [...at, "sourceArns"], message: "goes only with services, which act for these ARNs" });
  }
  if (parts.length === 0)
    problems.push({ path: at, message: "names nobody; give accounts, arns, organizationIds or services" });
  return parts;
}

function conditionsOf(conditions: readonly ConditionInput[], at: Path, problems: Problem[]): Conditions | undefined {
  const found: Conditions = Object.create(null);
  for (const [index, { operator, key, values }] of conditions.entries()) {
    const keys: Record<string, readonly string[]> = Object.assign(Object.create(null), found[operator]);
    if (keys[key] !== undefined) {
      const message = `repeats ${operator} of ${key}; put all values into one condition`;
      problems.push({ path: [...at, "conditions", index], message });
    }
    keys[key] = values;
    found[operator] = keys;
  }
  return conditions.length > 0 ? found : undefined;
}

/** The Sid itself, or with a number where it is taken. */
function free(sid: string, taken: Set<string>): string {
  let name = sid;
  for (let number = 2; taken.has(name); number++) name = `${sid}${number}`;
  taken.add(name);
  return name;
}

/** A copy in which a list of one is its entry, as AWS writes it. */
export function withScalars(value: unknown, isStatements = false): unknown {
  if (Array.isArray(value)) {
    return value.length === 1 && !isStatements ? withScalars(value[0]) : value.map((entry) => withScalars(entry));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withScalars(member, name === "Statement")]),
  );
}
