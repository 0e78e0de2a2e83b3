/** Bad input and bad surroundings: a clear error each, nothing lost, no hang. */

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { type Emulator, startEmulator } from "../emulator/http/server.ts";
import type { WireMap } from "../provider/rpc/codec.ts";
import { parsePath } from "../provider/text/path.ts";
import { unknown } from "../provider/text/value.ts";
import { encode, type Plugin, proto, startPlugin } from "./harness/client.ts";
import { Session, wire } from "./harness/session.ts";

let emulator: Emulator;
let plugin: Plugin;
before(async () => {
  process.env["AWS_REGION"] = "us-east-1";
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  process.env["AWS_EC2_METADATA_DISABLED"] = "true";
  emulator = await startEmulator();
  plugin = await startPlugin({ endpoint: emulator.url });
});
beforeEach(() => emulator.reset());
after(async () => {
  await plugin.close();
  await emulator.close();
});

async function message(acting: Promise<unknown>): Promise<string> {
  return acting.then(
    () => assert.fail("it must fail"),
    (error: Error & { details?: string }) => error.details ?? error.message,
  );
}

/** What creating this says. */
const refused = (type: string, inputs: object, through = plugin): Promise<string> =>
  message(new Session(through, type, "res").up(wire(inputs)));

const policy = (policyText: unknown) => refused("RepositoryPolicy", { repositoryName: "team/app", policyText });

test("malformed JSON says where", { timeout: 20_000 }, async () => {
  assert.match(await policy('{\n "Statement": [\n  {]\n}'), /policyText: line 3, column 4: is not JSON/);
  assert.match(await policy('{"Statement": []} trailing'), /line 1, column 19/);
});

test("5 MB of policy text and 10,000 rules are refused at once", { timeout: 20_000 }, async () => {
  assert.match(await policy(`{"Statement": "${"x".repeat(5_000_000)}"}`), /5000017 characters, which is more than/);
  const long = { Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:*", Sid: "x".repeat(5_000_000) }] };
  assert.match(await policy(long), /may have at most 10240/);
  const rules = Array.from({ length: 10_000 }, (_, index) => ({
    rulePriority: index + 1,
    selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 },
    action: { type: "expire" },
  }));
  const lifecycle = (text: unknown) => refused("LifecyclePolicy", { repositoryName: "a1", lifecyclePolicyText: text });
  assert.match(await lifecycle({ rules }), /at most 50 entries, has 10000/);
  assert.match(await lifecycle(JSON.stringify({ rules })), /more than any policy may have/);
  const many = Array.from({ length: 10_000 }, () => ({ destinations: [{ region: "eu-west-1", registryId: "1" }] }));
  assert.match(
    await refused("ReplicationConfiguration", { rules: many }),
    /rules: must have at most 25 entries, has 10000/,
  );
});

test("hostile names are refused, quickly and without steering a terminal", { timeout: 20_000 }, async () => {
  const names = [
    "a".repeat(5_000_000),
    `${"a-".repeat(120)}!`,
    "team/\u0000app",
    "team/\u202eppa",
    "a\n::error::x",
    "",
  ];
  for (const repositoryName of names) {
    const said = await refused("Repository", { repositoryName });
    assert.match(said, /repositoryName/);
    for (const character of said.replaceAll("\n", "")) {
      assert.ok(character >= " " && character !== "\u202e", "no control characters");
    }
    assert.ok(said.length < 2_000, "the message stays readable");
  }
});

const samples: Record<string, WireMap> = {
  Repository: {
    repositoryName: "team/app",
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "a" }],
    encryptionConfiguration: { encryptionType: "KMS", kmsKey: "alias/a" },
    tags: { a: "1" },
    imageScanningConfiguration: { scanOnPush: true },
  },
  RepositoryPolicy: {
    repositoryName: "team/app",
    policyText: { Statement: [{ Effect: "Allow", Principal: { AWS: ["111111111111"] }, Action: ["ecr:*"] }] },
  },
  LifecyclePolicy: {
    repositoryName: "team/app",
    lifecyclePolicyText: {
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: "tagged", tagPrefixList: ["a"], countType: "imageCountMoreThan", countNumber: 1 },
          action: { type: "expire" },
        },
      ],
    },
  },
  ReplicationConfiguration: {
    rules: [
      {
        destinations: [{ region: "eu-west-1", registryId: "111111111111" }],
        repositoryFilters: [{ filter: "aa", filterType: "PREFIX_MATCH" }],
      },
    ],
  },
  Tags: { resourceArn: "arn:aws:ecr:us-east-1:123456789012:repository/team/app", tags: { a: "1" } },
  ScanningConfig: { repositoryName: "team/app", scanOnPush: true },
};

