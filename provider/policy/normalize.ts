/**
 * The canonical form of a policy, and with it: when two policies mean the same. AWS rewrites what it is given: it reorders
 * keys and principals, makes lists of one scalar and account ids root ARNs; none of that is a difference.
 */

import { documentValue } from "../define/document.ts";
import { containsUnknown, isMap, isUnknown, sameValue } from "../define/value.ts";
import { type Statement, statementsOf } from "./document.ts";

/** Sets are sorted lists without repetition, so that two canonical forms can be compared as JSON. */
export type CanonicalPolicy = Readonly<Record<string, unknown>>;

/** Undefined when the source is no policy. */
export function normalizePolicy(source: unknown): CanonicalPolicy | undefined {
  const value = documentValue(source);
  const statements = statementsOf(value);
  if (!statements || !isMap(value)) return undefined;
  const { Version: version = "2008-10-17", Statement: _, ...rest } = value;
  const canonical = statements.map(normalizeStatement);
  return {
    ...rest,
    // Between the two versions only policy variables behave differently.
    ...(JSON.stringify(value).includes("${") ? { Version: version } : {}),
    Statement: sorted(canonical, true),
  };
}

function normalizeStatement(statement: Statement): CanonicalPolicy {
  const canonical: Record<string, unknown> = {};
  for (const [element, value] of Object.entries(statement)) {
    switch (element) {
      case "Effect":
        canonical[element] = typeof value === "string" ? value.toLowerCase() : value;
        break;
      case "Action":
      case "NotAction":
        canonical[element] = sorted(
          listOf(value).map((action) => (typeof action === "string" ? action.toLowerCase() : action)),
        );
        break;
      case "Resource":
      case "NotResource":
        canonical[element] = sorted(listOf(value));
        break;
      case "Principal":
      case "NotPrincipal":
        canonical[element] = normalizePrincipal(value);
        break;
      case "Condition":
        if (!isMap(value) || Object.keys(value).length > 0) canonical[element] = normalizeCondition(value);
        break;
      default:
        canonical[element] = value;
    }
  }
  return canonical;
}

/** `"*"` is `{"AWS": ["*"]}`: in a resource policy both are everybody. An empty list stays one: it is nobody. */
function normalizePrincipal(value: unknown): unknown {
  if (value === "*") return { AWS: ["*"] };
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([type, names]) => [
      type,
      sorted(listOf(names).map((name) => (type === "AWS" && typeof name === "string" ? accountPrincipal(name) : name))),
    ]),
  );
}

/** The root of an account, in any partition, is the account: partitions do not share account ids. */
function accountPrincipal(name: string): string {
  const [arn, partition = "", service, region, account = "", resource, ...rest] = name.split(":");
  const isRoot =
    arn === "arn" &&
    partition.startsWith("aws") &&
    service === "iam" &&
    region === "" &&
    resource === "root" &&
    rest.length === 0;
  return isRoot && isAccountId(account) ? account : name;
}

export function isAccountId(text: string): boolean {
  return text.length === 12 && [...text].every((digit) => digit >= "0" && digit <= "9");
}

/** Operators and keys in lower case; values as text, as IAM compares them. */
function normalizeCondition(value: unknown): unknown {
  if (!isMap(value)) return value;
  const operators: [string, unknown][] = Object.entries(value).map(([operator, keys]) => [
    operator.toLowerCase(),
    isMap(keys)
      ? merged(
          Object.entries(keys).map(([key, values]) => [key.toLowerCase(), sorted(listOf(values).map(conditionValue))]),
        )
      : keys,
  ]);
  return merged(operators);
}

/** Two spellings of one key stay two entries: they are two conditions. */
function merged(entries: readonly (readonly [string, unknown])[]): unknown {
  const names = entries.map(([name]) => name);
  return new Set(names).size === names.length
    ? Object.fromEntries(entries)
    : sorted(entries.map(([name, value]) => [name, value]));
}

function conditionValue(value: unknown): unknown {
  return typeof value === "boolean" || typeof value === "number" ? String(value) : value;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** As a set; `repetitions` keeps equal entries, which for statements are a difference that a user may want gone. */
function sorted(values: unknown[], repetitions = false): unknown[] {
  const keyed = values.map((value) => [isUnknown(value) ? "\u0000" : stableText(value), value] as const);
  keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return keyed
    .filter(([key], index) => repetitions || index === 0 || key !== keyed[index - 1]?.[0])
    .map(([, value]) => value);
}

/** JSON with sorted keys. */
export function stableText(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) =>
      isMap(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
        : member,
    ) ?? "null"
  );
}

/**
 * Whether two policies mean the same. Sid and Id count: they change nothing that is allowed, but a user who edits them
 * wants the edit applied. A missing principal equals nothing but a missing principal, and the unique id of a deleted
 * principal (`AROA…`, `AIDA…`) nothing but itself. What is no policy is equal to the same text only; what is unknown, to
 * nothing.
 */
export function policyEquivalent(left: unknown, right: unknown): boolean {
  if (containsUnknown(left) || containsUnknown(right)) return false;
  if (left === right) return true;
  const [a, b] = [normalizePolicy(left), normalizePolicy(right)];
  if (!a || !b) return sameValue(left, right);
  return stableText(a) === stableText(b);
}
