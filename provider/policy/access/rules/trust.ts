/**
 * Who is trusted: account ids, organizations (`o-…`), organizational units by their path (`o-…/r-…/ou-…`, because only
 * organizations have ids of their own in the world), VPCs (`vpc-…`) and VPC endpoints (`vpce-…`), told apart by their form.
 */

import { isAccountId } from "../../language/principals.ts";
import { type AccessContext, factsOf } from "./context.ts";

const forms = {
  organization: /^o-[a-z0-9]{1,40}$/,
  unit: /^o-[a-z0-9]{1,40}\/r-[a-z0-9]{1,40}(\/ou-[a-z0-9-]{1,80})+\/?$/,
  vpc: /^vpc-[0-9a-f]{1,40}$/,
  endpoint: /^vpce-[0-9a-f]{1,40}$/,
} as const;

export type TrustKind = keyof typeof forms | "account";

/** What an entry of a list of those that are trusted names; undefined for anything else. */
export function trustKind(entry: string): TrustKind | undefined {
  if (isAccountId(entry)) return "account";
  return (Object.keys(forms) as (keyof typeof forms)[]).find((kind) => forms[kind].test(entry));
}

/** The entries of one kind. */
export function trustedOf(kind: TrustKind, { trusted = [] }: Pick<AccessContext, "trusted">): readonly string[] {
  return trusted.filter((entry) => trustKind(entry) === kind);
}

/** Whether an account is the owner's, trusted, or of a trusted organization. */
export function isTrustedAccount(account: string, context: AccessContext): boolean {
  const organization = factsOf(account, context)?.organization;
  return (
    account === context.owner ||
    (context.trusted ?? []).includes(account) ||
    (organization !== undefined && isTrusted(organization, context))
  );
}

function isTrusted(entry: string, { trusted = [] }: AccessContext): boolean {
  return trusted.includes(entry);
}

/** Whether a path of an account in its organization is of a trusted organization, or below a trusted unit. */
function isTrustedPath(path: string, context: AccessContext): boolean {
  const isBelow = (unit: string) => path.startsWith(unit.endsWith("/") ? unit : `${unit}/`);
  return isTrusted(path.split("/")[0] ?? "", context) || trustedOf("unit", context).some(isBelow);
}

type Question = (value: string, context: AccessContext) => boolean;

const accountOfArn: Question = (arn, context) => isTrustedAccount(arn.split(":")[4] ?? "", context);

/** The keys by which someone can be trusted, and when a value of them is. */
const ofPeople: Readonly<Record<string, Question>> = {
  "aws:principalorgid": isTrusted,
  "aws:principalorgpaths": isTrustedPath,
  "aws:principalarn": accountOfArn,
  "aws:principalaccount": isTrustedAccount,
  "aws:sourcevpc": isTrusted,
  "aws:sourcevpce": isTrusted,
};

const ofServices: Readonly<Record<string, Question>> = {
  "aws:sourceaccount": isTrustedAccount,
  "aws:sourcearn": accountOfArn,
  "aws:sourceorgid": isTrusted,
  "aws:sourceorgpaths": isTrustedPath,
};

/** The questions for a principal that is a service, or that is not. */
export function questionsOf(isService: boolean): [key: string, isTrusted: Question][] {
  return Object.entries(isService ? ofServices : ofPeople);
}
