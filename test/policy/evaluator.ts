/**
 * A second evaluator of access policies, for the tests only: one request, one answer, written from IAM's documented rules
 * and sharing nothing with the one that it is there to check. Slow and simple.
 */

import assert from "node:assert/strict";
import type { AccessRow, Witness } from "../../provider/policy/access/rows.ts";

export interface Request {
  readonly principal:
    | { readonly type: "aws"; readonly account: string; readonly arn: string; readonly role?: string }
    | { readonly type: "service"; readonly name: string }
    | { readonly type: "federated"; readonly name: string };
  readonly action: string;
  readonly resource?: string;
  /** By key in lower case. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

type Json = Record<string, unknown>;

const list = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

export function allows(policy: unknown, request: Request): boolean {
  if (policy === undefined) return false;
  const statements = (policy as Json)["Statement"];
  const matching = (Array.isArray(statements) ? (statements as Json[]) : [statements as Json]).filter((statement) =>
    applies(statement, request),
  );
  return matching.some((s) => s["Effect"] === "Allow") && !matching.some((s) => s["Effect"] === "Deny");
}

function applies(statement: Json, request: Request): boolean {
  const { principal, action, resource } = request;
  const actions = "Action" in statement ? "Action" : "NotAction";
  const named = list(statement[actions]).some((pattern) => glob(pattern.toLowerCase(), action.toLowerCase()));
  if (named !== (actions === "Action")) return false;
  const who =
    "Principal" in statement
      ? isListed(statement["Principal"], principal)
      : !isListed(statement["NotPrincipal"], principal);
  if (!who) return false;
  for (const element of ["Resource", "NotResource"]) {
    if (!(element in statement)) continue;
    const matches = list(statement[element]).some(
      (pattern) => pattern === "*" || (resource !== undefined && glob(pattern, resource)),
    );
    if (matches !== (element === "Resource")) return false;
  }
  const condition = (statement["Condition"] ?? {}) as Record<string, Json>;
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      test(
        operator,
        requestValue(key.toLowerCase(), request),
        list(values).flatMap((value) => filledIn(value, request)),
      ),
    ),
  );
}

function isListed(names: unknown, principal: Request["principal"]): boolean {
  if (names === "*") return true;
  const { AWS = [], Service = [], Federated = [], CanonicalUser = [] } = names as Record<string, unknown>;
  if (list(AWS).includes("*")) return true;
  if (principal.type === "service") return list(Service).includes(principal.name);
  if (principal.type === "federated") return list([Federated, CanonicalUser, AWS].flat()).includes(principal.name);
  // A session is of its role, whose path the session's own ARN does not have.
  const own = [principal.account, `arn:aws:iam::${principal.account}:root`, principal.arn, principal.role];
  return list(AWS).some((name) => own.includes(name));
}

/** A value with its policy variables filled in, wildcards in them made plain; none where one of them has no value. */
function filledIn(value: string, request: Request): string[] {
  const parts = value.split(/(\$\{[^}]*\})/);
  const filled = parts.map((part, index) => {
    if (index % 2 === 0) return part;
    const [name = "", given] = part.slice(2, -1).split(/, *'|'/);
    if (["*", "?", "$"].includes(name)) return plain(name);
    const [found = given] = requestValue(name.toLowerCase(), request) ?? [];
    return found === undefined ? undefined : plain(found);
  });
  return filled.includes(undefined) ? [] : [filled.join("")];
}

const stars: Readonly<Record<string, string>> = { "*": "\u{e000}", "?": "\u{e001}" };

function plain(text: string): string {
  return [...text].map((character) => stars[character] ?? character).join("");
}

function requestValue(key: string, { principal, context }: Request): readonly string[] | undefined {
  if (Object.hasOwn(context, key)) return context[key];
  if (principal.type === "aws" && key === "aws:principalaccount") return [principal.account];
  if (principal.type === "aws" && key === "aws:principalarn") return [principal.role ?? principal.arn];
  if (key === "aws:principalisawsservice") return [String(principal.type === "service")];
  if (key === "aws:principalservicename" && principal.type === "service") return [principal.name];
  return undefined;
}

function test(written: string, have: readonly string[] | undefined, want: readonly string[]): boolean {
  const [, quantifier, operator = "", ifExists] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(written) ?? [];
  if (operator === "Null") return want.includes(String(have === undefined));
  if (have === undefined) {
    if (ifExists || quantifier === "ForAllValues:") return true;
    return quantifier !== "ForAnyValue:" && operator.includes("Not");
  }
  const positive = operator.replace("Not", "");
  const one = (value: string) => want.some((wanted) => compare(positive, value, wanted)) !== operator.includes("Not");
  return quantifier === "ForAllValues:" ? have.every(one) : have.some(one);
}

