/** List through gRPC: what it answers, in which order, in pages and with how many calls. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { credentials } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { type Emulator, startEmulator } from "../emulator/http/server.ts";
import { catalog } from "../provider/catalog.ts";
import { encode, type Plugin, proto, startPlugin } from "./harness/client.ts";
import { wire } from "./harness/session.ts";

let emulator: Emulator;
let plugin: Plugin;
before(async () => {
  process.env["AWS_REGION"] = "us-east-1";
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  emulator = await startEmulator();
  plugin = await startPlugin({ endpoint: emulator.url, maxRetries: 0 });
});
beforeEach(() => emulator.reset());
after(async () => {
  await plugin.close();
  await emulator.close();
});

interface Page {
  ids: string[];
  names: string[];
  token: string;
  computed: boolean;
}

async function list(
  type: string,
  asked: { limit?: number; pageSize?: number; token?: string; query?: Record<string, unknown> } = {},
): Promise<Page> {
  const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${plugin.port}`, credentials.createInsecure());
  const request = new proto.ListRequest();
  request.setToken(`ecr:index:${type}`);
  request.setLimit(asked.limit ?? 0);
  request.setPageSize(asked.pageSize ?? 0);
  request.setContinuationToken(asked.token ?? "");
  request.setQuery(encode(wire(asked.query ?? {})));
  const page: Page = { ids: [], names: [], token: "", computed: false };
  try {
    for await (const response of client.list(request) as AsyncIterable<proto.ListResponse>) {
      assert.equal(page.token, "", "a continuation is the last that is said");
      if (response.hasComputed()) page.computed = true;
      page.token = response.getContinuation()?.getContinuationToken() ?? "";
      const result = response.getResult();
      if (result) page.ids.push(result.getId());
      if (result) page.names.push(result.getName());
    }
    return page;
  } finally {
    client.close();
  }
}

const policyText = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Sid: "a", Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }],
});
const lifecyclePolicyText = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 10 },
      action: { type: "expire" },
    },
  ],
});

function repositories(count: number, prefix = "r"): string[] {
  const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  for (const repositoryName of names)
    emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName } });
  return names;
}

const calls = (operation: string) => emulator.journal().filter((call) => call.operation === operation).length;

test("every repository is listed once, and a limit reads no page that it does not need", async () => {
  const names = repositories(1_050);
  assert.deepEqual((await list("Repository")).ids, names);
  assert.equal(calls("DescribeRepositories"), 2);
  emulator.clearJournal();
  assert.deepEqual(await list("Repository", { limit: 2 }), {
    ids: ["r0", "r1"],
    names: ["r0", "r1"],
    token: "",
    computed: false,
  });
  assert.equal(calls("DescribeRepositories"), 1);
});

test("pages follow each other without a gap, a repetition or a second reading", async () => {
  const names = repositories(1_050);
  const seen: string[] = [];
  let token = "";
  do {
    const page = await list("Repository", { pageSize: 400, token });
    assert.ok(page.ids.length > 0 && page.ids.length <= 400);
    seen.push(...page.ids);
    token = page.token;
  } while (token !== "");
  assert.deepEqual(seen, names);
  assert.equal(calls("DescribeRepositories"), 2);
  assert.equal((await list("Repository", { pageSize: 1_050 })).token, "", "a full last page has nothing after it");
});

test("a limit that is reached ends the listing, also at the end of a page", async () => {
  repositories(5);
  const first = await list("Repository", { limit: 3, pageSize: 2 });
  assert.deepEqual(first.ids, ["r0", "r1"]);
  const second = await list("Repository", { limit: 1, pageSize: 2, token: first.token });
  assert.deepEqual([second.ids, second.token], [["r2"], ""]);
});

test("a caller who goes away ends the reading", async () => {
  repositories(12_000);
  const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${plugin.port}`, credentials.createInsecure());
  const request = new proto.ListRequest();
  request.setToken("ecr:index:Repository");
  const stream = client.list(request);
  stream.on("error", () => {});
  await new Promise((resolve) => stream.once("data", resolve));
  stream.cancel();
  await new Promise((resolve) => stream.once("close", resolve).once("end", resolve));
  client.close();
  assert.deepEqual((await list("Repository", { limit: 1 })).ids, ["r0"], "others are answered meanwhile");
  assert.ok(calls("DescribeRepositories") < 12, `${calls("DescribeRepositories")} of 12 pages were read`);
});

test("a token that was used, or is none, says to list again", async () => {
  repositories(3);
  const { token } = await list("Repository", { pageSize: 1 });
  await list("Repository", { token });
  for (const stale of [token, "__proto__"])
    await assert.rejects(list("Repository", { token: stale }), /3 INVALID_ARGUMENT.*list again/);
});

test("policies are listed in the order of their repositories, with one call for each", async () => {
  const names = repositories(60);
  const having = names.filter((_, index) => index % 3 === 0);
  for (const repositoryName of having) {
    emulator.asForeigner({ operation: "SetRepositoryPolicy", input: { repositoryName, policyText } });
    emulator.asForeigner({ operation: "PutLifecyclePolicy", input: { repositoryName, lifecyclePolicyText } });
  }
  emulator.clearJournal();
  const policies = await list("RepositoryPolicy");
  assert.deepEqual(policies.ids, having);
  assert.equal(policies.names[1], "r3-policy");
  const lifecycles = await list("LifecyclePolicy");
  assert.deepEqual(lifecycles.ids, having);
  assert.equal(lifecycles.names[1], "r3-lifecycle-policy");
  assert.equal(calls("GetRepositoryPolicy"), 60);
  assert.equal(calls("GetLifecyclePolicy"), 60);
});

test("a limit on policies looks hardly further than it must", async () => {
  for (const repositoryName of repositories(100))
    emulator.asForeigner({ operation: "SetRepositoryPolicy", input: { repositoryName, policyText } });
  emulator.clearJournal();
  assert.deepEqual((await list("RepositoryPolicy", { limit: 2 })).ids, ["r0", "r1"]);
  assert.ok(calls("GetRepositoryPolicy") <= 20, `${calls("GetRepositoryPolicy")} calls`);
});

test("a prefix narrows the listing and the calls, and leaves settings of the registry out", async () => {
  for (const repositoryName of [...repositories(3, "team/r"), ...repositories(3, "web/r")])
    emulator.asForeigner({ operation: "SetRepositoryPolicy", input: { repositoryName, policyText } });
  emulator.clearJournal();
  const query = { namePrefix: "team/" };
  assert.deepEqual((await list("Repository", { query })).ids, ["team/r0", "team/r1", "team/r2"]);
  assert.deepEqual((await list("RepositoryPolicy", { query })).ids, ["team/r0", "team/r1", "team/r2"]);
  assert.equal(calls("GetRepositoryPolicy"), 3);
  assert.deepEqual((await list("RepositoryPolicy", { query: { namePrefix: "team/r1-pol" } })).ids, ["team/r1"]);
  const rules = [{ destinations: [{ region: "eu-west-1", registryId: "111111111111" }] }];
  emulator.asForeigner({ operation: "PutReplicationConfiguration", input: { replicationConfiguration: { rules } } });
  assert.deepEqual((await list("ReplicationConfiguration", { query: { namePrefix: "r" } })).ids, []);
  assert.deepEqual((await list("ReplicationConfiguration")).ids, ["123456789012/us-east-1"]);
});

test("a query that a preview does not know yet gives an unknown answer and makes no call", async () => {
  const page = await list("Repository", { query: { namePrefix: { $unknown: true } } });
  assert.deepEqual(page, { ids: [], names: [], token: "", computed: true });
  assert.equal(emulator.journal().length, 0);
});

test("a denied look fails the listing with the numbers, after everything that could be read", async () => {
  for (const repositoryName of repositories(40))
    emulator.asForeigner({ operation: "SetRepositoryPolicy", input: { repositoryName, policyText } });
  emulator.addFaults([{ operation: "GetRepositoryPolicy", kind: "deny", times: 1 }]);
  await assert.rejects(
    list("RepositoryPolicy"),
    /7 PERMISSION_DENIED: listing RepositoryPolicy: 1 of 40 repositories could not be looked at, such as "r\d+"/,
  );
  assert.equal(calls("GetRepositoryPolicy"), 40);
});

test("in an empty registry nothing of any type is there", async () => {
  for (const { name, endpoints } of catalog.resources)
    if (endpoints.list) assert.deepEqual((await list(name)).ids, [], name);
});

test("every type that can be listed says so in the schema, and no other", async () => {
  const response = await plugin.call<proto.GetSchemaResponse>("getSchema", new proto.GetSchemaRequest());
  const { resources } = JSON.parse(response.getSchema()) as { resources: Record<string, { listInputs?: object }> };
  for (const { name, endpoints } of catalog.resources) {
    assert.equal(resources[`ecr:index:${name}`]?.listInputs !== undefined, endpoints.list !== undefined, name);
  }
  await assert.rejects(list("Tags"), /3 INVALID_ARGUMENT: listing Tags: these are parts of other resources/);
});