/** Every place in a value. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const inner = members.flatMap(([key, member]) => places(member, [...path, Array.isArray(value) ? Number(key) : key]));
  return path.length > 0 ? [path, ...inner] : inner;
}

function replaced(value: unknown, [head, ...rest]: (string | number)[], hole: unknown): unknown {
  if (head === undefined) return hole;
  if (Array.isArray(value)) return value.map((item, index) => (index === head ? replaced(item, rest, hole) : item));
  return { ...(value as object), [head]: replaced((value as Record<string, unknown>)[head], rest, hole) };
}

for (const [type, sample] of Object.entries(samples)) {
  test(`an unknown or a null anywhere in a ${type} is no crash`, { timeout: 30_000 }, async () => {
    emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "team/app" } });
    for (const [index, path] of places(sample).entries()) {
      const other = await startPlugin({ endpoint: emulator.url });
      try {
        await new Session(other, type, `unknown${index}`).preview(replaced(sample, path, unknown) as WireMap);
        const nulled = new Session(other, type, `null${index}`).preview(replaced(sample, path, null) as WireMap);
        await nulled.catch((error: Error) => assert.doesNotMatch(error.message, /please report|Internal/));
      } finally {
        await other.close();
      }
    }
  });
}

test("a null is an absent property", async () => {
  const said = await refused("RepositoryPolicy", { repositoryName: null, policyText: null });
  assert.match(said, /repositoryName: is required\npolicyText: is required/);
});

async function withProvider<T>(config: object, acting: (through: Plugin) => Promise<T>): Promise<T> {
  const other = await startPlugin(wire({ maxRetries: 0, ...config }));
  try {
    return await acting(other);
  } finally {
    await other.close();
  }
}

const creating = (config: object) =>
  withProvider(config, (through) => refused("Repository", { repositoryName: "team/app" }, through));

test("an endpoint that cannot be reached is named", { timeout: 20_000 }, async () => {
  const said = await creating({ endpoint: "http://127.0.0.1:9" });
  assert.match(
    said,
    /creating Repository "team\/app": CreateRepository could not reach ECR at http:\/\/127\.0\.0\.1:9/,
  );
  assert.match(said, /check the endpoint/);
});

test("an endpoint that answers HTML, or nothing, is named", { timeout: 20_000 }, async () => {
  const server: Server = createServer((request, response) => {
    if (request.headers["x-amz-target"]?.toString().endsWith("DescribeRepositories")) response.destroy();
    else response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    assert.match(
      await creating({ endpoint }),
      /an answer that is not ECR's at .*text\/html.*check the provider's endpoint/,
    );
    await withProvider({ endpoint }, async (through) => {
      assert.match(await message(new Session(through, "Repository", "res").read("team/app")), /could not reach ECR/);
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("bad credentials say what to do, and never what they are", { timeout: 30_000 }, async () => {
  const endpoint = emulator.url;
  for (const [accessKey, expected] of [
    ["EXPIRED", /the credentials have expired; renew them/],
    ["INVALID", /AWS does not know these credentials/],
  ] as const) {
    const said = await creating({ endpoint, accessKey, secretKey: "very-secret-key" });
    assert.match(said, expected);
    assert.doesNotMatch(said, /very-secret-key/);
  }
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key } = process.env;
  delete process.env["AWS_ACCESS_KEY_ID"];
  delete process.env["AWS_SECRET_ACCESS_KEY"];
  Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: "/nonexistent", AWS_CONFIG_FILE: "/nonexistent" });
  try {
    assert.match(await creating({ endpoint }), /Could not load credentials.*set the provider's profile/);
    assert.match(await creating({ endpoint, profile: "missing" }), /missing/);
  } finally {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key });
    delete process.env["AWS_SHARED_CREDENTIALS_FILE"];
    delete process.env["AWS_CONFIG_FILE"];
  }
});

test("an account that is not allowed is refused before anything is written", async () => {
  for (const config of [{ allowedAccountIds: ["999999999999"] }, { forbiddenAccountIds: ["123456789012"] }]) {
    assert.match(await creating({ endpoint: emulator.url, ...config }), /belong to account 123456789012/);
  }
  assert.deepEqual(emulator.state(), []);
});

async function checkConfig(config: object): Promise<string> {
  const request = new proto.CheckRequest();
  request.setNews(encode(wire(config)));
  const response = await plugin.call<proto.CheckResponse>("checkConfig", request);
  const failures = response.getFailuresList();
  return failures.map((failure) => `${failure.getProperty()}: ${failure.getReason()}`).join("\n");
}

test("configuration is judged as a whole, in every form in which it arrives", async () => {
  const good = { region: "eu-central-1", maxRetries: "3", defaultTags: '{"a":"b"}', version: "1.0.0" };
  assert.equal(await checkConfig({ ...good, allowedAccountIds: '["123456789012"]' }), "");
  assert.match(await checkConfig({ region: "Frankfurt" }), /region: must be a region such as eu-central-1/);
  assert.match(await checkConfig({ region: "eu-central-1a" }), /region:/);
  assert.match(await checkConfig({ regoin: "x" }), /regoin: is not a known property; did you mean "region"\?/);
  assert.match(await checkConfig({ maxRetries: "many", endpoint: "ecr.local" }), /maxRetries: must be a whole number/);
  assert.match(await checkConfig({ accessKey: "x" }), /secretKey: is required/);
  assert.match(await checkConfig({ profile: "a", accessKey: "x", secretKey: "y" }), /profile: cannot be used together/);
  assert.match(
    await checkConfig({ assumeRole: '{"roleArn":"role"}' }),
    /assumeRole\.roleArn: must be the ARN of a role/,
  );
  assert.match(await checkConfig({ allowedAccountIds: ["1"] }), /allowedAccountIds\[0\]: must be an account id/);
});

test("a type that does not exist is answered, and so is a schema version that nobody knows", async () => {
  assert.match(await refused("Nonsense", {}), /there is no resource ecr:index:Nonsense in this version/);
  const request = new proto.GetSchemaRequest();
  request.setVersion(7);
  assert.match(await message(plugin.call("getSchema", request)), /version 7/);
});

test("two resources that manage the same thing fail in Check", async () => {
  await new Session(plugin, "ScanningConfig", "one").check(wire({ repositoryName: "team/twice", scanOnPush: true }));
  const second = new Session(plugin, "ScanningConfig", "two").check(
    wire({ repositoryName: "team/twice", scanOnPush: false }),
  );
  assert.match(await message(second), /is already managed by .*::one/);
});

test("Cancel ends what is in flight, and the next engine can go on", { timeout: 20_000 }, async () => {
  emulator.addFaults([{ operation: "CreateRepository", kind: "delay", ms: 3_000 }]);
  const waiting = message(new Session(plugin, "Repository", "slow").up(wire({ repositoryName: "team/slow" })));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await plugin.call("cancel", new empties.Empty());
  assert.match(await waiting, /was cancelled/);
  await plugin.call("handshake", new proto.ProviderHandshakeRequest());
  emulator.clearFaults();
  const session = new Session(plugin, "Repository", "next");
  await session.up(wire({ repositoryName: "team/next" }));
  await session.destroy();
});

test("paths that ignoreChanges sends are read without failing, however they look", () => {
  assert.deepEqual(parsePath('tags["a.b"].c[0]'), ["tags", "a.b", "c", 0]);
  assert.deepEqual(parsePath('tags["a\\"b"]'), ["tags", 'a"b']);
  assert.deepEqual(parsePath("rules[*].filter"), ["rules", "*", "filter"]);
  for (const hostile of ["", "[", '["', "a[", "..", '["a', "[[[["]) parsePath(hostile);
});
