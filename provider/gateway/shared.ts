/** Work that several requests wait for, and work on several items at once. The former has no caller: the end of one request is not the end of the others. */

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

/** Work on the items of a listing, several at once and answered in the listing's order. */
/**
 * `work(item)` for every item, with at most `most` of them under way; a result is answered when all before it are. The
 * listing is read only as far as there is room. A failed item fails the whole; what was under way is left to end by itself.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  most: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    // It is awaited below, perhaps much later; until then its failure is not unhandled.
    result.catch(() => {});
    underWay.push(result);
    if (underWay.length >= most) yield await (underWay.shift() as Promise<R>);
  }
  for (const result of underWay) yield await result;
}
