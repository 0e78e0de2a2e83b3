/**
 * `/v2/`: the OCI distribution protocol, enough for clients that push, pull, copy and list (docker, crane, skopeo, oras). The
 * name of the repository follows the address of this server, where ECR has `ACCOUNT.dkr.ecr.REGION.amazonaws.com`; account
 * and region come from the token. In the journal, and for faults, a request is an operation such as `(PUT manifest)`.
 *
 * Lives here: `/v2/`: its routes, requests, replies and errors.
 * May not live here: a rule about images and layers that the API has too (`repositories/`), work that follows a push
 *   (`effects/`).
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "../call/context.ts";
import type { Performed, Registries } from "../service/registries.ts";
import type { Upload } from "../state/blobs.ts";
import { createBodyReader } from "../wire/body.ts";
import { AwsError, type Caller } from "../wire/protocol.ts";
import { serveFile } from "../wire/serve-file.ts";
import { beginUpload, checkContinues, findBlob, finishUpload, progress, uploadUnderWay } from "./blobs.ts";
import { ociError } from "./errors.ts";
import { deleteManifest, getManifest, listReferrers, listTags, putManifest } from "./manifests.ts";
import type { Reply } from "./reply.ts";
import { bearerOf, type Route, routeOf } from "./route.ts";

export { ociPrefix } from "./route.ts";

interface Exchange {
  readonly registries: Registries;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: Caller;
  readonly route: Route;
}

/** Answers one request under `/v2/`. */
export function serveOci(registries: Registries, request: IncomingMessage, response: ServerResponse): void {
  guarded(request, response, () => {
    const route = routeOf(request.url ?? "/");
    const caller = bearerOf(request, registries.clock.now().getTime());
    if (!route) throw unsupported(request);
    const exchange = { registries, request, response, caller, route };
    if (route.kind === "ping") send(exchange, { status: 200, body: "{}" });
    else if (route.kind === "upload") serveUpload(exchange);
    else if (route.kind === "blob") serveBlob(exchange);
    else if (route.kind === "manifest" && request.method === "PUT") receiveManifest(exchange);
    else attend(exchange, (context) => readable(exchange, context));
  });
}

/** Runs a step of an answer; its error becomes the answer. */
function guarded(request: IncomingMessage, response: ServerResponse, step: () => void): void {
  try {
    step();
  } catch (error) {
    request.resume();
    const { status, body } = ociError(error);
    if (status === 401)
      response.setHeader("WWW-Authenticate", 'Basic realm="https://ecr.amazonaws.com/",service="ecr.amazonaws.com"');
    response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
    response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" ? undefined : body);
  }
}

function unsupported({ method, url }: IncomingMessage): AwsError {
  return new AwsError("UnsupportedOperation", `${method} ${(url ?? "").slice(0, 200)} is not supported`);
}

/** Does work as one entry of the journal, and sends what it answers as far as the faults let it. */
function attend(exchange: Exchange, work: (context: Context) => Reply): void {
  exchange.request.resume();
  const result = performed(exchange, work);
  if (!("output" in result) || result.lost === "drop-after") exchange.response.destroy();
  else setTimeout(() => send(exchange, result.output, result.lost === "truncate"), result.delay ?? 0);
}

function performed<Output>(
  { registries, caller, request, route }: Exchange,
  work: (context: Context) => Output,
): Performed<Output> {
  const { kind, name, reference } = route;
  return registries.attend(caller, `(${request.method} ${kind})`, { repositoryName: name, reference }, work);
}

function send({ request, response }: Exchange, { status, headers = {}, body = "" }: Reply, cutOff = false): void {
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Docker-Distribution-Api-Version": "registry/2.0",
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  if (cutOff) response.write(body.slice(0, body.length / 2), () => response.destroy());
  else response.end(request.method === "HEAD" ? undefined : body);
}

/** Everything that sends no body. */
function readable({ request, route: { kind, name, reference, query } }: Exchange, context: Context): Reply {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (kind === "manifest" && request.method === "DELETE") return deleteManifest(context, name, reference);
  if (kind === "manifest" && isRead) return getManifest(context, name, reference, request.method === "HEAD");
  if (kind === "tags" && isRead) return listTags(context, name, query);
  if (kind === "referrers" && isRead) return listReferrers(context, name, reference, query);
  throw unsupported(request);
}

function receiveManifest(exchange: Exchange): void {
  const { request, response, route } = exchange;
  const body = createBodyReader();
  request.on("data", body.add);
  request.on("end", () =>
    guarded(request, response, () =>
      attend(exchange, (context) =>
        putManifest(context, route.name, route.reference, body.text(), request.headers["content-type"]),
      ),
    ),
  );
}

function serveBlob(exchange: Exchange): void {
  const { request, response, route } = exchange;
  if (request.method !== "GET" && request.method !== "HEAD") throw unsupported(request);
  request.resume();
  const result = performed(exchange, (context) => findBlob(context, route.name, route.reference));
  if (!("output" in result) || result.lost === "drop-after") response.destroy();
  else {
    const headers = { "Docker-Content-Digest": route.reference };
    serveFile(request, response, result.output.path, { headers, cutOff: result.lost === "truncate" });
  }
}

function serveUpload(exchange: Exchange): void {
  const { request, route } = exchange;
  const { name, reference, query } = route;
  const begins = request.method === "POST" && reference === "";
  if (begins && query.get("digest") === null) {
    attend(exchange, (context) => {
      const begun = beginUpload(context, name, query);
      return "status" in begun ? begun : progress(name, begun, 202);
    });
  } else if (begins) receive(exchange, (context) => beginUpload(context, name, new URLSearchParams()) as Upload);
  else if (request.method === "PATCH" || request.method === "PUT")
    receive(exchange, (context) => uploadUnderWay(context, name, reference));
  else if (request.method === "GET")
    attend(exchange, (context) => progress(name, uploadUnderWay(context, name, reference), 204));
  else if (request.method === "DELETE") {
    attend(exchange, (context) => {
      context.store.blobs.discard(uploadUnderWay(context, name, reference));
      return { status: 204 };
    });
  } else throw unsupported(request);
}

/** Takes bytes as they come; with a digest in the address, the upload is then done. */
function receive(exchange: Exchange, uploadOf: (context: Context) => Upload): void {
  const { request, response, route } = exchange;
  const result = performed(exchange, (context) => {
    const upload = uploadOf(context);
    checkContinues(upload, request.headers["content-range"]);
    return { upload, context };
  });
  if (!("output" in result)) {
    response.destroy();
    return;
  }
  const { upload, context } = result.output;
  let failed: unknown;
  request.on("data", (chunk: Buffer) => {
    try {
      if (failed === undefined) context.store.blobs.append(upload, chunk);
    } catch (error) {
      failed = error;
    }
  });
  request.on("end", () =>
    guarded(request, response, () => {
      if (failed !== undefined) throw failed;
      const digest = route.query.get("digest");
      const reply =
        digest === null ? progress(route.name, upload, 202) : finishUpload(context, route.name, upload, digest);
      if (result.lost === "drop-after") response.destroy();
      else send(exchange, reply, result.lost === "truncate");
    }),
  );
}
