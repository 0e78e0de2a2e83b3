/** Downloads by pre-signed URL. The URL is a secret while it lasts and stands in no message. */

import { ProviderError } from "../text/errors.ts";
import { usualSilence } from "./settings.ts";
import { unlessAborted } from "./shared.ts";

/**
 * The bytes from `start` on. Throws Unavailable when the server is silent for `silence` ms, breaks off, or answers something
 * else. What the caller does with the bytes takes none of that time.
 */
export async function* download(
  /** Names it in messages, such as `layer sha256:…`. */
  what: string,
  url: string,
  start: number,
  signal: AbortSignal,
  silence = usualSilence,
): AsyncGenerator<Uint8Array> {
  let skip = start;
  const end = new AbortController();
  const ended = AbortSignal.any([signal, end.signal]);
  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => end.abort(tooSlow(what, silence)), silence);
    return unlessAborted(work, ended).finally(() => clearTimeout(timer));
  };
  try {
    const headers = start > 0 ? { headers: { range: `bytes=${start}-` } } : {};
    const response = await inTime(fetch(url, { signal: ended, ...headers }));
    if (response.status === 206) skip = 0;
    else if (response.status !== 200) {
      await response.body?.cancel();
      throw new ProviderError(
        "Unavailable",
        `downloading ${what}: the server answered with HTTP status ${response.status} instead of its bytes; run again`,
      );
    }
    const reader = response.body?.getReader();
    for (;;) {
      const { done, value: bytes } = reader ? await inTime(reader.read()) : { done: true };
      if (done || !bytes) return;
      if (skip >= bytes.length) skip -= bytes.length;
      else {
        yield skip > 0 ? bytes.subarray(skip) : bytes;
        skip = 0;
      }
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ProviderError) throw error;
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new ProviderError("Unavailable", `downloading ${what}: the connection broke off (${why}); run again`, {
      cause: error,
    });
  } finally {
    // Whoever stops reading leaves no connection open.
    end.abort();
  }
}

function tooSlow(what: string, silence: number): ProviderError {
  return new ProviderError("Unavailable", `downloading ${what}: no byte came for ${silence / 1_000} s; run again`);
}
