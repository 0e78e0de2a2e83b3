/** One wrapper around every handler: each call is answered, in time, whatever happens inside. */

import nodeModule from "node:module";
import type { handleUnaryCall, ServerUnaryCall } from "@grpc/grpc-js";
import { ProviderError } from "../text/errors.ts";
import { type CallSecrets, callSecrets } from "./secrets.ts";
import { type Status, toStatus } from "./status.ts";

/** What a handler gets beside its request. */
export interface Flight {
  /** Ends with the call's timeout or with Cancel. */
  readonly signal: AbortSignal;
  readonly secrets: CallSecrets;
}

/** A status that a handler answers with instead of a response. */
export class Answer extends Error {
  readonly status: Status;
  constructor(answer: Status) {
    super(answer.details);
    this.status = answer;
  }
}

/** When the engine sets no timeout (0), in seconds. */
const defaultTimeout = 30 * 60;

/**
 * `settled` resolves when nothing that a handler has said to the engine is still on its way; `standing` answers the secret values of
 * the configuration.
 */
export function calls(settled: () => Promise<void>, standing: () => readonly unknown[]) {
  let cancelling = new AbortController();
  return {
    signal: () => cancelling.signal,
    /** An engine begins: an attached process has been cancelled at the end of the last one. */
    begin() {
      cancelling = new AbortController();
    },
    cancel() {
      // Every operation of the engine ends here: what it has compiled is kept for the next process.
      nodeModule.flushCompileCache?.();
      cancelling.abort(new ProviderError("Cancelled", "it was cancelled; run the command again to finish it"));
    },
    answered<Q, A>(
      doing: (request: Q, flight: Flight) => Promise<A> | A,
      timeoutOf: (request: Q) => number = () => 0,
    ): handleUnaryCall<Q, A> {
      return (call: ServerUnaryCall<Q, A>, callback) => {
        const seconds = timeoutOf(call.request) || defaultTimeout;
        const timeout = new AbortController();
        const expire = () =>
          timeout.abort(
            new ProviderError(
              "TimedOut",
              `it took longer than its timeout of ${seconds} s; raise customTimeouts or look for what is slow`,
            ),
          );
        const timer = setTimeout(expire, Math.min(seconds * 1_000, 2 ** 31 - 1));
        const signal = AbortSignal.any([cancelling.signal, timeout.signal]);
        const secrets = callSecrets(standing());
        new Promise<A>((resolve) => resolve(doing(call.request, { signal, secrets })))
          .finally(() => {
            clearTimeout(timer);
            return settled();
          })
          .then(
            (answer) => callback(null, answer),
            (error: unknown) => callback(error instanceof Answer ? error.status : toStatus(error, secrets)),
          );
      };
    },
  };
}
