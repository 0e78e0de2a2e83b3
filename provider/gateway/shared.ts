/** Work that several requests wait for. It has no caller of its own, so that the end of one request is not the end of the others. */

import { ProviderError } from "../text/errors.ts";

/** `work` settled, or the reason of the signal as soon as it is aborted. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** One piece of work, begun at once. It is given up when every caller has gone before it ended. */
export class Shared<T> {
  readonly #end = new AbortController();
  readonly #result: Promise<T>;
  #callers = 0;
  #state: "under way" | "done" | "failed" | "abandoned" = "under way";

  /** `work` gets the signal that ends it. */
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#end.signal);
    this.#result.then(
      () => this.#ended("done"),
      () => this.#ended("failed"),
    );
  }

  /** All callers have gone before it ended: its result will not come. */
  get isAbandoned(): boolean {
    return this.#state === "abandoned";
  }

  /** It failed or was abandoned. */
  get isLost(): boolean {
    return this.#state === "failed" || this.isAbandoned;
  }

  /** The result. Throws the reason of the caller's own signal, never that of another caller's. */
  async wait(signal: AbortSignal): Promise<T> {
    this.#callers++;
    try {
      return await unlessAborted(this.#result, signal);
    } finally {
      if (--this.#callers === 0 && this.#ended("abandoned"))
        this.#end.abort(new ProviderError("Cancelled", "every request that waited for it has ended"));
    }
  }

  #ended(state: "done" | "failed" | "abandoned"): boolean {
    if (this.#state !== "under way") return false;
    this.#state = state;
    return true;
  }
}

/** The work that is known, or new work where there is none or it is lost. */
export function sharedOr<T>(known: Shared<T> | undefined, work: (signal: AbortSignal) => Promise<T>): Shared<T> {
  return known && !known.isLost ? known : new Shared(work);
}
