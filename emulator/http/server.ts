/**
 * A local ECR over HTTP: ECR's JSON protocol, `/v2/`, layers behind signed addresses, and the side channel.
 *
 * Lives here: the HTTP server, and the side channel for tests.
 * May not live here: an operation (`operations/`), a rule about documents (`documents/`), state (`state/`).
 */

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ociPrefix, serveOci } from "../oci/serve.ts";
import { createRegistries, type Performed, type Registries } from "../service/registries.ts";
import type { StateFile } from "../state/store.ts";
import { downloadPrefix } from "../wire/addresses.ts";
import { createBodyReader, createPartReader } from "../wire/body.ts";
import { AwsError, callerOf, contentType, isAccount, operationOf, targetPrefix } from "../wire/protocol.ts";
import { serveFile } from "../wire/serve-file.ts";
import { control, controlPrefix } from "./control.ts";

export interface EmulatorOptions {
  /** 0, the default, picks a free one. */
  port?: number;
  /** For callers whose access key is not itself an account id; 123456789012 when absent. */
  account?: string;
  /** File to load at start and to save to. */
  state?: StateFile | undefined;
  /** Hears of trouble that is no caller's: a state file that cannot be written. */
  complain?: (message: string) => void;
}

export interface Emulator extends Omit<Registries, "perform" | "attend" | "discard"> {
  readonly url: string;
  readonly port: number;
  /** Saves and stops. */
  close(): Promise<void>;
}

/** Serves on 127.0.0.1. Rejects when the port is taken or the state file cannot be read. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const account = options.account ?? "123456789012";
  if (!isAccount(account))
    throw new Error(`starting the emulator: the account ${JSON.stringify(account)} is not one; give 12 digits`);
  const registries = createRegistries({
    account,
    state: options.state,
    complain: options.complain ?? ((message) => process.stderr.write(`${message}\n`)),
  });
  const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
    request.on("error", () => response.destroy());
    const path = request.url ?? "/";
    if (path.startsWith(ociPrefix)) serveOci(registries, request, response);
    else if (path.startsWith(downloadPrefix)) download(registries, request, response);
    else if (path.startsWith(controlPrefix)) answerControl(registries, request, response);
    else answer(registries, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new Error(`starting the emulator on port ${options.port ?? 0}: ${error.message}; choose another --port`)),
    );
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  registries.downloads.origin = url;
  return Object.assign(registries, {
    url,
    port,
    async close() {
      registries.save();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      registries.discard();
    },
  });
}

function answerControl(registries: Registries, request: IncomingMessage, response: ServerResponse): void {
  const body = createBodyReader();
  request.on("data", body.add);
  request.on("end", () => {
    try {
      const answered = control(registries, request.method ?? "GET", request.url ?? "/", body.text());
      send(response, 200, "application/json", JSON.stringify(answered));
    } catch (error) {
      fail(response, error);
    }
  });
}

function answer(registries: Registries, request: IncomingMessage, response: ServerResponse): void {
  const isPart = request.headers["x-amz-target"] === `${targetPrefix}UploadLayerPart`;
  const body = isPart ? createPartReader(Number(request.headers["content-length"]) || 0) : createBodyReader();
  request.on("data", body.add);
  request.on("end", () => {
    try {
      const operation = operationOf(request.headers);
      const caller = callerOf(request.headers, registries.defaultAccount);
      reply(response, registries.perform(caller, operation, body.input()));
    } catch (error) {
      fail(response, error);
    }
  });
}

function reply(response: ServerResponse, result: Performed): void {
  if ("reset" in result) response.destroy();
  else if ("html" in result)
    send(response, 200, "text/html", "<!doctype html><title>Sign in</title><p>Please sign in to the network.");
  else if (result.lost === "drop-after") response.destroy();
  else {
    const body = JSON.stringify(result.output);
    if (result.lost === "truncate") truncate(response, body);
    else if (result.delay !== undefined) setTimeout(() => send(response, 200, contentType, body), result.delay);
    else send(response, 200, contentType, body);
  }
}

/** Half of an answer, then the end of the connection. */
function truncate(response: ServerResponse, body: string): void {
  response.writeHead(200, { "Content-Type": contentType, "Content-Length": Buffer.byteLength(body) });
  response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy());
}

/** A layer by its signed address; errors in S3's XML. */
function download(registries: Registries, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  try {
    const result = registries.download(request.url ?? "/");
    if (!("output" in result) || result.lost === "drop-after") response.destroy();
    else serveFile(request, response, result.output, { cutOff: result.lost === "truncate" });
  } catch (error) {
    const { fault, status, message } = error instanceof AwsError ? error : unexpected(error);
    send(
      response,
      status,
      "application/xml",
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${fault}</Code><Message>${message}</Message></Error>`,
    );
  }
}

function unexpected(error: unknown): AwsError {
  return new AwsError("InternalFailure", `emulator: ${error instanceof Error ? error.stack : String(error)}`, 500);
}

function fail(response: ServerResponse, error: unknown): void {
  const known = error instanceof AwsError ? error : unexpected(error);
  response.setHeader("X-Amzn-Errortype", known.fault);
  send(
    response,
    known.status,
    contentType,
    JSON.stringify({ __type: known.fault, message: known.message, ...known.details }),
  );
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "x-amzn-RequestId": randomUUID(),
  });
  response.end(body);
}
