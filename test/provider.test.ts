/** RPCs beside the life of a resource: names, plugin facts, provider differences. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { type Emulator, startEmulator } from "../emulator/http/server.ts";
import { version } from "../provider/package.ts";
import { decode } from "../provider/rpc/codec.ts";
import { checkedDiff, encode, type Plugin, proto, startPlugin } from "./harness/client.ts";
import { wire } from "./harness/session.ts";

let emulator: Emulator;
let plugin: Plugin;
before(async () => {
  process.env["AWS_REGION"] = "us-east-1";
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  emulator = await startEmulator();
  plugin = await startPlugin({ endpoint: emulator.url });
});
beforeEach(() => emulator.reset());
after(async () => {
  await plugin.close();
  await emulator.close();
});

const modes = proto.CheckRequest.AutonamingOptions.Mode;

/** The name that Check gives a repository without one, or what it refuses. */
async function nameOf(
  logical: string,
  options: { seed?: number; old?: string; proposed?: string; mode?: 0 | 1 | 2 } = {},
): Promise<string> {
  const request = new proto.CheckRequest();
  request.setUrn(`urn:pulumi:test::test::ecr:index:Repository::${logical}`);
  request.setType("ecr:index:Repository");
  request.setName(logical);
  request.setOlds(encode(options.old ? { repositoryName: options.old } : {}));
  request.setNews(encode({}));
  request.setRandomseed(Buffer.alloc(32, options.seed ?? 1));
  if (options.mode !== undefined) {
    const autonaming = new proto.CheckRequest.AutonamingOptions();
    autonaming.setMode(options.mode);
    autonaming.setProposedName(options.proposed ?? "");
    request.setAutonaming(autonaming);
  }
  const response = await plugin.call<proto.CheckResponse>("check", request);
  const [failure] = response.getFailuresList();
  return failure
    ? `${failure.getProperty()}: ${failure.getReason()}`
    : String(decode(response.getInputs())["repositoryName"]);
}

test("a generated name fits ECR's grammar whatever the logical name is, and only the seed decides its ending", async () => {
  assert.equal(await nameOf("app"), "app-0101010");
  assert.equal(await nameOf("app", { seed: 2 }), "app-0202020");
  assert.equal(await nameOf("My App/Ünïque__Name-"), "my-app/n-que-name-0101010");
  assert.equal(await nameOf("---"), "repository-0101010");
  const long = await nameOf("x".repeat(400));
  assert.equal(long.length, 256);
  assert.match(long, /^x+-0101010$/);
});

test("an old name is kept, a proposal is used, an enforced one must fit, and disabled naming asks for a name", async () => {
  assert.equal(await nameOf("app", { old: "app-kept" }), "app-kept");
  assert.equal(await nameOf("app", { proposed: "Team App", mode: modes.PROPOSE as 0 }), "team-app");
  assert.equal(await nameOf("app", { proposed: "team-app", mode: modes.ENFORCE as 1 }), "team-app");
  assert.match(
    await nameOf("app", { proposed: "Team App", mode: modes.ENFORCE as 1 }),
    /repositoryName: the name "Team App" that autonaming enforces/,
  );
  assert.match(
    await nameOf("app", { mode: modes.DISABLE as 2 }),
    /repositoryName: is required, because autonaming is switched off/,
  );
});

test("the plugin states its version, and leaves out what it does not have", async () => {
  const info = await plugin.call<plugins.PluginInfo>("getPluginInfo", new empties.Empty());
  assert.equal(info.getVersion(), version);
  for (const [method, request] of [
    ["construct", proto.ConstructRequest],
    ["call", proto.CallRequest],
    ["parameterize", proto.ParameterizeRequest],
  ] as const) {
    await assert.rejects(plugin.call(method, new request()), /12 UNIMPLEMENTED/);
  }
});

async function diffConfig(olds: object, news: object) {
  const request = new proto.DiffRequest();
  request.setOlds(encode(wire(olds)));
  request.setOldInputs(encode(wire(olds)));
  request.setNews(encode(wire(news)));
  return checkedDiff(await plugin.call<proto.DiffResponse>("diffConfig", request));
}

test("only another region or another account replaces the provider", async () => {
  const endpoint = emulator.url;
  assert.deepEqual((await diffConfig({ region: "us-east-1" }, { region: "us-east-1" })).changes, {});
  assert.deepEqual((await diffConfig({ region: "us-east-1" }, { region: "eu-west-1" })).replaces, ["region"]);
  assert.deepEqual((await diffConfig({ endpoint }, { endpoint, maxRetries: 3, defaultTags: { a: "b" } })).replaces, []);
  const keys = (accessKey: string) => ({ endpoint, accessKey, secretKey: "x" });
  assert.deepEqual((await diffConfig(keys("111111111111"), keys("222222222222"))).replaces, ["accessKey"]);
  assert.deepEqual((await diffConfig(keys("one"), keys("two"))).replaces, [], "other keys of the same account");
  assert.deepEqual(
    (await diffConfig(keys("one"), { ...keys("222222222222"), endpoint: "http://127.0.0.1:9" })).replaces,
    [],
    "nothing is known",
  );
  assert.deepEqual((await diffConfig(keys("one"), { ...keys("two"), region: { $unknown: true } })).replaces, []);
});

test("allowedAccountIds may hold numbers, as `pulumi config set --path` writes them", async () => {
  const own = await startPlugin({ endpoint: emulator.url, allowedAccountIds: "[123456789012]" });
  const other = await startPlugin({ endpoint: emulator.url, allowedAccountIds: "[111111111111]" });
  const create = (plugin: Plugin) => {
    const request = new proto.CreateRequest();
    request.setUrn("urn:pulumi:test::test::ecr:index:Repository::app");
    request.setType("ecr:index:Repository");
    request.setProperties(encode({ repositoryName: "team/app" }));
    return plugin.call<proto.CreateResponse>("create", request);
  };
  try {
    await assert.rejects(
      create(other),
      /belong to account 123456789012, which the provider's allowedAccountIds does not list/,
    );
    assert.equal((await create(own)).getId(), "team/app");
  } finally {
    await own.close();
    await other.close();
  }
});

test("without a region the preview fails and says how to set one", async () => {
  const region = process.env["AWS_REGION"];
  delete process.env["AWS_REGION"];
  const none = await startPlugin({ endpoint: emulator.url });
  try {
    const request = new proto.CreateRequest();
    request.setUrn("urn:pulumi:test::test::ecr:index:Repository::app");
    request.setType("ecr:index:Repository");
    request.setProperties(encode({ repositoryName: "team/app" }));
    request.setPreview(true);
    await assert.rejects(none.call("create", request), /no region is set; .*`pulumi config set ecr:region eu-west-1`/);
  } finally {
    process.env["AWS_REGION"] = region;
    await none.close();
  }
});

test("FIPS endpoints beside an endpoint of one's own are an error that says what to unset", async () => {
  process.env["AWS_USE_FIPS_ENDPOINT"] = "true";
  const own = await startPlugin({ endpoint: emulator.url });
  try {
    const request = new proto.CreateRequest();
    request.setUrn("urn:pulumi:test::test::ecr:index:Repository::app");
    request.setType("ecr:index:Repository");
    request.setProperties(encode({ repositoryName: "team/app" }));
    await assert.rejects(
      own.call("create", request),
      /FIPS and custom endpoint are not supported; a custom endpoint goes neither with AWS_USE_FIPS_ENDPOINT/,
    );
  } finally {
    delete process.env["AWS_USE_FIPS_ENDPOINT"];
    await own.close();
  }
});
