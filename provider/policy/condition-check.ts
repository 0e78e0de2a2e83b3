/** What is wrong or doubtful about a condition: operators, keys and values that cannot mean what they seem to. */

import type { Report } from "../define/document.ts";
import { nearest } from "../text/nearest.ts";
import type { Path } from "../text/path.ts";
import { printable } from "../text/printable.ts";
import { isMap } from "../text/value.ts";
import { policyFaults } from "./faults.ts";
import { parseRange } from "./language/addresses.ts";
import { nearestOperator, spelledOperator } from "./language/conditions.ts";
import { stringsOf } from "./language/document.ts";
import { factsOfKey, isKeyOfProvider, type KeyFacts, knownKeys } from "./language/keys.ts";
import { isAccountId } from "./language/principals.ts";
import { dateOf, isNumber } from "./language/tests.ts";

export function checkCondition(condition: unknown, path: Path, report: Report): void {
  if (!isMap(condition)) return;
  reportTwins(Object.keys(condition), path, report);
  for (const [operator, keys] of Object.entries(condition)) {
    const spelled = spelledOperator(operator);
    if (spelled === undefined) reportOperator(operator, [...path, operator], report);
    if (!isMap(keys)) continue;
    if (Object.keys(keys).length === 0) report.add(policyFaults.emptyList, [...path, operator], "has no condition key");
    reportTwins(Object.keys(keys), [...path, operator], report);
    for (const [key, value] of Object.entries(keys)) {
      const at = [...path, operator, key];
      reportKey(key, at, report);
      if (Array.isArray(value) && value.length === 0)
        report.add(policyFaults.emptyList, at, "has no value to compare with");
      const values = (Array.isArray(value) ? value : [value]).filter((item) =>
        ["string", "number", "boolean"].includes(typeof item),
      );
      if (spelled !== undefined) checkValues({ operator: spelled, key, values: values.map(String), at }, report);
    }
  }
}

/** Names that differ in letter case only: IAM Access Analyzer calls it an error, and what ECR does is not documented. */
function reportTwins(names: readonly string[], path: Path, report: Report): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const first = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), first ?? name);
    if (first === undefined) continue;
    const message = `"${printable(name, 80)}" and "${printable(first, 80)}" differ in letter case only; whether AWS takes both is unsettled, so write one`;
    report.add(policyFaults.twinKeys, [...path, name], message);
  }
}

function reportOperator(operator: string, path: Path, report: Report): void {
  report.add(policyFaults.unknownOperator, path, () => {
    const near = nearestOperator(operator);
    return `"${printable(operator, 60)}" is not a condition operator${near ? `; did you mean ${near}?` : ""}`;
  });
}

/** A key that requests lack makes a positive test fail and a negated one pass, always. */
function reportKey(key: string, path: Path, report: Report): void {
  if (factsOfKey(key) || isKeyOfProvider(key)) return;
  report.add(policyFaults.unknownKey, path, () => {
    const near = nearest(key, knownKeys);
    return `"${printable(key, 80)}" is in no request to Amazon ECR known to this version${near ? `; did you mean ${near}?` : ""}`;
  });
}

interface Tested {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  readonly at: Path;
}

function checkValues({ operator, key, values, at }: Tested, report: Report): void {
  const plain = operator.replace(/^ForA(ll|ny)Values?:/, "").replace(/IfExists$/, "");
  const warn = (message: string) => report.add(policyFaults.conditionValue, at, message);
  const written = values.filter((value) => !value.includes("${"));
  const bad = (test: (value: string) => boolean) => written.find((value) => !test(value));
  const shown = (value: string) => `"${printable(value, 60)}"`;
  const wrong = bad(valueTest(plain));
  if (wrong !== undefined) warn(`${shown(wrong)} ${whatItShouldBe(plain)}`);
  if (/^(String(Not)?Equals(IgnoreCase)?)$/.test(plain)) {
    const wild = written.find((value) => value.includes("*") || value.includes("?"));
    if (wild !== undefined)
      warn(
        `${shown(wild)} is compared as it stands, because ${plain} knows no wildcards; use ${plain.includes("Not") ? "StringNotLike" : "StringLike"}`,
      );
  }
  const lower = values.map((value) => value.toLowerCase());
  if ((plain === "Bool" || plain === "Null") && lower.includes("true") && lower.includes("false"))
    warn("holds whatever the value is, because both true and false are listed");
  checkType(plain, factsOfKey(key), written, warn);
}

function valueTest(operator: string): (value: string) => boolean {
  if (operator === "Bool" || operator === "Null") return (value) => ["true", "false"].includes(value.toLowerCase());
  if (operator.startsWith("Numeric")) return isNumber;
  if (operator.startsWith("Date")) return (value) => dateOf(value) !== undefined;
  if (operator.endsWith("IpAddress")) return (value) => parseRange(value) !== undefined;
  if (operator.startsWith("Arn")) return (value) => value.split(":").length >= 6 || value === "*";
  return () => true;
}

function whatItShouldBe(operator: string): string {
  if (operator === "Bool" || operator === "Null") return "is neither true nor false";
  if (operator.startsWith("Numeric")) return "is no number";
  if (operator.startsWith("Date")) return "is no date such as 2026-01-31T00:00:00Z";
  if (operator.endsWith("IpAddress")) return "is no IP address and no range such as 203.0.113.0/24";
  return "is no ARN, which has six parts";
}

/** Operators that compare a key as another type than it has, and values that the key never has. */
function checkType(
  operator: string,
  facts: KeyFacts | undefined,
  values: readonly string[],
  warn: (message: string) => void,
): void {
  if (!facts || operator === "Null") return;
  const fits: Readonly<Record<KeyFacts["type"], readonly string[]>> = {
    string: ["String", "Binary"],
    account: ["String"],
    organization: ["String"],
    path: ["String"],
    arn: ["Arn", "String"],
    bool: ["Bool", "String"],
    number: ["Numeric"],
    date: ["Date", "Numeric"],
    ip: ["IpAddress", "NotIpAddress"],
  };
  if (!fits[facts.type].some((start) => operator.startsWith(start)))
    warn(`${facts.spelled} is compared by ${operator}, which is for values of another type`);
  const plain = stringsOf(values).filter((value) => !value.includes("*") && !value.includes("?"));
  const account = facts.type === "account" ? plain.find((value) => !isAccountId(value)) : undefined;
  if (account !== undefined) warn(`"${printable(account, 60)}" is no account id of 12 digits`);
  const organization = facts.type === "organization" ? plain.find((value) => !value.startsWith("o-")) : undefined;
  if (organization !== undefined)
    warn(`"${printable(organization, 60)}" is no organization, which looks like o-a1b2c3d4e5`);
}
