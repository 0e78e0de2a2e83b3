/**
 * Who asks, as classes: every principal that a document names, "another principal" of every account it names, every other
 * account, every service it names and every other one. Within a class all principals are treated alike, except by the
 * keys of a condition.
 */

import { rootArn } from "../../change/normalize.ts";
import { accountOf, assumesRoles, isAccountId } from "../../language/principals.ts";
import type { Test } from "../../language/tests.ts";
import type { AccessContext } from "./context.ts";
import type { Names } from "./names.ts";
import type { Rule } from "./statements.ts";
import { trustedOf } from "./trust.ts";

export type Principal =
  /** Any principal of the account that is not named by itself. */
  | { readonly kind: "account"; readonly account: string }
  /** `role`: of a session, the role by its ARN, where a document names it; else it is any role of the session's name. */
  | { readonly kind: "named"; readonly account: string; readonly arn: string; readonly role?: string }
  /** Any account that is not named. `account` is one of them. */
  | { readonly kind: "anyAccount"; readonly account: string }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "anyService"; readonly service: string }
  | { readonly kind: "federated"; readonly name: string };

/** All classes that the rules can tell apart. */
export function principalsOf(rules: readonly Rule[], context: AccessContext): Principal[] {
  const arns = new Set<string>();
  const existing = new Set(rules.flatMap(({ names }) => names.aws));
  const accounts = new Set<string>(context.owner ? [context.owner] : []);
  const services = new Set<string>();
  const federated = new Set<string>();
  for (const { names, tests } of rules) {
    for (const name of names.aws) {
      const account = accountOf(name);
      if (account === undefined) continue;
      accounts.add(account);
      if (!isAccountId(name) && !rootArn(name)) arns.add(name);
    }
    for (const service of names.service) if (!assumesRoles(service)) services.add(service);
    for (const name of [...names.federated, ...names.canonical]) federated.add(name);
    for (const test of tests) collect(test, { arns, accounts, services });
  }
  // It stands for accounts that nobody knows, so it must not be one that is trusted.
  const other = unusedAccount(
    new Set([...accounts, ...trustedOf("account", context), ...Object.keys(context.accounts ?? {})]),
  );
  return [
    ...[...accounts].sort().map((account): Principal => ({ kind: "account", account })),
    ...[...arns].sort().flatMap((arn) => namedBy(arn, arns, existing)),
    { kind: "anyAccount", account: other },
    ...[...services].sort().map((service): Principal => ({ kind: "service", service })),
    { kind: "anyService", service: unusedService(services) },
    ...[...federated].sort().map((name): Principal => ({ kind: "federated", name })),
  ];
}

/**
 * A session's ARN lacks the path of its role. A role that a statement names is there, as AWS refuses others, and its name is
 * used once in an account; one that only a condition names may be of another path, so that there is one more class then.
 */
function namedBy(arn: string, arns: ReadonlySet<string>, existing: ReadonlySet<string>): Principal[] {
  const account = accountOf(arn) ?? "";
  const session = roleOfSession(arn);
  const named = session === undefined ? [] : [...arns].filter((name) => shortRole(name) === session).sort();
  const there = named.filter((name) => existing.has(name));
  const roles = there.length > 0 ? there : [undefined, ...named];
  return roles.map((role) => ({ kind: "named", account, arn, ...(role === undefined ? {} : { role }) }));
}

/** Names that stand in conditions are classes of their own. */
function collect(test: Test, into: { arns: Set<string>; accounts: Set<string>; services: Set<string> }): void {
  for (const value of test.values) {
    if (test.key === "aws:principalaccount" && isAccountId(value)) into.accounts.add(value);
    if (test.key === "aws:principalservicename" && isPlain(value)) into.services.add(value);
    if (test.key !== "aws:principalarn") continue;
    const written = value.split(":")[4] ?? "";
    if (isAccountId(written)) into.accounts.add(written);
    if (accountOf(value) !== undefined && isPlain(value) && !rootArn(value)) into.arns.add(value);
  }
}

/** Without wildcards and variables. */
export function isPlain(text: string): boolean {
  return !text.includes("*") && !text.includes("?") && !text.includes("${");
}

function unusedAccount(used: ReadonlySet<string>): string {
  let account = 999_999_999_999;
  while (used.has(String(account))) account--;
  return String(account);
}

function unusedService(used: ReadonlySet<string>): string {
  let name = "another-service";
  while (used.has(`${name}.amazonaws.com`)) name += "-x";
  return `${name}.amazonaws.com`;
}

/** Whether the rule is about the principal; a reason where that depends on what the document does not say. */
export function covers({ names, others, allow }: Rule, principal: Principal): boolean | string {
  if (!others) return names.everybody || isNamed(names, principal);
  if (names.everybody) return false;
  if (!("account" in principal) || principal.kind === "anyAccount") return !isNamed(names, principal);
  const wholeAccount = names.accounts.has(principal.account);
  if (!wholeAccount && ![...names.arns].some((name) => accountOf(name) === principal.account)) return true;
  const named = isNamed(names, principal);
  if (allow) return !named;
  // AWS documents that a Deny spares a role only if its session, the role and the account are listed.
  const isUser = principal.kind === "named" && principal.arn.split(":")[5]?.startsWith("user/");
  if (isUser && named) return wholeAccount && names.arns.has(principal.arn) ? false : sparing;
  return named ? sparing : true;
}

const sparing = "whom a Deny with NotPrincipal spares depends on sessions that the policy does not name";

function isNamed(names: Names, principal: Principal): boolean {
  switch (principal.kind) {
    case "account":
      return names.accounts.has(principal.account);
    case "named":
      return (
        [principal.arn, principal.role].some((arn) => arn !== undefined && names.arns.has(arn)) ||
        names.accounts.has(principal.account)
      );
    case "service":
      return names.service.includes(principal.service);
    case "federated":
      return names.federated.includes(principal.name) || names.canonical.includes(principal.name);
    default:
      return false;
  }
}

/** `111111111111 deploy` for a session of the role; the session's ARN has no path. */
export function roleOfSession(arn: string): string | undefined {
  if (!arn.includes(":assumed-role/")) return undefined;
  const [, , service, , account, resource = ""] = arn.split(":");
  const [kind, role] = resource.split("/");
  return service === "sts" && kind === "assumed-role" ? `${account} ${role}` : undefined;
}

/** The same for the ARN of a role, which may have a path. */
export function shortRole(arn: string): string | undefined {
  const [, , service, , account, resource = ""] = arn.split(":");
  return service === "iam" && resource.startsWith("role/") ? `${account} ${resource.split("/").at(-1)}` : undefined;
}
