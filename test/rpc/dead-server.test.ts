/** The RPCs against a server that accepts connections and never answers: Cancel and timeouts end each of them. */

import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { type ServiceError, status } from "@grpc/grpc-js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { encode } from "../../provider/rpc/codec.ts";
import { type Plugin, startPlugin } from "../harness/client.ts";
import { wire } from "../harness/session.ts";

const waiting: ServerResponse[] = [];
let arrived: () => void = () => {};
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    waiting.push(response);
    arrived();
  });
});
let plugin: Plugin;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  plugin = await startPlugin(wire({ endpoint, region: "eu-west-1", accessKey: "AKIDEXAMPLE", secretKey: "a-secret" }));
});
after(async () => {
  await plugin.close();
  server.closeAllConnections();
  server.close();
});

async function asked(calls: number): Promise<void> {
  while (waiting.length < calls) await new Promise<void>((resolve) => (arrived = resolve));
}

function urn(type: string, name: string): string {
  return `urn:pulumi:test::test::ecr:index:${type}::${name}`;
}

function reading(type: string, id: string, seconds = 0): proto.ReadRequest {
  const request = new proto.ReadRequest();
  request.setId(id);
  request.setUrn(urn(type, id));
  request.setType(`ecr:index:${type}`);
  request.setTimeout(seconds);
  return request;
}

function creating(): proto.CreateRequest {
  const request = new proto.CreateRequest();
  request.setUrn(urn("Repository", "new"));
  request.setType("ecr:index:Repository");
  request.setProperties(encode(wire({ repositoryName: "team/new" })));
  return request;
}

function invoking(): proto.InvokeRequest {
  const request = new proto.InvokeRequest();
  request.setTok("ecr:index:getRepositories");
  request.setArgs(encode(wire({})));
  return request;
}

const requests: readonly [string, string, object][] = [
  ["the read of a repository", "read", reading("Repository", "team/app")],
  ["the read of a part of a repository", "read", reading("RepositoryPolicy", "team/app")],
  ["the read of a setting of the registry", "read", reading("RegistryPolicy", "")],
  ["a creation", "create", creating()],
  ["a function", "invoke", invoking()],
];

for (const [what, method, request] of requests) {
  test(`Cancel ends ${what} that is not answered`, { timeout: 20_000 }, async () => {
    waiting.length = 0;
    const failed = assert.rejects(
      plugin.call(method, request),
      (error: ServiceError) => error.code === status.CANCELLED && /it was cancelled/.test(error.details),
    );
    await asked(1);
    await plugin.call("cancel", new empties.Empty());
    await failed;
    await plugin.call("handshake", new proto.ProviderHandshakeRequest());
  });
}

test("the timeout of one resource does not end another that waits for the same call", { timeout: 20_000 }, async () => {
  waiting.length = 0;
  const hasty = assert.rejects(
    plugin.call("read", reading("Repository", "team/app", 1)),
    (error: ServiceError) => error.code === status.DEADLINE_EXCEEDED,
  );
  const patient = plugin.call<proto.ReadResponse>("read", reading("Repository", "team/other"));
  await asked(1);
  await hasty;
  assert.equal(waiting.length, 1, "both are asked for by one call");
  const repositoryArn = "arn:aws:ecr:eu-west-1:123456789012:repository/team/other";
  waiting
    .pop()
    ?.setHeader("content-type", "application/x-amz-json-1.1")
    .end(JSON.stringify({ repositories: [{ repositoryName: "team/other", repositoryArn }] }));
  await asked(1);
  waiting.pop()?.setHeader("content-type", "application/x-amz-json-1.1").end('{"tags":[]}');
  assert.equal((await patient).getId(), "team/other");
});
