/** What the keys of a condition can be when a certain principal asks for a certain action. */

import { actionTable } from "../../language/action-table.ts";
import { pathDomain, principalArnDomains, spelledKey } from "../../language/keys.ts";
import { globPattern, literalPattern, type Pattern } from "../../language/patterns.ts";
import { accountOf } from "../../language/principals.ts";
import type { KeyValue, Test } from "../../language/tests.ts";
import type { AskedAction } from "../rules/actions.ts";
import { type AccessContext, factsOf } from "../rules/context.ts";
import { isPlain, type Principal, roleOfSession } from "../rules/principals.ts";
import { type TrustKind, trustedOf } from "../rules/trust.ts";
import { freeKey, type Knowledge } from "./classes.ts";
import { accounts, called, familyOf, organizations } from "./joint.ts";

/** What a comparison is about: all tests of both documents that can be decided, by key, and all accounts and ARNs that they name. */
export interface World {
  readonly context: AccessContext;
  readonly actions: readonly AskedAction[];
  readonly tests: ReadonlyMap<string, readonly Test[]>;
  /** Why the tests on a key do not go together, by the keys where they do not. */
  readonly mixed: ReadonlyMap<string, string>;
  readonly named: ReadonlySet<string>;
  /** All services that they name. */
  readonly services: ReadonlySet<string>;
}

/** What is known of a key when this principal asks. A reason (text) when nothing can be said. */
export function knowledgeOf(
  principal: Principal,
  action: AskedAction,
  key: string,
  world: World,
  /** All keys that the rules test. */
  asked: ReadonlySet<string>,
): Knowledge | string {
  const known = ofKey(principal, action, key, world);
  const family = typeof known === "string" || known.values ? undefined : familyOf(key);
  if (family && family.filter((other) => asked.has(other)).length > 1) {
    const free = family.filter((other) => {
      const beside = ofKey(principal, action, other, world);
      return typeof beside !== "string" && !beside.values;
    });
    if (free.length === family.length)
      return family.includes("aws:principalarn")
        ? ofKey(principal, action, "aws:principalarn", world)
        : together(family, world);
  }
  const apart = typeof known === "string" || known.values ? [] : trustedFor(key, world.context);
  return apart.length > 0 ? { ...(known as Knowledge), apart } : known;
}

/** Whom the user trusts, so that nobody else is taken for one of them. */
function trustedFor(key: string, context: AccessContext): Pattern[] {
  const literals = (kind: TrustKind) => trustedOf(kind, context).map((id) => literalPattern(id));
  if (key.endsWith("orgpaths")) {
    const units = trustedOf("unit", context).map((path) => (path.endsWith("/") ? path.slice(0, -1) : path));
    return [...trustedOf("organization", context), ...units].map(pathDomain);
  }
  if (key.endsWith("orgid")) return literals("organization");
  if (key === "aws:sourcevpc") return literals("vpc");
  if (key === "aws:sourcevpce") return literals("endpoint");
  if (!key.endsWith("account")) return [];
  return [...(context.owner === undefined ? [] : [literalPattern(context.owner)]), ...literals("account")];
}

function ofKey(principal: Principal, action: AskedAction, key: string, world: World): Knowledge | string {
  const { context } = world;
  if (isOfFewActions(key) && !hasKey(action, key)) return fixed(undefined);
  const twin = key.includes("/") && [...world.tests.keys()].find((other) => other !== key && isTwin(other, key));
  if (twin) return `${spelledKey(twin)} and ${spelledKey(key)} differ in letter case only, and may be the same tag`;
  // The endpoints of ECR take requests by TLS only.
  if (key === "aws:securetransport") return fixed(["true"]);
  if (key === "aws:resourceaccount") return context.owner ? fixed([context.owner]) : freeKey;
  if (key === "aws:requestedregion") return context.region ? fixed([context.region]) : freeKey;
  if (key === "aws:resourceorgid") {
    const organization = context.owner ? factsOf(context.owner, context)?.organization : undefined;
    return organization ? fixed([organization]) : freeKey;
  }
  if (principal.kind === "service" || principal.kind === "anyService") return ofService(principal, key, world);
  if (key.startsWith("aws:source") && isSourceKey(key)) return fixed(undefined);
  if (key === "aws:principalisawsservice") return fixed(["false"]);
  if (key === "aws:principalservicename" || key === "aws:principalservicenameslist") return fixed(undefined);
  return principal.kind === "federated" ? freeKey : ofIdentity(principal, key, world);
}

const keysOfFewActions = [...new Set(actionTable.flatMap(({ conditionKeys = [] }) => conditionKeys))].map(lowerCase);

/** Whether only requests for some actions have the key. */
export function isOfFewActions(key: string): boolean {
  return keysOfFewActions.some((name) => key === name || (name.endsWith("/") && key.startsWith(name)));
}

/** What requests for an action that is not known have is not known either. */
function hasKey({ conditionKeys = [], unknown }: AskedAction, key: string): boolean {
  if (unknown !== undefined) return true;
  return conditionKeys.map(lowerCase).some((name) => key === name || (name.endsWith("/") && key.startsWith(name)));
}

