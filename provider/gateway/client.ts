/**
 * The door of the AWS SDK. Loaded at the first call, so that a process that only serves the schema or checks inputs
 * does not pay for it.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import * as sdk from "@aws-sdk/client-ecr";
import { StandardRetryStrategy } from "@smithy/core/retry";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { credentials } from "./credentials.ts";
import type { ConnectionSettings } from "./settings.ts";
import { Sha256 } from "./sha256.ts";

type Sdk = typeof sdk;

/** The 62 operations, by AWS's names. */
export type OperationName = {
  [K in keyof Sdk]: K extends `${infer Name}Command` ? (Name extends "$" ? never : Name) : never;
}[keyof Sdk];
type Instance<N extends OperationName> = Sdk[`${N}Command` & keyof Sdk] extends new (
  ...args: never[]
) => infer C
  ? C
  : never;

/** AWS's enumerations stay open: a value that this SDK does not know is AWS's to judge. */
type Open<T> = T extends string
  ? string
  : T extends Date | Uint8Array
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Open<Item>[]
      : T extends object
        ? { [K in keyof T]: Open<T[K]> }
        : T;
export type InputOf<N extends OperationName> = Instance<N> extends { input: infer I } ? Open<I> : never;
export type OutputOf<N extends OperationName> =
  Instance<N> extends { resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer O }> }
    ? O
    : never;

/** Quotas do not clear by waiting, though the SDK counts them as throttling (`LimitExceededException`). */
class EcrRetryStrategy extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(
    ...[token, failure]: Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>
  ) {
    const error: unknown = failure.error;
    if (error instanceof sdk.LimitExceededException || error instanceof SyntaxError) throw error;
    return super.refreshRetryTokenForRetry(token, failure);
  }
}

/** The signal of the call that is being made: the SDK keeps its chain of handlers only for calls without options. */
const signals = new AsyncLocalStorage<AbortSignal>();

class AbortableHandler extends NodeHttpHandler {
  override handle(...[request, options]: Parameters<NodeHttpHandler["handle"]>) {
    const abortSignal = signals.getStore();
    return super.handle(request, abortSignal ? { ...options, abortSignal } : options);
  }
}

export interface Client {
  /** `body`: the request's JSON, already encoded; `input` then only tells the SDK what kind of call it is. */
  send(operation: OperationName, input: object, abortSignal: AbortSignal, body?: Uint8Array): Promise<object>;
  region(): Promise<string>;
  close(): void;
}

/** Credentials are resolved by the SDK when the first call is signed, and never leave this closure. */
export function connect(settings: ConnectionSettings, version: string): Client {
  const region = settings.region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  const sockets = settings.maxConcurrency ?? 16;
  const client = new sdk.ECRClient({
    ...(region ? { region } : {}),
    ...(settings.profile ? { profile: settings.profile } : {}),
    ...(settings.endpoint ? { endpoint: settings.endpoint } : {}),
    ...credentials(settings, region),
    retryStrategy: new EcrRetryStrategy({ maxAttempts: (settings.maxRetries ?? 10) + 1 }),
    sha256: Sha256,
    // Building the chain anew is an eighth of a call's processor time (measured, 4,000 calls on loopback).
    cacheMiddleware: true,
    requestHandler: new AbortableHandler({
      connectionTimeout: 5_000,
      requestTimeout: 60_000,
      httpAgent: { keepAlive: true, maxSockets: sockets },
      httpsAgent: { keepAlive: true, maxSockets: sockets },
    }),
  });
  keepSigner(client);
  keepName(client, version);
  const commands = sdk as unknown as Record<string, new (input: object) => Parameters<typeof client.send>[0]>;
  return {
    send(operation, input, abortSignal, body) {
      const Command = commands[`${operation}Command`];
      if (!Command) throw new TypeError(`the AWS SDK has no operation ${operation}`);
      const command = new Command(input);
      if (!body) return signals.run(abortSignal, () => client.send(command));
      useBody(command, body);
      return client.send(command, { abortSignal });
    },
    region: () => client.config.region(),
    close: () => client.destroy(),
  };
}

/** The SDK makes a signer of a copy of its whole configuration for each call; credentials that are renewed reach a signer that stays. */
function keepSigner({ config }: sdk.ECRClient): void {
  const make = config.signer;
  let signer: ReturnType<typeof make> | undefined;
  config.signer = (scheme) => {
    signer ??= make(scheme);
    return signer;
  };
}

/** The SDK puts its name together anew for each call, with what it counts about its own use; this is the name without that. */
function keepName({ config, middlewareStack }: sdk.ECRClient, version: string): void {
  let name: Promise<string> | undefined;
  const made = async () => {
    const app = await config.userAgentAppId();
    const parts = [
      ...(await config.defaultUserAgentProvider()),
      ...(app === undefined ? [] : [["app", app]]),
      ["pulumi-ecr", version],
    ];
    return parts.map(([key = "", value]) => named(key, value)).join(" ");
  };
  middlewareStack.remove("getUserAgentMiddleware");
  middlewareStack.add(
    (next) => async (args) => {
      name ??= made();
      (args.request as { headers: Record<string, string> }).headers["user-agent"] = await name;
      return next(args);
    },
    { step: "build", priority: "low", name: "userAgent" },
  );
}

/** `os/linux#6.1`, `pulumi-ecr/1.0.0`: as the SDK writes them, whatever else is in a name written as `_`. */
function named(key: string, value: string | undefined): string {
  const text = value === undefined ? key : `${key}${key.includes("/") ? "#" : "/"}${value}`;
  return text.replaceAll(/[^\w.+#/-]/g, "_");
}

/** Takes the place of what the SDK has encoded, before the length is set and the signature made. */
function useBody(command: Parameters<sdk.ECRClient["send"]>[0], body: Uint8Array): void {
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { body: unknown }).body = body;
      return next(args);
    },
    { step: "build", priority: "high", name: "preparedBody" },
  );
}
