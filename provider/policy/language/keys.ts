/** The keys of conditions: what values a request can have for them. From IAM's reference of global condition keys. */

import type { Pattern, Token } from "./patterns.ts";

export interface KeyFacts {
  /** As AWS spells it, in front of a tag's name where there is one. */
  readonly spelled: string;
  readonly type: "string" | "account" | "organization" | "path" | "arn" | "bool" | "number" | "date" | "ip";
  /** A request can have several values of it. */
  readonly several?: boolean;
  /** Every request has it. */
  readonly always?: boolean;
  /** The caller sets it as it likes. */
  readonly callers?: boolean;
}

const table: readonly KeyFacts[] = [
  { spelled: "aws:CalledVia", type: "string", several: true },
  { spelled: "aws:CalledViaFirst", type: "string" },
  { spelled: "aws:CalledViaLast", type: "string" },
  { spelled: "aws:CurrentTime", type: "date", always: true },
  { spelled: "aws:Ec2InstanceSourcePrivateIPv4", type: "ip" },
  { spelled: "aws:Ec2InstanceSourceVpc", type: "string" },
  { spelled: "aws:EpochTime", type: "date", always: true },
  { spelled: "aws:FederatedProvider", type: "string" },
  { spelled: "aws:MultiFactorAuthAge", type: "number" },
  { spelled: "aws:MultiFactorAuthPresent", type: "bool" },
  { spelled: "aws:PrincipalAccount", type: "account" },
  { spelled: "aws:PrincipalArn", type: "arn" },
  { spelled: "aws:PrincipalIsAWSService", type: "bool", always: true },
  { spelled: "aws:PrincipalOrgID", type: "organization" },
  { spelled: "aws:PrincipalOrgPaths", type: "path", several: true },
  { spelled: "aws:PrincipalServiceName", type: "string" },
  { spelled: "aws:PrincipalServiceNamesList", type: "string", several: true },
  { spelled: "aws:PrincipalTag/", type: "string", callers: true },
  { spelled: "aws:PrincipalType", type: "string", always: true },
  { spelled: "aws:RequestTag/", type: "string", callers: true },
  { spelled: "aws:RequestedRegion", type: "string", always: true },
  { spelled: "aws:ResourceAccount", type: "account", always: true },
  { spelled: "aws:ResourceOrgID", type: "organization" },
  { spelled: "aws:ResourceOrgPaths", type: "path", several: true },
  { spelled: "aws:ResourceTag/", type: "string" },
  { spelled: "aws:SecureTransport", type: "bool", always: true },
  { spelled: "aws:SourceAccount", type: "account" },
  { spelled: "aws:SourceArn", type: "arn" },
  { spelled: "aws:SourceIdentity", type: "string", callers: true },
  { spelled: "aws:SourceIp", type: "ip" },
  { spelled: "aws:SourceOrgID", type: "organization" },
  { spelled: "aws:SourceOrgPaths", type: "path", several: true },
  { spelled: "aws:SourceVpc", type: "string" },
  { spelled: "aws:SourceVpcArn", type: "arn" },
  { spelled: "aws:SourceVpce", type: "string" },
  { spelled: "aws:TagKeys", type: "string", several: true, callers: true },
  { spelled: "aws:TokenIssueTime", type: "date" },
  { spelled: "aws:UserAgent", type: "string", callers: true },
  { spelled: "aws:ViaAWSService", type: "bool", always: true },
  { spelled: "aws:VpceAccount", type: "account" },
  { spelled: "aws:VpceOrgID", type: "organization" },
  { spelled: "aws:VpceOrgPaths", type: "path", several: true },
  { spelled: "aws:VpcSourceIp", type: "ip" },
  { spelled: "aws:AssumedRoot", type: "bool" },
  { spelled: "aws:ChatbotSourceArn", type: "arn" },
  { spelled: "aws:referer", type: "string", callers: true },
  { spelled: "aws:userid", type: "string", always: true },
  { spelled: "aws:username", type: "string" },
  { spelled: "ecr:AccountSetting", type: "string" },
  { spelled: "ecr:ResourceTag/", type: "string" },
];
const byName = new Map(table.map((facts) => [facts.spelled.toLowerCase(), facts]));

/** All keys that a request to ECR can have, as AWS spells them; those that end in `/` go on with the key of a tag. */
export const knownKeys: readonly string[] = table.map(({ spelled }) => spelled);

/** What is known of a key in any letter case; undefined for one that this table does not have. */
export function factsOfKey(key: string): KeyFacts | undefined {
  const name = key.toLowerCase();
  const slash = name.indexOf("/");
  return byName.get(slash < 0 ? name : name.slice(0, slash + 1));
}

/** A key in any letter case as AWS spells it. One that is not known stays as it is, and so does a tag's own key. */
export function spelledKey(key: string): string {
  const spelled = factsOfKey(key)?.spelled ?? "";
  return spelled + key.slice(spelled.length);
}

const sameKeys: Readonly<Record<string, string>> = {
  "ecr:resourcetag": "aws:resourcetag",
  "aws:epochtime": "aws:currenttime",
};

/** Lower case, and one name for keys that always have the same value. A tag's own key keeps its letter case. */
export function canonicalKey(key: string): string {
  const slash = key.indexOf("/");
  const name = (slash < 0 ? key : key.slice(0, slash)).toLowerCase();
  const tag = slash < 0 ? "" : key.slice(slash);
  return `${sameKeys[name] ?? name}${tag}`;
}

/** A key that a session of a federated user can have: `saml:sub`, `cognito-identity.amazonaws.com:aud`, `HOST:sub`. */
export function isKeyOfProvider(key: string): boolean {
  const [prefix = "", name] = key.toLowerCase().split(/:(?=[^:]*$)/);
  return name !== undefined && (prefix === "saml" || prefix.includes("."));
}

const literal = (text: string): Token[] => [...text].map((only) => ({ star: false, only }));
const digit: Token = { star: false, among: "0123456789" };
const word = "abcdefghijklmnopqrstuvwxyz0123456789-";
const noColon: Token = { star: true, not: ":" };
const any: Token = { star: true };
const colon: Token = { star: false, only: ":" };

const partitionRest: Token = { star: true, among: word };

const domains = {
  string: [any],
  account: Array.from({ length: 12 }, () => digit),
  organization: [...literal("o-"), { star: false, among: word }, { star: true, among: word }],
  path: [...literal("o-"), { star: false, among: word }, { star: true, among: word }, ...literal("/"), any],
  arn: [...literal("arn:aws"), partitionRest, colon, noColon, colon, noColon, colon, noColon, colon, any],
} satisfies Record<string, Pattern>;

/** The texts that a key of this type can have as its value. */
export function domainOf(type: KeyFacts["type"] | undefined): Pattern {
  return type !== undefined && Object.hasOwn(domains, type) ? domains[type as keyof typeof domains] : domains.string;
}

/** The paths of accounts in an organization. */
export function pathDomain(organization: string): Pattern {
  return [...literal(`${organization}/`), any];
}

/** The ARNs of principals of an account: those of `iam`, and of federated users. */
export function principalArnDomains(account: string): readonly Pattern[] {
  const of = (service: string, kind: string) => [
    ...literal("arn:aws"),
    partitionRest,
    ...literal(`:${service}::${account}:${kind}`),
    { star: false },
    any,
  ];
  return [of("iam", ""), of("sts", "federated-user/")];
}
