/** Downloads by pre-signed URL. The URL is a secret while it lasts and stands in no message. */

import { ProviderError } from "../text/errors.ts";

/** The bytes from `start` on. Throws Unavailable when the server does not answer, breaks off, or answers something else. */
export async function* download(url: string, start: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let skip = start;
  try {
    const response = await fetch(url, { signal, ...(start > 0 ? { headers: { range: `bytes=${start}-` } } : {}) });
    if (response.status === 206) skip = 0;
    else if (response.status !== 200) {
      await response.body?.cancel();
      throw new ProviderError(
        "Unavailable",
        `downloading a layer: the answer had HTTP status ${response.status}; run again`,
      );
    }
    for await (const chunk of response.body ?? []) {
      const bytes = chunk as Uint8Array;
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
    throw new ProviderError("Unavailable", `downloading a layer: the connection broke off (${why}); run again`, {
      cause: error,
    });
  }
}
