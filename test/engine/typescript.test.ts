/** The same program in TypeScript, through the Automation API, with `import * as ecr from "pulumi-ecr"`. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as ecr from "pulumi-ecr";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { createInlineStack, createProject } from "./engine.ts";
import { typescriptProgram, yamlProgram } from "./program.ts";

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

/** What the program made, without the times at which it did. */
function made(): unknown {
  const text = JSON.stringify(emulator.state(), (key, value: unknown) =>
    ["createdAt", "updatedAt", "visibleAt"].includes(key) ? 0 : value,
  );
  return JSON.parse(text);
}

test("a TypeScript program makes exactly what the YAML program makes, and a second up does nothing", async () => {
  const { stack, remove } = await createInlineStack(emulator.url, async () => typescriptProgram());
  try {
    const up = await stack.up();
    assert.equal(up.outputs["uri"]?.value, "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app");
    assert.deepEqual(up.summary.resourceChanges, { create: 15 });
    const fromTypescript = made();
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.destroy();
    assert.deepEqual(emulator.state(), []);
    const yaml = await createProject(emulator.url, yamlProgram());
    await yaml.ok("up", "--yes");
    assert.deepEqual(made(), fromTypescript);
    await yaml.ok("destroy", "--yes");
    yaml.remove();
    assert.deepEqual(emulator.state(), []);
  } finally {
    remove();
  }
});

test("the functions answer, and the credential is secret", async () => {
  emulator.asForeigner({
    operation: "CreateRepository",
    input: { repositoryName: "team/seen", tags: [{ Key: "a", Value: "1" }] },
  });
  const { stack, remove } = await createInlineStack(emulator.url, async () => {
    const seen = await ecr.getRepository({ repositoryName: "team/seen" });
    const token = ecr.getAuthorizationTokenOutput();
    return { tags: seen.tags, mutability: seen.imageTagMutability, user: token.userName, password: token.password };
  });
  try {
    const { outputs } = await stack.up();
    assert.deepEqual(outputs["tags"]?.value, { a: "1" });
    assert.equal(outputs["mutability"]?.value, "MUTABLE");
    assert.equal(outputs["user"]?.value, "AWS");
    assert.equal(outputs["password"]?.secret, true);
    await stack.destroy();
  } finally {
    remove();
    emulator.asForeigner({ operation: "DeleteRepository", input: { repositoryName: "team/seen" } });
  }
});

test("a function that finds nothing says so, with the name and what to check", async () => {
  const project = await createProject(emulator.url, {
    variables: {
      missing: { "fn::invoke": { function: "ecr:getRepository", arguments: { repositoryName: "team/missing" } } },
    },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is Pulumi YAML's own reference
    outputs: { arn: "${missing.arn}" },
  });
  try {
    const { code, output } = await project.run("preview");
    assert.notEqual(code, 0);
    assert.match(output, /there is no repository "team\/missing" in this account and region; check the name/);
  } finally {
    project.remove();
  }
});
