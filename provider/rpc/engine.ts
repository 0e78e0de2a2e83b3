/** The way back to the engine: messages for the user. A message that cannot be delivered is dropped, never an error. */

import { connectivityState, credentials, Metadata } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import type { Host } from "../provider.ts";
import { obeyedByNothing } from "../text/printable.ts";

export interface EngineHost extends Host {
  /** Resolves when every message sent so far has been taken. */
  drained(): Promise<void>;
  connect(address: string): void;
  /** Calls `gone` when the engine that is connected to does not answer any more: it was killed, or its machine sleeps. */
  watch(gone: () => void): void;
  close(): void;
}

const severities = { info: engineProto.LogSeverity.INFO, warning: engineProto.LogSeverity.WARNING };

export function engineHost(): EngineHost {
  let client: InstanceType<typeof engineGrpc.EngineClient> | undefined;
  const pending = new Set<Promise<void>>();
  const send = (severity: keyof typeof severities, message: string, urn: string, ephemeral: boolean) => {
    if (!client) return;
    const request = new engineProto.LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(obeyedByNothing(message));
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    const sent = new Promise<void>((resolve) =>
      client?.log(request, new Metadata(), { deadline: Date.now() + 2_000 }, () => resolve()),
    );
    pending.add(sent);
    sent.finally(() => pending.delete(sent));
  };
  return {
    log: (severity, message, urn) => send(severity, message, urn, false),
    status: (message, urn) => send("info", message, urn, true),
    async drained() {
      await Promise.all(pending);
    },
    connect(address) {
      if (address === "") return;
      client?.close();
      client = new engineGrpc.EngineClient(address, credentials.createInsecure());
    },
    watch(gone) {
      if (client) whenLost(client.getChannel(), gone);
    },
    close: () => client?.close(),
  };
}

/** A connection that broke is tried again at once; one that cannot be made again is lost. */
function whenLost(
  channel: ReturnType<InstanceType<typeof engineGrpc.EngineClient>["getChannel"]>,
  lost: () => void,
): void {
  const state = channel.getConnectivityState(true);
  if (state === connectivityState.TRANSIENT_FAILURE) lost();
  else if (state !== connectivityState.SHUTDOWN)
    channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, (error) => {
      if (!error) whenLost(channel, lost);
    });
}
