import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { Connection } from "../../provider/gateway/gateway.ts";
import type { ConnectionSettings } from "../../provider/gateway/settings.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const secretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const folder = mkdtempSync(join(tmpdir(), "ecr-client-"));
const received: Received[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => {
    body += text;
  });
  request.on("end", () => {
    received.push({ headers: request.headers, body });
    response.setHeader("content-type", "application/x-amz-json-1.1").end('{"registryId":"123456789012"}');
  });
});
let endpoint = "";

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});

beforeEach(() => {
  received.length = 0;
});

after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What ECR gets for calls of one connection. */
async function askedTwice(settings: ConnectionSettings): Promise<readonly Received[]> {
  const connection = new Connection({ region: "eu-west-1", endpoint, ...settings }, "1.2.3");
  try {
    await connection.call("DescribeRegistry", {});
    await connection.call("GetLifecyclePolicy", { repositoryName: "team/äpp" });
  } finally {
    await connection.close();
  }
  assert.equal(received.length, 2);
  return received;
}

/** The signature by the steps of AWS's guide "Create a signed AWS API request", and nothing of the SDK. */
function signatureOf({ headers, body }: Received): string {
  const [, day, names] =
    /Credential=[^/]+\/(\d{8})\/[^,]+, SignedHeaders=([^,]+)/.exec(headers.authorization ?? "") ?? [];
  assert.ok(day && names, headers.authorization);
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const written = names.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = ["POST", "/", "", written.join(""), names, hash(body)].join("\n");
  const scope = `${day}/eu-west-1/ecr/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hash(canonical)].join("\n");
  const key = [day, "eu-west-1", "ecr", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  return hmac(key, toSign).toString("hex");
}

test("every call is signed as AWS verifies it", async () => {
  for (const call of await askedTwice({ accessKey: "AKIDEXAMPLE", secretKey, token: "a-token" })) {
    assert.equal(call.headers["x-amz-security-token"], "a-token");
    assert.match(call.headers.authorization ?? "", new RegExp(`Signature=${signatureOf(call)}$`));
  }
});

test("credentials that are renewed sign the next call", async () => {
  const script = join(folder, "credentials.cjs");
  writeFileSync(
    script,
    `const { appendFileSync, readFileSync } = require("node:fs");
appendFileSync(${JSON.stringify(join(folder, "asked"))}, "x");
const asked = readFileSync(${JSON.stringify(join(folder, "asked"))}, "utf8").length;
console.log(JSON.stringify({ Version: 1, AccessKeyId: "AKID" + asked, SecretAccessKey: ${JSON.stringify(secretKey)}, Expiration: new Date(Date.now() + 1000) }));`,
  );
  writeFileSync(
    join(folder, "config"),
    `[profile renewed]\nregion = eu-west-1\ncredential_process = ${process.execPath} ${script}\n`,
  );
  const former = process.env["AWS_CONFIG_FILE"];
  process.env["AWS_CONFIG_FILE"] = join(folder, "config");
  try {
    const calls = await askedTwice({ profile: "renewed" });
    const keys = calls.map(({ headers }) => /Credential=(\w+)\//.exec(headers.authorization ?? "")?.[1]);
    assert.notEqual(keys[0], keys[1]);
    for (const call of calls)
      assert.match(call.headers.authorization ?? "", new RegExp(`Signature=${signatureOf(call)}$`));
  } finally {
    if (former === undefined) delete process.env["AWS_CONFIG_FILE"];
    else process.env["AWS_CONFIG_FILE"] = former;
  }
});

test("calls name the SDK, this client and the application, and nothing in a name ends it", async () => {
  process.env["AWS_SDK_UA_APP_ID"] = "deploy (x)\u00e9";
  try {
    for (const { headers } of await askedTwice({ accessKey: "AKIDEXAMPLE", secretKey })) {
      const names = (headers["user-agent"] ?? "").split(" ");
      assert.match(names[0] ?? "", /^aws-sdk-js\/\d+\.\d+\.\d+$/);
      assert.ok(
        names.some((name) => /^lang\/js$/.test(name)),
        names.join(" "),
      );
      assert.ok(
        names.some((name) => /^md\/nodejs#\d/.test(name)),
        names.join(" "),
      );
      assert.ok(names.includes("app/deploy__x__"), names.join(" "));
      assert.equal(names.at(-1), "pulumi-ecr/1.2.3");
    }
  } finally {
    delete process.env["AWS_SDK_UA_APP_ID"];
  }
});
