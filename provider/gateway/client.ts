/**
 * The door of the AWS SDK. Loaded at the first call, so that a process that only serves the schema or checks inputs
 * does not pay for it.
 */

import * as sdk from "@aws-sdk/client-ecr";
import { credentials } from "./credentials.ts";
import { AbortableHandler, PatientRetryStrategy, signals } from "./http.ts";
import type { ConnectionSettings } from "./settings.ts";
import { unlessAborted } from "./shared.ts";

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

export interface Client {
  /** `body`: the request's JSON, already encoded; `input` then only tells the SDK what kind of call it is. */
  send(operation: OperationName, input: object, abortSignal: AbortSignal, body?: Uint8Array): Promise<object>;
  region(): Promise<string>;
  /** Where calls go, once one was sent. */
  endpoint(): string | undefined;
  close(): void;
}

/** Credentials are resolved by the SDK when the first call is signed, and never leave this closure. */
export function connect(settings: ConnectionSettings, version: string): Client {
  const region = settings.region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  const sockets = settings.maxConcurrency ?? 16;
  const requestHandler = new AbortableHandler({ silence: settings.silence, sockets });
  const client = new sdk.ECRClient({
    ...(region ? { region } : {}),
    ...(settings.profile ? { profile: settings.profile } : {}),
    ...(settings.endpoint ? { endpoint: settings.endpoint } : {}),
    ...credentials(settings, region),
    retryStrategy: new PatientRetryStrategy({ maxAttempts: (settings.maxRetries ?? 10) + 1 }),
    // Building the chain anew is an eighth of a call's processor time (measured, 4,000 calls on loopback).
    cacheMiddleware: true,
    requestHandler,
  });
  keepName(client, version);
  const commands = sdk as unknown as Record<string, new (input: object) => Parameters<typeof client.send>[0]>;
  return {
    send(operation, input, abortSignal, body) {
      const Command = commands[`${operation}Command`];
      if (!Command) throw new TypeError(`sending ${operation}: the AWS SDK does not have this operation`);
      const command = new Command(input);
      // The signal also ends what the SDK does before and between attempts, such as waiting and asking for credentials.
      if (!body)
        return unlessAborted(
          signals.run(abortSignal, () => client.send(command)),
          abortSignal,
        );
      useBody(command, body);
      return signals.run(abortSignal, () => unlessAborted(client.send(command, { requestTimeout: 0 }), abortSignal));
    },
    region: () => client.config.region(),
    endpoint: () => requestHandler.endpoint,
    close: () => client.destroy(),
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
