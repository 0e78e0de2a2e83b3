/** Who a statement names. */

import { containsUnknown, isMap } from "../../../text/value.ts";
import { rootArn } from "../../change/normalize.ts";
import { stringsOf } from "../../language/document.ts";
import { accountOf, isAccountId, isUniqueId } from "../../language/principals.ts";

/** Names of principals by type; `everybody` when `*` is among them. */
export interface Names {
  readonly everybody: boolean;
  readonly aws: readonly string[];
  /** Those of `aws` that are whole accounts, by id. */
  readonly accounts: ReadonlySet<string>;
  /** Those that are anything else, by ARN. */
  readonly arns: ReadonlySet<string>;
  readonly service: readonly string[];
  readonly federated: readonly string[];
  readonly canonical: readonly string[];
}

const types = ["AWS", "Service", "Federated", "CanonicalUser"];

/** A principal that could be anybody: of a type that is not known, or with a name that is none of an account, user or role. */
export function oddNameIn(principal: unknown): string | undefined {
  if (principal === undefined || principal === "*") return undefined;
  if (!isMap(principal)) return JSON.stringify(principal);
  const isOddType = ([type, names]: [string, unknown]) =>
    !types.includes(type) || [names].flat().some((name) => typeof name !== "string");
  const odd = Object.entries(principal).find(isOddType);
  if (odd) return JSON.stringify(Object.fromEntries([odd]));
  return stringsOf(principal["AWS"]).find((name) => name !== "*" && accountOf(name) === undefined && !isUniqueId(name));
}

/** Of an unknown list, everybody: the unknown test decides whether the statement applies at all. */
export function namesOf(principal: unknown): Names {
  if (containsUnknown(principal) || principal === "*" || oddNameIn(principal) !== undefined)
    return { ...nobody, everybody: true };
  if (!isMap(principal)) return nobody;
  const aws = stringsOf(principal["AWS"]);
  const whole = aws.map((name) => (isAccountId(name) ? name : rootArn(name)?.account));
  return {
    everybody: aws.includes("*"),
    aws: aws.filter((name) => name !== "*"),
    accounts: new Set(whole.filter((account) => account !== undefined)),
    arns: new Set(aws.filter((_, index) => whole[index] === undefined)),
    service: stringsOf(principal["Service"]),
    // AWS stores the ARN of whom a unique id names, in any account; where it still shows an id, the principal was deleted.
    federated: [...stringsOf(principal["Federated"]), ...aws.filter(isUniqueId)],
    canonical: stringsOf(principal["CanonicalUser"]),
  };
}

export const nobody: Names = {
  everybody: false,
  aws: [],
  accounts: new Set(),
  arns: new Set(),
  service: [],
  federated: [],
  canonical: [],
};
