/** How requests of the AWS SDK are sent: with an end to every wait, whatever the server does, and to every call with its signal. */

import { AsyncLocalStorage } from "node:async_hooks";
import { StandardRetryStrategy } from "@smithy/core/retry";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { isTimeout } from "./faults.ts";
import { usualSilence } from "./settings.ts";

/** How often a server that is silent is asked. */
const mostSilences = 2;

/**
 * Quotas do not clear by waiting, though the SDK counts them as throttling (`LimitExceededException`). A server that is silent
 * is asked once more; a connection that cannot be made is tried as often as other failures, because each try takes less time.
 */
export class PatientRetryStrategy extends StandardRetryStrategy {
  /** By the token of the next attempt. */
  readonly #silences = new WeakMap<object, number>();

  override async refreshRetryTokenForRetry(
    ...[token, failure]: Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>
  ) {
    const error: unknown = failure.error;
    if (error instanceof SyntaxError || (error as Error).name === "LimitExceededException") throw error;
    const silences = (this.#silences.get(token) ?? 0) + (isTimeout(error) && !error.unreachable ? 1 : 0);
    if (silences >= mostSilences) throw error;
    const next = await super.refreshRetryTokenForRetry(token, failure);
    this.#silences.set(next, silences);
    return next;
  }
}

/** The signal of the call that is being made: the SDK keeps its chain of handlers only for calls without options. */
export const signals = new AsyncLocalStorage<AbortSignal>();

/**
 * Ends a call with its signal. The SDK asks for credentials through the same handler, once for all calls, so what is not a call of
 * ECR has no signal of a call.
 */
export class AbortableHandler extends NodeHttpHandler {
  /** Where the last call of ECR went, such as `https://api.ecr.eu-west-1.amazonaws.com`. */
  endpoint: string | undefined;
  readonly #silence: number;

  /** `silence`: for how long a server may be silent, in ms. `sockets`: connections at once to one server. */
  constructor({ silence = usualSilence, sockets }: { silence?: number | undefined; sockets: number }) {
    super({
      connectionTimeout: 5_000,
      requestTimeout: silence,
      throwOnRequestTimeout: true,
      // An answer may also stop half way, and a large part may take longer than that as long as it gets on.
      socketTimeout: silence,
      httpAgent: { keepAlive: true, maxSockets: sockets },
      httpsAgent: { keepAlive: true, maxSockets: sockets },
    });
    this.#silence = silence;
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler["handle"]>) {
    const { protocol, hostname, port } = request;
    const origin = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
    const isCall = request.headers["x-amz-target"]?.startsWith("AmazonEC2ContainerRegistry_") ?? false;
    if (isCall) this.endpoint = origin;
    const abortSignal = isCall ? signals.getStore() : undefined;
    const started = Date.now();
    try {
      return await super.handle(request, abortSignal ? { ...options, abortSignal } : options);
    } catch (error) {
      if (isTimeout(error)) {
        // Both are the same error of the SDK; only the time differs.
        error.unreachable = Date.now() - started < this.#silence;
        if (!isCall) error.endpoint = origin;
      }
      throw error;
    }
  }
}