function compare(operator: string, have: string, want: string): boolean {
  switch (operator) {
    case "StringEquals":
      return plain(have) === plain(want);
    case "StringEqualsIgnoreCase":
      return plain(have).toUpperCase() === plain(want).toUpperCase();
    case "StringLike":
      return glob(want, have);
    case "ArnLike":
    case "ArnEquals": {
      const [a, b] = [have.split(":"), want.split(":")];
      const parts = (all: string[]) => [...all.slice(0, 5), all.slice(5).join(":")];
      return a.length >= 6 && parts(b).every((part, index) => glob(part, parts(a)[index] ?? ""));
    }
    case "Bool":
      return have.toLowerCase() === want.toLowerCase();
    case "NumericEquals":
      return Number(have) === Number(want);
    case "NumericLessThan":
      return Number(have) < Number(want);
    case "NumericLessThanEquals":
      return Number(have) <= Number(want);
    case "NumericGreaterThan":
      return Number(have) > Number(want);
    case "NumericGreaterThanEquals":
      return Number(have) >= Number(want);
    case "DateLessThan":
      return Date.parse(have) < Date.parse(want);
    case "DateGreaterThan":
      return Date.parse(have) > Date.parse(want);
    case "IpAddress": {
      const [net = "", bits] = want.split("/");
      const [version, host] = [have, net].map((text) => (text.includes(":") ? 128 : 32));
      const size = 2n ** BigInt((host ?? 32) - Number(bits ?? host));
      return version === host && addressNumber(have) / size === addressNumber(net) / size;
    }
    default:
      throw new Error(`the evaluator of the tests does not know ${operator}`);
  }
}

/** Without an IPv4 address inside an IPv6 one. */
function addressNumber(text: string): bigint {
  if (!text.includes(":")) return text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = [], tail = []] = text.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => "0"), ...tail];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function glob(pattern: string, text: string): boolean {
  const source = [...pattern]
    .map(
      (c) =>
        Object.entries(stars)
          .find(([, mark]) => mark === c)?.[0]
          .replace(/./, "\\$&") ?? (c === "*" ? ".*" : c === "?" ? "." : c.replace(/[^a-zA-Z0-9]/, "\\$&")),
    )
    .join("");
  return new RegExp(`^${source}$`, "s").test(text);
}

/** Whether each row's witness is allowed by one of two policies and not by the other, for every action of the row. */
export function checkWitnesses(
  before: unknown,
  after: unknown,
  { gains, losses }: { readonly gains: readonly AccessRow[]; readonly losses: readonly AccessRow[] },
): void {
  for (const [rows, from, to] of [
    [gains, before, after],
    [losses, after, before],
  ] as const) {
    for (const row of rows)
      for (const action of row.actions) {
        const request = requestOf({ ...row.witness, action });
        assert.ok(allows(to, request), `allowed: ${JSON.stringify(row)}`);
        assert.ok(!allows(from, request), `not allowed: ${JSON.stringify(row)}`);
      }
  }
}

/** The request that a witness tells of. A principal that is named nowhere gets a name that no document has. */
export function requestOf({ principal, action, resource, context: spelled }: Witness): Request {
  const context = Object.fromEntries(Object.entries(spelled).map(([key, values]) => [key.toLowerCase(), values]));
  const arn = context["aws:principalarn"]?.[0];
  const isSession = principal.kind === "named" && principal.arn.includes(":assumed-role/");
  const [, name = ""] = isSession ? principal.arn.split(":assumed-role/") : [];
  const role = isSession
    ? (arn ?? principal.role ?? `arn:aws:iam::${principal.account}:role/a-path/of-no-document/${name.split("/")[0]}`)
    : undefined;
  const account = context["aws:principalaccount"]?.[0] ?? ("account" in principal ? principal.account : "");
  const who: Request["principal"] =
    principal.kind === "federated"
      ? { type: "federated", name: principal.name }
      : "service" in principal
        ? { type: "service", name: principal.service }
        : {
            type: "aws",
            account,
            ...(role === undefined ? {} : { role }),
            arn: principal.kind === "named" ? principal.arn : (arn ?? `arn:aws:iam::${account}:role/nobody-named`),
          };
  return { principal: who, action, ...(resource === undefined ? {} : { resource }), context };
}
