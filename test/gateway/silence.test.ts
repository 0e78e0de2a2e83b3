/**
 * Requests that share a call, and servers that do not answer: what one request waits for ends with that request alone, and every
 * wait has an end. Servers are on loopback and answer when a test lets them.
 */

import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Connection, Gateway } from "../../provider/gateway/gateway.ts";
import type { ConnectionSettings } from "../../provider/gateway/settings.ts";
import { ProviderError } from "../../provider/text/errors.ts";

/** Requests that have not been answered yet, oldest first. */
const held: { readonly operation: string; readonly response: ServerResponse }[] = [];
/** Operations of all requests so far; one that its client gave up has a cross. */
let asked: string[] = [];
let arrived: (() => void) | undefined;
const server = createServer((request, response) => {
  const operation = String(request.headers["x-amz-target"] ?? request.url).replace(/^.*\./, "");
  const all = asked;
  const index = all.push(operation) - 1;
  response.on("close", () => {
    if (!response.writableEnded) all[index] = `${operation} ✗`;
  });
  request.resume().on("end", () => {
    held.push({ operation, response });
    arrived?.();
  });
});
let endpoint = "";

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  server.closeAllConnections();
  held.length = 0;
  asked = [];
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const credentials = { region: "eu-west-1", accessKey: "AKIDEXAMPLE", secretKey: "a-secret" };
const repository = {
  repositoryName: "team/app",
  repositoryArn: "arn:aws:ecr:eu-west-1:123456789012:repository/team/app",
};
const answers: Readonly<Record<string, object>> = {
  DescribeRegistry: { registryId: "123456789012" },
  GetRegistryPolicy: { policyText: "{}" },
  DescribeRepositories: { repositories: [repository] },
  GetLifecyclePolicy: { lifecyclePolicyText: "{}" },
};

function connection(settings: ConnectionSettings = {}): Connection {
  return new Connection({ ...credentials, endpoint, ...settings }, "1.2.3");
}

async function request(): Promise<void> {
  while (held.length === 0) await new Promise<void>((resolve) => (arrived = resolve));
}

async function answerAll(): Promise<void> {
  await request();
  for (const { operation, response } of held.splice(0))
    response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify(answers[operation]));
}

const shared: readonly {
  readonly what: string;
  readonly settings?: ConnectionSettings;
  readonly ask: (gateway: Gateway) => Promise<unknown>;
  readonly answer: unknown;
  readonly calls: readonly string[];
}[] = [
  { what: "the account", ask: (gateway) => gateway.account(), answer: "123456789012", calls: ["DescribeRegistry"] },
  {
    what: "the check of the account",
    settings: { allowedAccountIds: ["123456789012"] },
    ask: async (gateway) =>
      (await gateway.call("GetLifecyclePolicy", { repositoryName: "team/app" })).lifecyclePolicyText,
    answer: "{}",
    calls: ["DescribeRegistry", "GetLifecyclePolicy"],
  },
  {
    what: "a setting of the registry in a snapshot",
    settings: { snapshot: true },
    ask: async (gateway) => (await gateway.call("GetRegistryPolicy", {})).policyText,
    answer: "{}",
    calls: ["GetRegistryPolicy"],
  },
  {
    what: "a batch of repositories",
    ask: async (gateway) => (await gateway.repository("team/app"))?.repositoryName,
    answer: "team/app",
    calls: ["DescribeRepositories"],
  },
  {
    what: "the listing of a snapshot",
    settings: { snapshot: true },
    ask: async (gateway) => (await gateway.repository("team/app"))?.repositoryName,
    answer: "team/app",
    calls: ["DescribeRepositories"],
  },
];

