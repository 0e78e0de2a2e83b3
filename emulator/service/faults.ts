/** Trouble on demand: which calls fail, how, and how often. Rules are data, so that a test can send them over HTTP. */

import { AwsError } from "../wire/protocol.ts";

export interface FaultRule {
  /** An operation's name or `*`. */
  operation?: string;
  /** Only calls that name this repository. */
  repository?: string;
  kind:
    | "throttle"
    | "deny"
    | "error"
    | "unavailable"
    /** The connection is reset and nothing was done. */
    | "reset"
    /** It is done, and the connection is reset instead of an answer. */
    | "drop-after"
    /** It is done, and the connection is reset in the middle of the answer. */
    | "truncate"
    /** A page of a listing, whichever was asked for, is the first, and says that there is another one by the same token. */
    | "repeat-page"
    | "html"
    | "delay"
    | "expired"
    | "limit"
    | "principal-not-found";
  /** Every n-th matching call; every one when absent. */
  every?: number;
  /** Matching calls that pass first. */
  after?: number;
  /** At most so many times. */
  times?: number;
  /** For `error`: AWS's fault name, message and HTTP status. */
  code?: string;
  message?: string;
  status?: number;
  /** For `delay`, in milliseconds. */
  ms?: number;
}

/** What happens to a call: `error`, `reset` and `html` in place of the operation, the others to its answer. */
export type Trouble =
  | { error: AwsError }
  | { reset: true }
  | { html: true }
  | { lost: "drop-after" | "truncate" }
  | { repeats: true }
  | { delay: number };

export interface Faults {
  /** Throws for a kind that does not exist; then none is added. */
  add(rules: readonly FaultRule[]): void;
  clear(): void;
  /** The troubles of this call, in the order of the rules. */
  next(operation: string, input: Readonly<Record<string, unknown>>): Trouble[];
}

export function createFaults(): Faults {
  let active: { rule: FaultRule; matched: number; used: number }[] = [];
  return {
    add(rules) {
      for (const rule of rules) troubleOf(rule, "");
      active.push(...rules.map((rule) => ({ rule, matched: 0, used: 0 })));
    },
    clear() {
      active = [];
    },
    next(operation, input) {
      const troubles: Trouble[] = [];
      for (const entry of active) {
        const { rule } = entry;
        if ((rule.operation ?? "*") !== "*" && rule.operation !== operation) continue;
        if (rule.repository !== undefined && !names(input, rule.repository)) continue;
        const count = ++entry.matched - (rule.after ?? 0);
        if (count <= 0 || count % (rule.every ?? 1) !== 0 || entry.used >= (rule.times ?? Number.POSITIVE_INFINITY))
          continue;
        entry.used++;
        troubles.push(troubleOf(rule, operation));
      }
      return troubles;
    },
  };
}

function names(input: Readonly<Record<string, unknown>>, repository: string): boolean {
  return (
    input["repositoryName"] === repository ||
    (Array.isArray(input["repositoryNames"]) && input["repositoryNames"].includes(repository)) ||
    String(input["resourceArn"] ?? "").endsWith(`:repository/${repository}`)
  );
}

function troubleOf({ kind, code, message, status, ms }: FaultRule, operation: string): Trouble {
  switch (kind) {
    case "throttle":
      return { error: new AwsError("ThrottlingException", "Rate exceeded") };
    case "deny":
      return {
        error: new AwsError(
          "AccessDeniedException",
          `User: arn:aws:iam::123456789012:user/test is not authorized to perform: ecr:${operation} because no identity-based policy allows the ecr:${operation} action`,
        ),
      };
    case "unavailable":
      return { error: new AwsError("ServerException", "Service Unavailable", 500) };
    case "expired":
      return { error: new AwsError("ExpiredTokenException", "The security token included in the request is expired") };
    case "limit":
      return {
        error: new AwsError(
          "LimitExceededException",
          "The operation did not succeed because it would have exceeded a service limit for your account.",
        ),
      };
    case "principal-not-found":
      return {
        error: new AwsError(
          "InvalidParameterException",
          "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'",
        ),
      };
    case "error":
      return { error: new AwsError(code ?? "ServerException", message ?? "Injected.", status ?? 400) };
    case "reset":
      return { reset: true };
    case "drop-after":
    case "truncate":
      return { lost: kind };
    case "repeat-page":
      return { repeats: true };
    case "html":
      return { html: true };
    case "delay":
      return { delay: ms ?? 100 };
    default:
      throw new AwsError(
        "ValidationException",
        `There is no fault of the kind ${JSON.stringify(kind satisfies never)}.`,
      );
  }
}
