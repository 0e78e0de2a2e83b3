/**
 * List on the wire: a stream of results, in pages where the engine asks for pages. A listing that is not at its end waits
 * in this process under an opaque token, so that going on costs no call that was made already.
 */

import { randomUUID } from "node:crypto";
import type { handleServerStreamingCall, ServerWritableStream } from "@grpc/grpc-js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import type { Listed } from "../define/resource.ts";
import type { Provider } from "../provider.ts";
import { ProviderError } from "../text/errors.ts";
import { isUnknown } from "../text/value.ts";
import { decode } from "./codec.ts";
import { type CallSecrets, callSecrets } from "./secrets.ts";
import { toStatus } from "./status.ts";

type Call = ServerWritableStream<proto.ListRequest, proto.ListResponse>;

/** A listing that goes on with `next`. */
interface Waiting {
  readonly rest: AsyncIterator<Listed>;
  readonly next: IteratorResult<Listed>;
}

/** Listings that nobody goes on with are let go, the oldest first. */
const mostWaiting = 16;

/** `signal` is that of Cancel; a caller who goes away ends the listing as well. `standing`: the secret values of the configuration. */
export function listing(
  provider: Provider,
  signal: () => AbortSignal,
  standing: () => readonly unknown[],
): handleServerStreamingCall<proto.ListRequest, proto.ListResponse> {
  const waiting = new Map<string, Waiting>();

  function begin(request: proto.ListRequest, prefix: string, { text }: CallSecrets): Promise<Waiting> | Waiting {
    const token = request.getContinuationToken();
    if (token !== "") return resume(token);
    const rest = provider.list(request.getToken(), { urn: "", signal: signal(), text }, { prefix });
    return rest.next().then((next) => ({ rest, next }));
  }

  function resume(token: string): Waiting {
    const found = waiting.get(token);
    if (!found) {
      throw new ProviderError("InvalidInput", "going on with a listing: its token is not known any more; list again");
    }
    waiting.delete(token);
    return found;
  }

  function pause(listed: Waiting): string {
    const token = randomUUID();
    waiting.set(token, listed);
    const [oldest] = waiting.keys();
    if (waiting.size > mostWaiting && oldest !== undefined) {
      void waiting.get(oldest)?.rest.return?.();
      waiting.delete(oldest);
    }
    return token;
  }

  async function answer(call: Call, secrets: CallSecrets): Promise<void> {
    const query = secrets.reveal(decode(call.request.getQuery())).values;
    if (Object.values(query).some(isUnknown)) {
      const computed = new proto.ListResponse();
      computed.setComputed(new proto.ListResponse.Computed());
      return void call.write(computed);
    }
    const [limit, pageSize] = [positive(call.request.getLimit()), positive(call.request.getPageSize())];
    const { namePrefix } = query;
    let { rest, next } = await begin(call.request, typeof namePrefix === "string" ? namePrefix : "", secrets);
    for (let count = 0; !next.done; next = await rest.next()) {
      if (call.cancelled) return void (await rest.return?.());
      if (count >= pageSize) return void call.write(continuation(pause({ rest, next })));
      count++;
      // Nothing is read ahead of a caller who does not keep up.
      if (!call.write(result(next.value)) && !call.cancelled) await room(call);
      if (count >= limit) return void (await rest.return?.());
    }
  }

  return (call) => {
    const secrets = callSecrets(standing());
    answer(call, secrets).then(
      () => call.end(),
      (error: unknown) => call.emit("error", toStatus(error, secrets)),
    );
  };
}

/** Until the caller has taken what is written, or is gone. */
function room(call: Call): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off("drain", done);
      call.off("cancelled", done);
      resolve();
    };
    call.on("drain", done);
    call.on("cancelled", done);
  });
}

/** Below 1 there is no bound. */
function positive(bound: number): number {
  return bound < 1 ? Number.POSITIVE_INFINITY : bound;
}

function result({ id, name }: Listed): proto.ListResponse {
  const [response, found] = [new proto.ListResponse(), new proto.ListResponse.Result()];
  found.setId(id);
  found.setName(name);
  response.setResult(found);
  return response;
}

function continuation(token: string): proto.ListResponse {
  const [response, next] = [new proto.ListResponse(), new proto.ListResponse.Continuation()];
  next.setContinuationToken(token);
  response.setContinuation(next);
  return response;
}