for (const { what, settings, ask, answer, calls } of shared) {
  test(`${what}: a request that ends while it waits ends no other request`, { timeout: 20_000 }, async () => {
    const one = connection(settings);
    const [first, second] = [new AbortController(), new AbortController()];
    const failed = assert.rejects(ask(new Gateway(one, first.signal)), /the first has timed out/);
    const found = ask(new Gateway(one, second.signal));
    await request();
    first.abort(new ProviderError("TimedOut", "the first has timed out"));
    await failed;
    while (asked.filter((call) => !call.endsWith("✗")).length < calls.length || held.length > 0) await answerAll();
    assert.deepEqual(await found, answer);
    assert.deepEqual(asked, calls);
    await one.close();
  });

  test(`${what}: when every request has ended, so has the call, and the next request calls anew`, async () => {
    const one = connection(settings);
    const ends = [new AbortController(), new AbortController()];
    const failed = ends.map((end) => assert.rejects(ask(new Gateway(one, end.signal)), /it was cancelled/));
    await request();
    for (const end of ends) end.abort(new ProviderError("Cancelled", "it was cancelled"));
    await Promise.all(failed);
    while (!asked[0]?.endsWith("✗")) await setTimeout(1);
    held.length = 0;
    const found = ask(new Gateway(one, new AbortController().signal));
    while (asked.filter((call) => !call.endsWith("✗")).length < calls.length || held.length > 0) await answerAll();
    assert.deepEqual(await found, answer);
    assert.deepEqual(asked, [`${calls[0]} ✗`, ...calls]);
    await one.close();
  });
}

test("a call that waits for its turn ends with its request and takes no other's turn", async () => {
  const one = connection({ maxConcurrency: 1 });
  const ask = (end: AbortController) =>
    one
      .call("GetLifecyclePolicy", { repositoryName: "team/app" }, end.signal)
      .then((found) => found.lifecyclePolicyText);
  const ends = [new AbortController(), new AbortController(), new AbortController()] as const;
  const first = ask(ends[0]);
  await request();
  const second = assert.rejects(ask(ends[1]), /the second was cancelled/);
  const third = ask(ends[2]);
  await setTimeout(10);
  ends[1].abort(new ProviderError("Cancelled", "the second was cancelled"));
  await second;
  await answerAll();
  await answerAll();
  assert.deepEqual([await first, await third, asked.length], ["{}", "{}", 2]);
  await one.close();
});

test("credentials that are asked for once: a request that ends while it waits ends no other request", async () => {
  const former = process.env["AWS_ENDPOINT_URL_STS"];
  process.env["AWS_ENDPOINT_URL_STS"] = endpoint;
  try {
    const one = connection({ assumeRole: { roleArn: "arn:aws:iam::123456789012:role/deploy" } });
    const [first, second] = [new AbortController(), new AbortController()];
    const failed = assert.rejects(one.call("DescribeRegistry", {}, first.signal), /the first has timed out/);
    await request();
    const found = one.call("DescribeRegistry", {}, second.signal);
    first.abort(new ProviderError("TimedOut", "the first has timed out"));
    await failed;
    held
      .pop()
      ?.response.setHeader("content-type", "text/xml")
      .end(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>a-secret</SecretAccessKey><SessionToken>a-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
    await answerAll();
    assert.equal((await found).registryId, "123456789012");
    assert.deepEqual(asked, ["/", "DescribeRegistry"]);
    await one.close();
  } finally {
    if (former === undefined) delete process.env["AWS_ENDPOINT_URL_STS"];
    else process.env["AWS_ENDPOINT_URL_STS"] = former;
  }
});

test("a server that accepts and never answers is asked once more, and then the error names the call and the server", async () => {
  const one = connection({ silence: 100 });
  await assert.rejects(
    one.call("GetLifecyclePolicy", { repositoryName: "team/app" }),
    new ProviderError(
      "Unavailable",
      `GetLifecyclePolicy: ${endpoint} did not answer in time, in 2 attempts; check the endpoint, the network and any proxy, then run again`,
      { retried: true },
    ),
  );
  while (asked.some((call) => !call.endsWith("✗"))) await setTimeout(1);
  assert.deepEqual(asked, ["GetLifecyclePolicy ✗", "GetLifecyclePolicy ✗"]);
  await one.close();
});

test("a server that stops in the middle of an answer is a server that does not answer", async () => {
  const one = connection({ silence: 100 });
  const failed = assert.rejects(
    one.call("GetLifecyclePolicy", { repositoryName: "team/app" }),
    new RegExp(`GetLifecyclePolicy: ${endpoint} did not answer in time, in 2 attempts`),
  );
  for (let attempt = 0; attempt < 2; attempt++) {
    await request();
    held.shift()?.response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).write('{"lifecycle');
  }
  await failed;
  await one.close();
});

