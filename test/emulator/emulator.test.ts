/** The emulator as its users see it: the AWS SDK, boto3, the side channel, the command. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import * as sdk from "@aws-sdk/client-ecr";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { runPython } from "../../tools/python.ts";
import { clientOf, faultOf } from "../harness/registry.ts";

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
after(() => emulator.close());

const client = (accessKeyId = "test", region = "us-east-1") => clientOf(emulator, accessKeyId, region);

const create = (name: string, more: object = {}, ecr = client()) =>
  ecr.send(new sdk.CreateRepositoryCommand({ repositoryName: name, ...more }));

test("pages have opaque tokens, a usual size of 100, and exclude names", async () => {
  for (let index = 0; index < 250; index++)
    emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: `r${index}` } });
  const names: string[] = [];
  const sizes: number[] = [];
  for await (const { repositories = [] } of sdk.paginateDescribeRepositories({ client: client() }, {})) {
    names.push(...repositories.map(({ repositoryName = "" }) => repositoryName));
    sizes.push(repositories.length);
  }
  assert.deepEqual(sizes, [100, 100, 50]);
  assert.equal(new Set(names).size, 250);
  const ecr = client();
  assert.equal(
    await faultOf(ecr.send(new sdk.DescribeRepositoriesCommand({ repositoryNames: ["r1"], maxResults: 5 }))),
    "InvalidParameterException",
  );
  assert.equal(
    await faultOf(ecr.send(new sdk.DescribeRepositoriesCommand({ nextToken: "x" }))),
    "InvalidParameterException",
  );
  assert.equal(
    await faultOf(ecr.send(new sdk.DescribeRepositoriesCommand({ maxResults: 1001 }))),
    "InvalidParameterException",
  );
  assert.equal(
    await faultOf(ecr.send(new sdk.DescribeRepositoriesCommand({ repositoryNames: ["r1", "missing"] }))),
    "RepositoryNotFoundException",
    "all or nothing",
  );
});

test("policies come back in AWS's spelling, with principals in another order at each read", async () => {
  await create("team/app");
  const ecr = client();
  const policyText = JSON.stringify({
    Statement: [
      {
        Action: ["ecr:BatchGetImage"],
        Effect: "Allow",
        Principal: { AWS: ["111111111111", "222222222222"] },
        Sid: "a b",
      },
    ],
    Version: "2012-10-17",
  });
  await ecr.send(new sdk.SetRepositoryPolicyCommand({ repositoryName: "team/app", policyText }));
  const texts = new Set<string>();
  for (let read = 0; read < 4; read++)
    texts.add((await ecr.send(new sdk.GetRepositoryPolicyCommand({ repositoryName: "team/app" }))).policyText ?? "");
  assert.equal(texts.size, 2, "two orders of two principals");
  const [text = ""] = texts;
  assert.ok(text.startsWith('{\n  "Version" : "2012-10-17",\n  "Statement" : [ {\n    "Sid" : "a b",'), text);
  assert.ok(text.includes('"Action" : "ecr:BatchGetImage"'), text);
  assert.ok(text.includes('"arn:aws:iam::111111111111:root"'), text);
});

test("lifecycle text is minified in AWS's order, and a policy that never ran says epoch 0", async () => {
  await create("team/app");
  const ecr = client();
  const lifecyclePolicyText = JSON.stringify(
    {
      rules: [
        {
          action: { type: "expire" },
          selection: { countNumber: 10, countType: "imageCountMoreThan", tagStatus: "any" },
          description: "d",
          rulePriority: 1,
        },
      ],
    },
    undefined,
    2,
  );
  const put = await ecr.send(new sdk.PutLifecyclePolicyCommand({ repositoryName: "team/app", lifecyclePolicyText }));
  assert.equal(
    put.lifecyclePolicyText,
    '{"rules":[{"rulePriority":1,"description":"d","selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":10},"action":{"type":"expire"}}]}',
  );
  assert.equal(
    (await ecr.send(new sdk.GetLifecyclePolicyCommand({ repositoryName: "team/app" }))).lastEvaluatedAt?.getTime(),
    0,
  );
});

test("what AWS refuses is refused, with its fault", async () => {
  const ecr = client();
  await create("team/app");
  const set = (policy: unknown) =>
    faultOf(
      ecr.send(
        new sdk.SetRepositoryPolicyCommand({
          repositoryName: "team/app",
          policyText: typeof policy === "string" ? policy : JSON.stringify(policy),
        }),
      ),
    );
  const statement = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };
  for (const bad of [
    "{",
    {},
    { Statement: [{ ...statement, Principal: undefined }] },
    { Statement: [{ ...statement, Action: "s3:Get" }] },
    { Statement: [{ ...statement, Principal: { AWS: "12" } }] },
    { Statement: [{ ...statement, Sid: "x".repeat(11_000) }] },
  ]) {
    assert.equal(await set(bad), "InvalidParameterException", JSON.stringify(bad).slice(0, 80));
  }
  const idle = ["ecr:GetAuthorizationToken", "ecr:CreateRepository"];
  assert.equal(await set({ Statement: [{ ...statement, Action: idle }] }), "none");
  await ecr.send(new sdk.DeleteRepositoryPolicyCommand({ repositoryName: "team/app" }));
  assert.equal(await faultOf(create("team/app")), "RepositoryAlreadyExistsException");
  for (const name of ["a", "Team", "a//b", "-a", "x".repeat(257)])
    assert.equal(await faultOf(create(name)), "InvalidParameterException", name);
  assert.equal(await faultOf(create("b1", { tags: [{ Key: "aws:x", Value: "1" }] })), "InvalidTagParameterException");
  assert.equal(
    await faultOf(create("b1", { tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" })) })),
    "TooManyTagsException",
  );
  assert.equal(
    await faultOf(create("b1", { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" })),
    "InvalidParameterException",
  );
  assert.equal(await faultOf(ecr.send(new sdk.GetRegistryPolicyCommand({}))), "RegistryPolicyNotFoundException");
  assert.equal(
    await faultOf(ecr.send(new sdk.GetRepositoryPolicyCommand({ repositoryName: "team/app" }))),
    "RepositoryPolicyNotFoundException",
  );
  assert.equal(
    await faultOf(
      ecr.send(new sdk.PutRegistryPolicyCommand({ policyText: JSON.stringify({ Statement: [statement] }) })),
    ),
    "InvalidParameterException",
    "a registry policy needs Resource",
  );
});

test("images have the digest of their manifest, and tags move only where mutability allows", async () => {
  await create("team/app", {
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev-*" }],
  });
  const ecr = client();
  const manifest = (n: number) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [],
      annotations: { n: `${n}` },
    });
  const put = (n: number, imageTag: string) =>
    ecr.send(new sdk.PutImageCommand({ repositoryName: "team/app", imageManifest: manifest(n), imageTag }));
  const first = await put(1, "v1");
  assert.match(first.image?.imageId?.imageDigest ?? "", /^sha256:[0-9a-f]{64}$/);
  assert.equal(await faultOf(put(1, "v1")), "ImageAlreadyExistsException");
  assert.equal(await faultOf(put(2, "v1")), "ImageTagAlreadyExistsException");
  await put(2, "dev-x");
  await put(3, "dev-x");
  const { imageIds = [] } = await ecr.send(
    new sdk.ListImagesCommand({ repositoryName: "team/app", filter: { tagStatus: "UNTAGGED" } }),
  );
  assert.equal(imageIds.length, 1, "the tag moved from the second image to the third");
  assert.equal(
    await faultOf(ecr.send(new sdk.DeleteRepositoryCommand({ repositoryName: "team/app" }))),
    "RepositoryNotEmptyException",
  );
  const { failures = [] } = await ecr.send(
    new sdk.BatchDeleteImageCommand({
      repositoryName: "team/app",
      imageIds: [{ imageTag: "v1" }, { imageTag: "nope" }],
    }),
  );
  assert.deepEqual(
    failures.map(({ failureCode }) => failureCode),
    ["ImageNotFound"],
  );
  const { imageDetails = [] } = await ecr.send(new sdk.DescribeImagesCommand({ repositoryName: "team/app" }));
  assert.equal(imageDetails.length, 2, "the image went with its last tag");
});

test("accounts and regions are apart", async () => {
  await create("team/app", {}, client("111111111111", "eu-west-1"));
  const { repositories = [] } = await client("111111111111", "eu-west-1").send(new sdk.DescribeRepositoriesCommand({}));
  assert.equal(repositories[0]?.repositoryArn, "arn:aws:ecr:eu-west-1:111111111111:repository/team/app");
  for (const other of [client(), client("111111111111"), client("222222222222", "eu-west-1")]) {
    assert.deepEqual((await other.send(new sdk.DescribeRepositoriesCommand({}))).repositories, []);
  }
});

test("credentials that are bad, and requests that are none, are answered as AWS answers them", async () => {
  assert.equal(await faultOf(client("EXPIRED").send(new sdk.DescribeRegistryCommand({}))), "ExpiredTokenException");
  assert.equal(
    await faultOf(client("INVALID").send(new sdk.DescribeRegistryCommand({}))),
    "UnrecognizedClientException",
  );
  const raw = (
    target: string,
    body: string,
    authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecr/aws4_request",
  ) =>
    fetch(emulator.url, {
      method: "POST",
      body,
      headers: { "X-Amz-Target": `AmazonEC2ContainerRegistry_V20150921.${target}`, authorization },
    });
  const type = async (response: Response) => [response.status, ((await response.json()) as { __type: string }).__type];
  assert.deepEqual(await type(await raw("DescribeRegistry", "{}", "")), [403, "MissingAuthenticationTokenException"]);
  assert.deepEqual(await type(await raw("DescribeRegistry", "{")), [400, "SerializationException"]);
  assert.deepEqual(await type(await raw("Nonsense", "{}")), [400, "UnknownOperationException"]);
});

test("faults come as often as they are asked for, and the journal has every call", async () => {
  const post = (path: string, body: unknown) =>
    fetch(`${emulator.url}/_emulator/${path}`, { method: "POST", body: JSON.stringify(body) });
  await post("faults", [
    { operation: "DescribeRegistry", kind: "throttle", every: 3 },
    { operation: "ListTagsForResource", kind: "reset" },
    { operation: "GetRegistryPolicy", kind: "html" },
  ]);
  const ecr = client();
  const seen: string[] = [];
  for (let call = 0; call < 6; call++) seen.push(await faultOf(ecr.send(new sdk.DescribeRegistryCommand({}))));
  assert.deepEqual(seen, ["none", "none", "ThrottlingException", "none", "none", "ThrottlingException"]);
  assert.notEqual(await faultOf(ecr.send(new sdk.ListTagsForResourceCommand({ resourceArn: "x" }))), "none");
  assert.equal(await faultOf(ecr.send(new sdk.GetRegistryPolicyCommand({}))), "SyntaxError");
  const journal = (await (await fetch(`${emulator.url}/_emulator/journal`)).json()) as {
    operation: string;
    error?: string;
  }[];
  assert.equal(journal.length, 8);
  assert.equal(journal[2]?.error, "ThrottlingException");
  assert.equal(journal[6]?.error, "(reset)");
  await post("clock", { set: "2030-01-01T00:00:00Z" });
  const { repository } = await create("later");
  assert.equal(repository?.createdAt?.getUTCFullYear(), 2030);
});

test("boto3 talks to it unchanged", async () => {
  const program = `
import boto3, json
ecr = boto3.client("ecr", region_name="us-east-1", endpoint_url="${emulator.url}", aws_access_key_id="test", aws_secret_access_key="test")
for n in range(3): ecr.create_repository(repositoryName=f"team/r{n}", tags=[{"Key": "n", "Value": str(n)}])
pages = [len(p["repositories"]) for p in ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 2})]
ecr.set_repository_policy(repositoryName="team/r0", policyText=json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}))
digest = ecr.put_image(repositoryName="team/r0", imageTag="a", imageManifest='{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}')["image"]["imageId"]["imageDigest"]
try: ecr.delete_repository(repositoryName="team/r0"); error = None
except ecr.exceptions.RepositoryNotEmptyException as e: error = e.response["Error"]["Code"]
token = ecr.get_authorization_token()["authorizationData"][0]
print(json.dumps({"pages": pages, "digest": digest[:7], "error": error, "tags": ecr.list_tags_for_resource(resourceArn="arn:aws:ecr:us-east-1:123456789012:repository/team/r1")["tags"], "endpoint": token["proxyEndpoint"]}))
`;
  assert.deepEqual(JSON.parse(await runPython(program)), {
    pages: [2, 1],
    digest: "sha256:",
    error: "RepositoryNotEmptyException",
    tags: [{ Key: "n", Value: "1" }],
    endpoint: "https://123456789012.dkr.ecr.us-east-1.amazonaws.com",
  });
});

/** Starts the command as a user does; resolves with its URL. */
async function command(
  ...args: string[]
): Promise<{ child: ChildProcess; url: string; stderr: () => string; ended: Promise<number | null> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../bin/pulumi-ecr"), "emulator", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stderr?.on("data", (text: Buffer) => {
    err += text.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const firstLine = new Promise<string>((resolve) => {
    child.stdout?.on("data", (text: Buffer) => {
      out += text.toString();
      if (out.includes("\n")) resolve(out.trim());
    });
  });
  const url = await Promise.race([firstLine, ended.then(() => "")]);
  return { child, url, stderr: () => err, ended };
}

