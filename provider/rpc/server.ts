/**
 * The gRPC server of the plugin. Nothing in this folder decides anything about a resource: handlers decode, ask the
 * provider, encode; protobuf words stay here.
 *
 * Lives here: Pulumi's protocol: the gRPC server, one thin handler per RPC, protobuf to values and back.
 * May not live here: a decision about a resource (`operations/`), calls to AWS (`gateway/`).
 */

import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { Provider } from "../provider.ts";
import type { EngineHost } from "./engine.ts";
import { handlers } from "./handlers.ts";

export interface PluginServer {
  /** The loopback port the engine dials. */
  readonly port: number;
  close(): void;
}

const messageBytes = 400 * 1024 * 1024;

/** Serves the provider on a free port of 127.0.0.1. */
export async function serve(provider: Provider, host: EngineHost): Promise<PluginServer> {
  const server = new Server({
    "grpc.max_receive_message_length": messageBytes,
    "grpc.max_send_message_length": messageBytes,
  });
  server.addService(providerGrpc.ResourceProviderService, handlers(provider, host));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}
