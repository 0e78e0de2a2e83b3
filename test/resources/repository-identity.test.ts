/** Every way to name a repository at import, and a repository of another registry. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { type Plugin, startPlugin } from "../harness/client.ts";
import { Session } from "../harness/session.ts";

let emulator: Emulator;
let plugin: Plugin;
before(async () => {
  Object.assign(process.env, { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  emulator = await startEmulator();
  plugin = await startPlugin({ endpoint: emulator.url, maxRetries: 0 });
  const call = (operation: string, input: object) => emulator.asForeigner({ operation, input } as never);
  const statement = { Sid: "s", Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };
  const selection = { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 };
  call("CreateRepository", { repositoryName: "team/app" });
  call("SetRepositoryPolicy", {
    repositoryName: "team/app",
    policyText: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  call("PutLifecyclePolicy", {
    repositoryName: "team/app",
    lifecyclePolicyText: JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: "expire" } }] }),
  });
});
after(async () => {
  await plugin.close();
  await emulator.close();
});

const types = ["Repository", "RepositoryPolicy", "LifecyclePolicy", "ScanningConfig"];
const ids = [
  "team/app",
  "arn:aws:ecr:us-east-1:123456789012:repository/team/app",
  "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app",
  "https://123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app",
  "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/team/app",
  "123456789012.dkr-ecr.us-east-1.on.aws/team/app",
];

for (const type of types)
  test(`${type} is imported by the name, the ARN or the URI of its repository, and its id is the name`, async () => {
    for (const id of ids) {
      const { id: kept, inputs } = await new Session(plugin, type, "app").import(id);
      assert.deepEqual([kept, inputs["repositoryName"]], ["team/app", "team/app"], id);
    }
  });

test("a repository of another account or region is refused at import, with both named", async () => {
  for (const [id, wanted] of [
    ["arn:aws:ecr:us-east-1:999999999999:repository/team/app", "999999999999/us-east-1"],
    ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app", "123456789012/eu-west-1"],
  ] as const)
    await assert.rejects(new Session(plugin, "Repository", "app").import(id), (error: Error) => {
      const why = `is of a repository in ${wanted}, and the credentials and the region of the provider lead to 123456789012/us-east-1; use those of ${wanted}`;
      assert.ok(error.message.includes(why), error.message);
      return true;
    });
});