test("the command keeps its state in a file, and a second start goes on from it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  const state = join(folder, "state.json");
  try {
    for (const expected of [0, 1]) {
      const { child, url, ended } = await command("--port", "0", "--account", "555555555555", "--state", state);
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
      const ecr = new sdk.ECRClient({
        endpoint: url,
        region: "us-east-1",
        credentials: { accessKeyId: "x", secretAccessKey: "x" },
      });
      const { repositories = [] } = await ecr.send(new sdk.DescribeRepositoriesCommand({}));
      assert.equal(repositories.length, expected);
      if (expected === 0) await ecr.send(new sdk.CreateRepositoryCommand({ repositoryName: "kept" }));
      child.kill("SIGTERM");
      assert.equal(await ended, 0);
    }
    assert.equal(JSON.parse(readFileSync(state, "utf8")).registries[0].account, "555555555555");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a state file that cannot be written is told, keeps the old one, and the emulator goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  mkdirSync(join(folder, "disk"));
  const { child, url, stderr, ended } = await command("--state", join(folder, "disk/state.json"));
  assert.ok(url, stderr());
  rmSync(join(folder, "disk"), { recursive: true });
  const ecr = new sdk.ECRClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  });
  await ecr.send(new sdk.CreateRepositoryCommand({ repositoryName: "kept" }));
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal((await ecr.send(new sdk.DescribeRepositoriesCommand({}))).repositories?.length, 1);
  child.kill("SIGTERM");
  await ended;
  assert.match(stderr(), /writing the state to .*state\.json: .*; the file is as it was before/);
  const broken = join(folder, "state.json");
  writeFileSync(broken, "not json");
  chmodSync(broken, 0o600);
  const refused = await command("--state", broken);
  assert.equal(await refused.ended, 1);
  assert.match(refused.stderr(), /it is not a state file of this emulator/);
  assert.equal(readFileSync(broken, "utf8"), "not json");
  assert.ok(existsSync(broken));
  rmSync(folder, { recursive: true });
});

test("a port that is taken, an account that is none and an option that is unknown end with one line and exit code 1", async () => {
  for (const [args, message] of [
    [["--port", String(emulator.port)], /choose another --port/],
    [["--account", "12"], /give 12 digits/],
    [["--nonsense"], /unknown option/],
  ] as const) {
    const { ended, stderr } = await command(...args);
    assert.equal(await ended, 1);
    assert.match(stderr(), message);
  }
});