test("a server of credentials that never answers is named, and not ECR", { timeout: 20_000 }, async () => {
  const former = process.env["AWS_ENDPOINT_URL_STS"];
  process.env["AWS_ENDPOINT_URL_STS"] = endpoint;
  try {
    const one = connection({
      silence: 100,
      endpoint: "http://127.0.0.1:9",
      assumeRole: { roleArn: "arn:aws:iam::123456789012:role/deploy" },
    });
    await assert.rejects(one.call("DescribeRegistry", {}), new RegExp(`${endpoint} did not answer in time`));
    await one.close();
  } finally {
    if (former === undefined) delete process.env["AWS_ENDPOINT_URL_STS"];
    else process.env["AWS_ENDPOINT_URL_STS"] = former;
  }
});

test("a download without a byte for too long ends, one that is slow or waits for its reader goes on", async () => {
  const gateway = new Gateway(connection({ silence: 150 }), new AbortController().signal);
  const bytes: string[] = [];
  const reading = (async () => {
    for await (const chunk of gateway.download("layer sha256:1", `${endpoint}/layer`, 0)) {
      bytes.push(Buffer.from(chunk).toString());
      if (bytes.length === 1) await setTimeout(300);
    }
  })();
  const failed = assert.rejects(
    reading,
    new ProviderError("Unavailable", "downloading layer sha256:1: no byte came for 0.15 s; run again"),
  );
  await request();
  const response = held.shift()?.response;
  for (const letter of "abcdef") {
    response?.write(letter);
    await setTimeout(80);
  }
  await failed;
  assert.equal(bytes.join(""), "abcdef");
  while (asked[0] !== "/layer ✗") await setTimeout(1);
});

test("a part of a layer may take longer than that as long as the server reads on", async (context) => {
  const received: number[] = [];
  const slow = createServer((request, response) => {
    let size = 0;
    request.on("data", (bytes: Buffer) => {
      size += bytes.length;
      request.pause();
      void setTimeout(5).then(() => request.resume());
    });
    request.on("end", () => {
      received.push(size);
      response.setHeader("content-type", "application/x-amz-json-1.1").end("{}");
    });
  });
  const { one } = await served(slow, 1_200, context);
  const body = Buffer.alloc(24 * 1024 * 1024, "x");
  const started = Date.now();
  await one.call("UploadLayerPart", {} as never, new AbortController().signal, body);
  assert.deepEqual(received, [body.length]);
  assert.ok(Date.now() - started > 1_200);
});

test("a part of a layer that the server does not read ends, after one more try", async (context) => {
  const deaf = createServer();
  deaf.on("connection", (socket) => socket.pause());
  const { one, endpoint } = await served(deaf, 150, context);
  await assert.rejects(
    one.call("UploadLayerPart", {} as never, new AbortController().signal, Buffer.alloc(32 * 1024 * 1024, "x")),
    new RegExp(`UploadLayerPart: ${endpoint} did not answer in time, in 2 attempts`),
  );
});

async function served(other: Server, silence: number, context: TestContext) {
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const one = connection({ endpoint, silence });
  context.after(async () => {
    await one.close();
    other.closeAllConnections();
    other.close();
  });
  return { one, endpoint };
}
