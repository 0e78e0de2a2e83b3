/** A provider that does nothing: what the engine costs without us. Answers every request with what it was given. */

import { readFileSync } from "node:fs";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";

type Call<Q> = { request: Q };
type Done = (error: null, answer: unknown) => void;

const empty = (_: unknown, done: Done) => done(null, new empties.Empty());
const check = ({ request }: Call<proto.CheckRequest>, done: Done) => {
  const answer = new proto.CheckResponse();
  answer.setInputs(request.getNews());
  done(null, answer);
};
const diff = (_: unknown, done: Done) => {
  const answer = new proto.DiffResponse();
  answer.setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE);
  done(null, answer);
};
const handshake = (_: unknown, done: Done) => done(null, new proto.ProviderHandshakeResponse());
const unused = (_: unknown, done: (error: { code: number }) => void) => done({ code: 12 });

const server = new Server();
server.addService(providerGrpc.ResourceProviderService, {
  handshake,
  attach: empty,
  cancel: empty,
  checkConfig: check,
  check,
  diffConfig: diff,
  diff,
  configure(_: unknown, done: Done) {
    const answer = new proto.ConfigureResponse();
    answer.setSupportspreview(true);
    done(null, answer);
  },
  getPluginInfo(_: unknown, done: Done) {
    const answer = new plugins.PluginInfo();
    answer.setVersion("0.0.1");
    done(null, answer);
  },
  getSchema(_: unknown, done: Done) {
    const answer = new proto.GetSchemaResponse();
    answer.setSchema(readFileSync(process.env["NULL_PROVIDER_SCHEMA"] ?? "", "utf8"));
    done(null, answer);
  },
  create({ request }: Call<proto.CreateRequest>, done: Done) {
    const answer = new proto.CreateResponse();
    answer.setId("id");
    answer.setProperties(request.getProperties());
    done(null, answer);
  },
  read({ request }: Call<proto.ReadRequest>, done: Done) {
    const answer = new proto.ReadResponse();
    answer.setId(request.getId());
    answer.setInputs(request.getInputs());
    answer.setProperties(request.getProperties());
    done(null, answer);
  },
  update({ request }: Call<proto.UpdateRequest>, done: Done) {
    const answer = new proto.UpdateResponse();
    answer.setProperties(request.getNews());
    done(null, answer);
  },
  delete: empty,
  getMapping: (_: unknown, done: Done) => done(null, new proto.GetMappingResponse()),
  getMappings: (_: unknown, done: Done) => done(null, new proto.GetMappingsResponse()),
  invoke: unused,
  list: unused,
  parameterize: unused,
  construct: unused,
  call: unused,
} as never);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, port) => process.stdout.write(`${port}\n`));
