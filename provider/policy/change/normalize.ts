/**
 * The canonical form of a policy, and with it: when two policies mean the same. AWS rewrites what it is given: it reorders
 * keys and principals, makes lists of one scalar and account ids root ARNs; none of that is a difference.
 *
 * Lives here: whether two policies mean the same, which statement became which, what a change says.
 * May not live here: who gains or loses access (`../access/`), what is wrong with a policy (`../validate.ts`).
 */

import { documentValue, isSameDocument } from "../../define/document.ts";
import { flawOf } from "../../text/bounds.ts";
import { sortedJson } from "../../text/sorted-json.ts";
import { containsUnknown, isMap, sameValue } from "../../text/value.ts";
import { spelledAction } from "../language/actions.ts";
import { spelledOperator } from "../language/conditions.ts";
import { type Statement, statementsOf, stringsOf } from "../language/document.ts";
import { spelledKey } from "../language/keys.ts";
import { isAccountId } from "../language/principals.ts";

/**
 * Sets are sorted lists without repetition, so that two canonical forms can be compared as JSON. Effects, actions, operators
 * and keys of conditions are spelled as AWS spells them; what is none that is known is in lower case.
 */
export type CanonicalPolicy = Readonly<Record<string, unknown>>;

/**
 * The canonical form; undefined when the source is no policy. An account id is the root ARN of the partition that the
 * document's own root ARNs have, or else of `aws`.
 *
 * Between the versions 2008-10-17 (also meant by none) and 2012-10-17 only policy variables behave differently, so the
 * version stays in the canonical form only if `${` occurs somewhere, or if it is another one.
 */
export function normalizePolicy(source: unknown): CanonicalPolicy | undefined {
  const value = documentValue(source);
  return canonicalForm(value, partitionOf([value]));
}

/** Both canonical forms, in which an account id on one side is the root ARN of whatever partition the other side has. */
export function normalizePair(
  left: unknown,
  right: unknown,
): readonly [CanonicalPolicy | undefined, CanonicalPolicy | undefined] {
  const values = [documentValue(left), documentValue(right)] as const;
  const partition = partitionOf(values);
  return [canonicalForm(values[0], partition), canonicalForm(values[1], partition)];
}

/** The canonical forms of the statements of both, in the order of the documents. */
export function canonicalStatements(
  left: unknown,
  right: unknown,
): readonly [readonly CanonicalPolicy[], readonly CanonicalPolicy[]] {
  const partition = partitionOf([left, right]);
  const formsOf = (value: unknown) =>
    (statementsOf(value) ?? []).map((statement) => normalizeStatement(statement, partition));
  return [formsOf(left), formsOf(right)];
}

function canonicalForm(value: unknown, partition: string): CanonicalPolicy | undefined {
  const statements = statementsOf(value);
  if (!statements || !isMap(value)) return undefined;
  const { Version: version = "2008-10-17", Statement: _, ...rest } = value;
  const known = version === "2008-10-17" || version === "2012-10-17";
  return {
    ...rest,
    ...(!known || JSON.stringify(value).includes("${") ? { Version: version } : {}),
    Statement: sorted(
      statements.map((statement) => normalizeStatement(statement, partition)),
      true,
    ),
  };
}

/** How names are spelled that have one meaning in any letter case. */
export interface Spelling {
  effect(name: string): string;
  action(name: string): string;
  operator(name: string): string;
  key(name: string): string;
}

/** AWS's own spelling; lower case where it has none. */
export const spelling: Spelling = {
  effect: (name) => effects.get(name.toLowerCase()) ?? name.toLowerCase(),
  action: spelledAction,
  operator: (name) => spelledOperator(name) ?? name.toLowerCase(),
  key: (name) => spelledKey(name.toLowerCase()),
};

/** The partition of the root ARNs. A registry has one; of several, which is a mistake, any choice finds the difference. */
export function partitionOf(documents: readonly unknown[]): string {
  const partitions = documents
    .flatMap((document) => statementsOf(document) ?? [])
    .flatMap(({ Principal: principal, NotPrincipal: notPrincipal }) => [principal, notPrincipal])
    .flatMap((principal) => (isMap(principal) ? stringsOf(principal["AWS"]) : []))
    .flatMap((name) => rootArn(name)?.partition ?? []);
  return partitions.sort()[0] ?? "aws";
}

