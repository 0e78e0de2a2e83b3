/** Principals, conditions and resources in plain words. Everything from the documents is made fit for a message. */

import { matchesWildcard } from "../../text/glob.ts";
import { printable } from "../../text/printable.ts";
import { isUniqueId } from "../language/principals.ts";
import { holds, matchesValue, type Test } from "../language/tests.ts";
import type { Cause, Used } from "./decision/diagram.ts";
import { type AccessContext, factsOf } from "./rules/context.ts";
import type { Principal } from "./rules/principals.ts";

export function principalWords(principal: Principal, context: AccessContext, everybody: boolean): string {
  switch (principal.kind) {
    case "account":
      return accountWords(principal.account, context);
    case "named":
      return `${nameWords(principal.arn)} of ${accountWords(principal.account, context)}`;
    case "anyAccount":
      return everybody ? "everybody (any AWS account)" : "any other AWS account";
    case "service":
      return `the service ${printable(principal.service, 100)}`;
    case "anyService":
      return everybody ? "any AWS service" : "any other AWS service";
    case "federated":
      if (isUniqueId(principal.name)) return `whoever has the unique id ${principal.name}`;
      return `users of the identity provider ${printable(principal.name, 150)}`;
  }
}

function accountWords(account: string, context: AccessContext): string {
  if (account === context.owner) return `the registry's own account ${account}`;
  const alias = factsOf(account, context)?.alias;
  return `account ${account}${alias === undefined ? "" : ` (${printable(alias, 60)})`}`;
}

function nameWords(arn: string): string {
  const resource = arn.split(":").slice(5).join(":");
  const slash = resource.indexOf("/");
  const kinds: Readonly<Record<string, string>> = { "assumed-role": "session", "federated-user": "federated user" };
  const kind = resource.slice(0, slash);
  return `${kinds[kind] ?? kind} ${printable(resource.slice(slash + 1), 150)}`;
}

/** The conditions under which the difference is there; undefined when there are none. */
export function conditionWords(cause: Cause): string | undefined {
  const told = new Set<string>();
  const keys = new Set<string>();
  for (const test of cause.granting.tests) {
    const used = cause.used.get(test.key);
    if (test.undecidable !== undefined || !used || used.all) continue;
    told.add(testWords(test, used));
    if (!test.negated) keys.add(test.key);
  }
  for (const test of cause.lone?.tests ?? []) {
    const used = cause.used.get(test.key);
    if (test.undecidable !== undefined) continue;
    // Principals that are named by themselves are no part of the others of their account.
    if (used ? !used.all : test.key === "aws:principalarn") told.add(testWords(test, used));
  }
  for (const { tests } of [...cause.denying, ...cause.already]) {
    const words = exceptionWords(tests, cause.used, keys);
    if (words !== undefined) told.add(words);
  }
  return told.size === 0 ? undefined : [...told].join(" and ");
}

/** Where a statement with these tests does not apply; undefined when it never does, or where that is already told. */
function exceptionWords(tests: readonly Test[], used: Cause["used"], told: ReadonlySet<string>): string | undefined {
  const open = tests.filter(({ key, undecidable }) => undecidable === undefined && used.has(key));
  const failing = open.filter((test) => !used.get(test.key)?.values.some((value) => holds(test, value)));
  if (failing.some(({ key }) => used.get(key)?.all || told.has(key))) return undefined;
  const [first] = failing;
  if (first) return testWords(opposite(first), used.get(first.key));
  return open.length === 0 ? undefined : `not when ${open.map((test) => testWords(test)).join(" and ")}`;
}

function opposite(test: Test): Test {
  if (test.family === "null")
    return { ...test, values: test.values.map((text) => (text.toLowerCase() === "true" ? "false" : "true")) };
  const turned = { ...test, negated: !test.negated, ifExists: false };
  return test.quantifier ? { ...turned, quantifier: test.quantifier === "all" ? "any" : "all" } : turned;
}

const comparisons: readonly (readonly [string, string])[] = [
  ["lessthanequals", "at most"],
  ["greaterthanequals", "at least"],
  ["lessthan", "less than"],
  ["greaterthan", "more than"],
];
const mostValues = 10;

/** `aws:PrincipalOrgID is o-a or o-b`; with `used`, only the values that matter for some of those. */
function testWords(test: Test, used?: Used): string {
  const { spelledKey, operator, negated, family, quantifier, values, ifExists } = test;
  const key = printable(spelledKey, 80);
  if (family === "null")
    return values.some((text) => text.toLowerCase() === "true")
      ? `the request has no ${key}`
      : `the request has ${key}`;
  const among = used?.values;
  const matches = (index: number) => among?.some((value) => value?.some((text) => matchesValue(test, index, text)));
  const isPattern = (index: number) => values[index]?.includes("*") || values[index]?.includes("?");
  const anyPattern = used?.coarse && values.some((_, index) => isPattern(index) && matches(index));
  const matters = values.filter((_, index) => !among || negated || matches(index) || (anyPattern && isPattern(index)));
  const passesAbsent = among ? among.includes(undefined) : ifExists;
  if (passesAbsent && (matters.length === 0 || among?.every((value) => value === undefined))) return `${key} is absent`;
  const shown = matters.slice(0, mostValues).map((value) => printable(value, 100));
  const rest = matters.length - shown.length;
  const list = `${shown.join(negated ? " nor " : " or ")}${rest > 0 ? ` (and ${rest} more)` : ""}` || "nothing";
  const verb = comparisons.find(([ending]) => operator.endsWith(ending))?.[1] ?? likeness(operator, family, matters);
  const subject = quantifier === "all" ? `every ${key}` : quantifier === "any" ? `some ${key}` : key;
  const not = negated ? (shown.length > 1 ? "neither " : "not ") : "";
  return `${subject} is ${not}${verb === "" ? "" : `${verb} `}${list}${passesAbsent ? " or absent" : ""}`;
}

function likeness(operator: string, family: string, values: readonly string[]): string {
  if (family === "ip") return "in";
  if (operator.endsWith("like") || (operator.startsWith("arn") && values.some((text) => text.includes("*"))))
    return "like";
  return "";
}

/** The repositories that a row is about, by the patterns of its statement that match some of `arns`. */
export function resourceWords(cause: Cause, arns: readonly string[], all: boolean): string {
  const patterns = cause.granting.resources;
  if (!patterns || patterns.others || patterns.patterns.includes("*")) {
    return all ? "every repository" : `some repositories, such as ${printable(nameOf(arns[0] ?? ""), 150)}`;
  }
  const matching = patterns.patterns.filter((pattern) => arns.some((arn) => matchesWildcard(pattern, arn)));
  const names = matching.map(nameOf);
  return names.includes("*") ? "every repository" : names.map((name) => printable(name, 150)).join(", ");
}

/** `team/*` of `arn:aws:ecr:eu-west-1:111111111111:repository/team/*`. */
function nameOf(arn: string): string {
  const at = arn.indexOf(":repository/");
  return at < 0 ? arn : arn.slice(at + ":repository/".length);
}