/** IAM's guide: a condition on `TagKey1` matches a tag called `TagKey1` or `tagkey1`, and leaves open what two of them do. */
function isTwin(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

const sourceKeys = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

function isSourceKey(key: string): boolean {
  return sourceKeys.includes(key);
}

function fixed(value: KeyValue): Knowledge {
  return { values: [value], name: `=${JSON.stringify(value)}` };
}

type Service = Extract<Principal, { service: string }>;

function ofService({ kind, service }: Service, key: string, { services }: World): Knowledge {
  if (key === "aws:principalisawsservice") return fixed(["true"]);
  if (key === "aws:principalservicename")
    return kind === "service" ? fixed([service]) : { name: "other service", excluded: services, absent: false };
  const ofPeople = ["account", "arn", "orgid", "orgpaths"].some((part) => key === `aws:principal${part}`);
  return ofPeople || key === "aws:username" ? fixed(undefined) : freeKey;
}

type Identity = Extract<Principal, { account: string }>;

function ofIdentity(principal: Identity, key: string, world: World): Knowledge | string {
  const { context, named } = world;
  const organization = principal.kind === "anyAccount" ? undefined : factsOf(principal.account, context)?.organization;
  switch (key) {
    case "aws:principalaccount":
      if (principal.kind !== "anyAccount") return fixed([principal.account]);
      return looksAtAccounts(world)
        ? { name: "other account", excluded: accountsIn(named), absent: false }
        : fixed([principal.account]);
    case "aws:principalarn":
      return arnOf(principal, world);
    case "aws:principalorgid":
      return organization ? fixed([organization]) : freeKey;
    case "aws:principalorgpaths":
      if (organization) return { name: `of ${organization}`, domains: [pathDomain(organization)], absent: false };
      return freeKey;
    case "aws:principaltype":
      return principal.kind === "named" ? fixed([typeOf(principal.arn)]) : freeKey;
    case "aws:username":
      return principal.kind === "named" ? fixed(userName(principal.arn)) : freeKey;
    default:
      return freeKey;
  }
}

/** Keys of one family that are all free; a reason (text) where their tests are not about texts. */
function together(keys: readonly string[], world: World): Knowledge | string {
  const tests = keys
    .flatMap((key) => world.tests.get(key) ?? [])
    .filter(({ undecidable }) => undecidable === undefined);
  if (tests.some(({ family }) => family !== "text" && family !== "null"))
    return `${keys.map(spelledKey).join(" and ")} are tested together, and not all as text`;
  if (keys.includes("aws:calledvia")) return { name: called.name, group: called };
  const [first = "", second = ""] = keys;
  const group = organizations(keys, trustedFor(second, world.context), true);
  return { name: `${first} ${group.name}`, group };
}

function accountsIn(named: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...named].flatMap((name) => accountOf(name) ?? []));
}

/** Whether accounts are told apart by more than which one they are. */
function looksAtAccounts({ tests }: World): boolean {
  return (tests.get("aws:principalaccount") ?? []).some(
    ({ family, values }) => family !== "null" && (family !== "text" || !values.every(isPlain)),
  );
}

function arnOf(principal: Identity, world: World): Knowledge | string {
  const { named } = world;
  const tests = world.tests.get("aws:principalarn") ?? [];
  if (principal.kind === "named") {
    const session = roleOfSession(principal.arn);
    if (session === undefined || principal.role !== undefined) return fixed([principal.role ?? principal.arn]);
    const [account = "", name = ""] = session.split(" ");
    const within = `arn:${principal.arn.split(":")[1]}:iam::${account}:role/`;
    const domains = [literalPattern(within + name), [...globPattern(`${within}*`), ...literalPattern(`/${name}`)]];
    return { name: `role of ${session}`, domains, excluded: named, absent: false };
  }
  // One account stands for all others, unless a pattern looks at accounts or at part of an account's id.
  const looksInside = (value: string) => {
    const account = value.split(":")[4];
    return account === undefined ? canSplitAccount(value) : !isPlain(account) && account !== "*";
  };
  const isInside = tests.some(({ values, family }) => family !== "null" && values.some(looksInside));
  if (principal.kind === "anyAccount" && (isInside || looksAtAccounts(world))) {
    const { owner } = world.context;
    const trusted = trustedOf("account", world.context);
    const group = accounts(accountsIn(named), owner === undefined ? trusted : [owner, ...trusted]);
    return { name: group.name, group };
  }
  return { name: principal.account, domains: principalArnDomains(principal.account), excluded: named, absent: false };
}

/**
 * Whether a pattern that does not say which part is the account can be about a part of its id: it has digits between wildcards or
 * colons. Nothing after the first slash can be, because an ARN has none before the account, nor can the end of the pattern.
 */
function canSplitAccount(pattern: string): boolean {
  const [start = "", ...rest] = pattern.split("/");
  const runs = start.split(/[*?:]/);
  return (rest.length > 0 ? runs : runs.slice(0, -1)).some((run) => /^[0-9]+$/.test(run));
}

function typeOf(arn: string): string {
  const resource = arn.split(":")[5] ?? "";
  if (resource.startsWith("user/")) return "User";
  return resource.startsWith("federated-user/") ? "FederatedUser" : "AssumedRole";
}

function userName(arn: string): KeyValue {
  const resource = arn.split(":")[5] ?? "";
  return resource.startsWith("user/") ? [resource.split("/").at(-1) ?? ""] : undefined;
}
