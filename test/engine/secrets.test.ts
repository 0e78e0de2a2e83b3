/** Secret inputs on the real engine: nothing that it prints has them, and the state has them encrypted only. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { canary, policy } from "../harness/secret-samples.ts";
import { createProject, type Project } from "./engine.ts";

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, program("one"));
});
after(async () => {
  project.remove();
  await emulator.close();
});

const secret = (value: unknown) => ({ "fn::secret": value });

/** Three resources: a secret name, a secret principal inside a policy, a secret document and secret tags. */
function program(turn: string, more: object = {}) {
  const account = turn === "one" ? "888888888888" : "777777777777";
  return {
    resources: {
      repository: {
        type: "ecr:Repository",
        properties: {
          repositoryName: "team/app",
          tags: secret({ "c4n4ry-key": `c4n4ry-${turn}` }),
          forceDelete: true,
          ...more,
        },
      },
      policy: {
        type: "ecr:RepositoryPolicy",
        properties: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference in Pulumi YAML
          repositoryName: "${repository.repositoryName}",
          policyText: policy(secret(`arn:aws:iam::${account}:role/c4n4ry-${turn}`) as never, "pull"),
        },
      },
      template: {
        type: "ecr:RepositoryCreationTemplate",
        properties: {
          prefix: "team",
          appliedFor: ["REPLICATION"],
          description: secret(`c4n4ry of ${turn}`),
          repositoryPolicy: secret(policy(`arn:aws:iam::${account}:root`)),
        },
      },
    },
  };
}

/** Lines of everything printed that show a canary. */
async function leaks(...args: string[]): Promise<string[]> {
  const { output } = await project.run(...args);
  return output.split("\n").filter((line) => canary.test(line));
}

test("up, preview, refresh and what drifted show no secret, and the state has none in plain text", async () => {
  assert.deepEqual(await leaks("preview", "--diff"), []);
  assert.deepEqual(await leaks("up", "--yes", "--diff"), []);
  project.write(program("two"));
  assert.deepEqual(await leaks("preview", "--diff"), []);
  assert.deepEqual(await leaks("preview", "--diff", "--json"), []);
  assert.deepEqual(await leaks("up", "--yes", "--diff"), []);
  emulator.asForeigner({
    operation: "TagResource",
    input: {
      resourceArn: "arn:aws:ecr:us-east-1:123456789012:repository/team/app",
      tags: [{ Key: "c4n4ry-key", Value: "c4n4ry-live" }],
    },
  });
  assert.deepEqual(await leaks("refresh", "--yes", "--diff"), []);
  await project.ok("up", "--yes");
  await project.ok("up", "--yes", "--expect-no-changes");
  const state = JSON.stringify(await project.export());
  assert.equal(state.includes('"ciphertext"'), true);
  assert.doesNotMatch(state, canary);
});

test("a failing check and a failing call show no secret", async () => {
  project.write(program("two", { tags: secret({ "aws:c4n4ry": "c4n4ry" }) }));
  const refused = await project.run("up", "--yes");
  assert.notEqual(refused.code, 0);
  assert.match(refused.output, /tags: tag keys that start with aws: are reserved for AWS/);
  assert.doesNotMatch(refused.output, canary);
  project.write(program("one"));
  // What depends on a resource that failed is not tried.
  const rounds = [
    {
      TagResource: "c4n4ry-one of c4n4ry-key",
      UpdateRepositoryCreationTemplate: "c4n4ry of one",
    },
    { SetRepositoryPolicy: "arn:aws:iam::888888888888:role/c4n4ry-one" },
  ];
  for (const quoted of rounds) {
    for (const [operation, value] of Object.entries(quoted)) {
      const message = `The value ${value} is wrong.`;
      emulator.addFaults([{ kind: "error", operation, code: "InvalidParameterException", message, status: 400 }]);
    }
    const failed = await project.run("up", "--yes", "--continue-on-error");
    emulator.clearFaults();
    assert.notEqual(failed.code, 0);
    for (const operation of Object.keys(quoted))
      assert.match(
        failed.output,
        new RegExp(`${operation}: InvalidParameterException: The value .*\\[secret\\].* is wrong`),
      );
    assert.deepEqual(
      failed.output.split("\n").filter((line) => canary.test(line)),
      [],
    );
  }
  assert.doesNotMatch(JSON.stringify(await project.export()), canary);
});

test("credentials in plain stack configuration are encrypted in the state", async () => {
  await project.ok("config", "set", "--plaintext", "ecr:accessKey", "AKIAC4N4RY");
  await project.ok("config", "set", "--plaintext", "ecr:secretKey", "c4n4ry/secret+key");
  project.write(program("two"));
  await project.ok("up", "--yes");
  const { resources = [] } = (await project.export()).deployment;
  const inputs = resources.filter(({ type }) => type === "pulumi:providers:ecr").map(({ inputs }) => inputs ?? {});
  assert.equal(inputs.length > 0, true);
  for (const { accessKey, secretKey } of inputs.filter((one) => "secretKey" in one))
    for (const value of [accessKey, secretKey]) assert.equal(Object.hasOwn(value as object, "ciphertext"), true);
  assert.equal(
    inputs.some((one) => "secretKey" in one),
    true,
  );
  assert.doesNotMatch(JSON.stringify(resources), canary);
  assert.doesNotMatch((await project.ok("destroy", "--yes")).output, canary);
});
