/** A gRPC client of the plugin in this process, an engine that collects messages, and the protocol's invariants. */

import assert from "node:assert/strict";
import { type Client, credentials, type Metadata, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { catalog } from "../../provider/catalog.ts";
import { version } from "../../provider/package.ts";
import { Provider } from "../../provider/provider.ts";
import { decode, encode, isSpecial, kind, type Wire, type WireMap } from "../../provider/rpc/codec.ts";
import { engineHost } from "../../provider/rpc/engine.ts";
import { serve } from "../../provider/rpc/server.ts";
import { parsePath } from "../../provider/text/path.ts";

export interface Message {
  severity: "debug" | "info" | "warning" | "error";
  text: string;
  urn: string;
  ephemeral: boolean;
}

export interface Plugin {
  readonly messages: Message[];
  readonly port: number;
  /** Where its engine listens. */
  readonly enginePort: number;
  call<A>(method: string, request: object): Promise<A>;
  /** Begins another run of the engine in the same process. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

const severities = ["debug", "info", "warning", "error"] as const;

/** The provider served in this process, with an engine that listens to it; configured with `config`. */
export async function startPlugin(config: WireMap = {}): Promise<Plugin> {
  const host = engineHost();
  const server = await serve(new Provider(catalog, version, host), host);
  const plugin = await connectPlugin(server.port, config);
  return {
    ...plugin,
    async close() {
      await plugin.close();
      server.close();
      host.close();
    },
  };
}

/** A plugin that serves on a port already, with an engine that listens to it; configured with `config`. */
export async function connectPlugin(port: number, config: WireMap = {}): Promise<Plugin> {
  const messages: Message[] = [];
  const engine = new Server();
  engine.addService(engineGrpc.EngineService, {
    log(call: { request: engineProto.LogRequest }, callback: (error: null, answer: empties.Empty) => void) {
      messages.push({
        severity: severities[call.request.getSeverity()] ?? "error",
        text: call.request.getMessage(),
        urn: call.request.getUrn(),
        ephemeral: call.request.getEphemeral(),
      });
      callback(null, new empties.Empty());
    },
    getRootResource: unused,
    setRootResource: unused,
    startDebugging: unused,
    requirePulumiVersion: unused,
  } as never);
  const enginePort = await new Promise<number>((resolve, reject) =>
    engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
  });
  const call = <A>(method: string, request: object) =>
    new Promise<A>((resolve, reject) => {
      const methods = client as unknown as Record<
        string,
        (request: object, done: (error: ServiceError | null, answer: A) => void) => void
      >;
      const invoke = methods[method];
      assert.ok(invoke, `the stubs have no ${method}`);
      invoke.call(client, request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  const handshake = new proto.ProviderHandshakeRequest();
  handshake.setEngineAddress(`127.0.0.1:${enginePort}`);
  const begin = () => call<void>("handshake", handshake);
  await begin();
  const configure = new proto.ConfigureRequest();
  configure.setArgs(encode(config));
  configure.setAcceptsecrets(true);
  await call("configure", configure);
  return {
    messages,
    port,
    enginePort,
    call,
    begin: async () => void (await begin()),
    async close() {
      (client as Client).close();
      engine.forceShutdown();
    },
  };
}

function unused(_: unknown, callback: (error: { code: number; details: string }) => void) {
  callback({ code: 12, details: "this engine only listens" });
}

/** The state behind an "initialization failed" error; undefined for every other error. */
export function initFailure(error: unknown): proto.ErrorResourceInitFailed | undefined {
  const metadata = (error as { metadata?: Metadata }).metadata;
  const [detail] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!(detail instanceof Buffer)) return undefined;
  const [any] = statusProto.Status.deserializeBinary(detail).getDetailsList();
  if (any?.getTypeUrl() !== "type.googleapis.com/pulumirpc.ErrorResourceInitFailed") return undefined;
  return proto.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
}

const kindNames = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"] as const;

export interface Diffed {
  readonly changes: Readonly<Record<string, string>>;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** The answer to Diff as plain data, after the rules that the engine relies on have been checked. */
export function checkedDiff(response: proto.DiffResponse): Diffed {
  const changes: Record<string, string> = {};
  response.getDetaileddiffMap().forEach((detail, path) => {
    changes[path] = kindNames[detail.getKind()] ?? "unknown";
  });
  const heads = new Set(Object.keys(changes).map((path) => String(parsePath(path)[0])));
  assert.equal(response.getHasdetaileddiff(), true, "a detailed diff that is not announced is ignored");
  assert.deepEqual(
    new Set(response.getDiffsList()),
    heads,
    "diffs and the detailed diff must name the same properties",
  );
  assert.equal(new Set(response.getDiffsList()).size, response.getDiffsList().length, "diffs must be unique");
  assert.equal(
    response.getChanges(),
    heads.size > 0 ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE,
    "changes must say whether there are entries",
  );
  const replacing = new Set(
    Object.entries(changes)
      .filter(([, name]) => name.endsWith("-replace"))
      .map(([path]) => String(parsePath(path)[0])),
  );
  assert.deepEqual(new Set(response.getReplacesList()), replacing, "replaces must name the properties that replace");
  return { changes, replaces: response.getReplacesList(), deleteBeforeReplace: response.getDeletebeforereplace() };
}

/** Wire values as JSON for comparison: unknowns and secrets are shown as objects of one key. */
export function plain(wire: Wire | undefined): unknown {
  if (wire === undefined) return undefined;
  if (typeof wire === "symbol") return { $unknown: true };
  if (Array.isArray(wire)) return wire.map((item: Wire) => plain(item));
  if (isSpecial(wire)) {
    assert.equal(wire[kind], "secret", "only secrets travel back to the engine");
    return { $secret: plain((wire as { value: Wire }).value) };
  }
  if (typeof wire !== "object" || wire === null) return wire;
  return Object.fromEntries(Object.entries(wire as WireMap).map(([key, value]) => [key, plain(value)]));
}

export function hasUnknown(wire: Wire | undefined): boolean {
  return JSON.stringify(plain(wire) ?? null).includes('"$unknown":true');
}

export { decode, encode, plugins, proto };