/** A statement with its lists as sets and its names spelled in one way. */
export function normalizeStatement(statement: Statement, partition: string, spelled = spelling): CanonicalPolicy {
  return Object.fromEntries(
    Object.entries(statement).flatMap(([element, value]): [string, unknown][] => {
      if (value === undefined) return [];
      switch (element) {
        case "Effect":
          return [[element, typeof value === "string" ? spelled.effect(value) : value]];
        case "Action":
        case "NotAction":
          return [
            [element, sorted(listOf(value).map((name) => (typeof name === "string" ? spelled.action(name) : name)))],
          ];
        case "Resource":
        case "NotResource":
          return [[element, sorted(listOf(value))]];
        case "Principal":
        case "NotPrincipal":
          return [[element, normalizePrincipal(value, partition)]];
        case "Condition":
          return isMap(value) && Object.keys(value).length === 0 ? [] : [[element, normalizeCondition(value, spelled)]];
        default:
          return [[element, value]];
      }
    }),
  );
}

const effects: ReadonlyMap<string, string> = new Map(["Allow", "Deny"].map((effect) => [effect.toLowerCase(), effect]));

/** `"*"` is `{"AWS": ["*"]}`: in a resource policy both are everybody. An empty list stays one: it is nobody. */
function normalizePrincipal(value: unknown, partition: string): unknown {
  if (value === "*") return { AWS: ["*"] };
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([type, names]) => [
      type,
      sorted(
        listOf(names).map((name) =>
          type === "AWS" && typeof name === "string" && isAccountId(name) ? `arn:${partition}:iam::${name}:root` : name,
        ),
      ),
    ]),
  );
}

/** The parts of the ARN that stands for a whole account; undefined for any other text. */
export function rootArn(name: string): { partition: string; account: string } | undefined {
  if (!name.endsWith(":root")) return undefined;
  const [arn, partition = "", service, region, account = "", resource, ...rest] = name.split(":");
  const isRoot = arn === "arn" && service === "iam" && region === "" && resource === "root" && rest.length === 0;
  return isRoot && isAccountId(account) && /^aws[a-z-]*$/.test(partition) ? { partition, account } : undefined;
}

/** Values as text, as IAM compares them. */
function normalizeCondition(value: unknown, spelled: Spelling): unknown {
  if (!isMap(value)) return value;
  const operators: [string, unknown][] = Object.entries(value).map(([operator, keys]) => [
    spelled.operator(operator),
    isMap(keys)
      ? merged(
          Object.entries(keys).map(([key, values]) => [spelled.key(key), sorted(listOf(values).map(conditionValue))]),
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
export function sorted(values: unknown[], repetitions = false): unknown[] {
  if (values.length < 2) return values;
  const keyed = values.map((value) => [sortedJson(value), value] as const);
  keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return keyed
    .filter(([key], index) => repetitions || index === 0 || key !== keyed[index - 1]?.[0])
    .map(([, value]) => value);
}

/**
 * Whether two policies mean the same. Sid and Id count: they change nothing that is allowed, but a user who edits them
 * wants the edit applied. The versions 2008-10-17 and 2012-10-17 are the same as long as no policy variable occurs. A
 * missing principal equals nothing but a missing principal, and the unique id of a deleted principal (`AROA…`, `AIDA…`)
 * nothing but itself. What is no policy is equal to the same only; what is unknown, to nothing.
 */
export function policyEquivalent(left: unknown, right: unknown): boolean {
  if (left === right) return isComparable(left);
  if (!isComparable(left) || !isComparable(right)) return false;
  if (isSameDocument(left, right)) return true;
  const [a, b] = normalizePair(left, right);
  if (!a || !b) return sameValue(left, right);
  // In the text a member that is undefined is none; most policies need not be written out for it.
  return sameValue(a, b) || sortedJson(a) === sortedJson(b);
}

function isComparable(source: unknown): boolean {
  return typeof source === "string" || (flawOf(source) === undefined && !containsUnknown(source));
}
