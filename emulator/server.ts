/**
 * A local ECR over HTTP. What may not live here: anything that knows an operation (`operations/`), a rule about documents
 * (`validate.ts`, `rewrite.ts`) or state (`store.ts`). The provider is never imported: what tests it must not share its
 * mistakes.
 */

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { control, controlPrefix } from "./control.ts";
import { createRegistries, type Registries } from "./registries.ts";
import { AwsError, callerOf, contentType, inputOf, isAccount, operationOf } from "./wire.ts";

export interface EmulatorOptions {
  /** 0, the default, picks a free one. */
  port?: number;
  /** For callers whose access key is not itself an account id; 123456789012 when absent. */
  account?: string;
  /** File to load at start and to save to. */
  state?: string | undefined;
  /** Hears of trouble that is no caller's: a state file that cannot be written. */
  complain?: (message: string) => void;
}

export interface Emulator extends Omit<Registries, "perform"> {
  readonly url: string;
  readonly port: number;
  /** Saves and stops. */
  close(): Promise<void>;
}

const largestBody = 64 * 1024 * 1024;

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
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= largestBody) chunks.push(chunk);
    });
    request.on("end", () => {
      if (size > largestBody)
        return fail(response, new AwsError("RequestEntityTooLargeException", "The request is too large.", 413));
      answer(registries, request, response, Buffer.concat(chunks).toString("utf8"));
    });
    request.on("error", () => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new Error(`starting the emulator on port ${options.port ?? 0}: ${error.message}; choose another --port`)),
    );
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return Object.assign(registries, {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      registries.save();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function answer(registries: Registries, request: IncomingMessage, response: ServerResponse, body: string): void {
  try {
    const path = request.url ?? "/";
    if (path.startsWith(controlPrefix)) {
      send(response, 200, "application/json", JSON.stringify(control(registries, request.method ?? "GET", path, body)));
      return;
    }
    const operation = operationOf(request.headers);
    const caller = callerOf(request.headers, registries.defaultAccount);
    const result = registries.perform(caller, operation, inputOf(body));
    if ("reset" in result) response.destroy();
    else if ("html" in result)
      send(response, 200, "text/html", "<!doctype html><title>Sign in</title><p>Please sign in to the network.");
    else if (!("output" in result)) send(response, 200, contentType, "{}");
    else {
      const finish = () => send(response, 200, contentType, JSON.stringify(result.output));
      if ("delay" in result && typeof result.delay === "number") setTimeout(finish, result.delay);
      else finish();
    }
  } catch (error) {
    fail(response, error);
  }
}

function fail(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof AwsError
      ? error
      : new AwsError("InternalFailure", `emulator: ${error instanceof Error ? error.stack : String(error)}`, 500);
  response.setHeader("X-Amzn-Errortype", known.fault);
  send(response, known.status, contentType, JSON.stringify({ __type: known.fault, message: known.message }));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "x-amzn-RequestId": randomUUID(),
  });
  response.end(body);
}
