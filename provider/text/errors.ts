/** The one error type of the provider. Translated in at `gateway/faults`, out at `rpc/status`, nowhere between. */

import type { Path } from "./path.ts";

export type ErrorCode =
  | "InvalidInput"
  | "NotFound"
  | "AlreadyExists"
  | "Conflict"
  | "AccessDenied"
  | "Unauthenticated"
  | "Throttled"
  | "Unavailable"
  | "Cancelled"
  | "TimedOut"
  | "Partial"
  | "Internal";

interface Details {
  /** Where in the inputs the cause is. */
  path?: Path;
  cause?: unknown;
  /** AWS's own name of the fault, such as `RepositoryNotFoundException`. */
  fault?: string;
  /** An earlier attempt of the same call failed in passing, and may have been performed all the same. */
  retried?: boolean;
  /** The message without what was being done, and to what; the message itself when absent. */
  reason?: string;
}

/** An error whose message is for the user: *doing what, to what: why; what now*. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly code: ErrorCode;
  readonly path: Path | undefined;
  readonly fault: string | undefined;
  readonly retried: boolean;
  /** Why, without what was being done and to what: the same for everything that fails for the same reason. */
  readonly reason: string;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.path = details.path;
    this.fault = details.fault;
    this.retried = details.retried ?? false;
    this.reason = details.reason ?? message;
  }

  /** The same failure told from one step further out: `context: message`. Anything unexpected is reported as our bug. */
  static from(error: unknown, context?: string): ProviderError {
    const known = error instanceof ProviderError ? error : undefined;
    const reason = error instanceof Error ? error.message : String(error);
    const message = known ? reason : `unexpected failure: ${reason}; this is a bug in pulumi-ecr, please report it`;
    return new ProviderError(known?.code ?? "Internal", context ? `${context}: ${message}` : message, {
      ...(known?.path ? { path: known.path } : {}),
      ...(known?.fault ? { fault: known.fault } : {}),
      ...(known?.retried ? { retried: true } : {}),
      reason: context ? message : (known?.reason ?? message),
      cause: error,
    });
  }
}

export function hasFault(error: unknown, faults: readonly string[]): boolean {
  return error instanceof ProviderError && error.fault !== undefined && faults.includes(error.fault);
}
