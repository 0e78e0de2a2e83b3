/** The patch of a changed resource, applied to what is live, gives what is declared; what is secret is not in it. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import jsonPatch from "fast-json-patch";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { signatureKey, signatures } from "../../provider/values/pulumi.ts";
import { exportOf, found, look, provider, pullPolicy, resource, type State, stackFrom } from "./stacks.ts";

let emulator: Emulator;
let ecr: ReturnType<typeof provider>;
before(async () => {
  emulator = await startEmulator();
  ecr = provider(emulator.url);
});
beforeEach(() => emulator.reset());
after(() => emulator.close());

const as = (operation: string, input: Record<string, unknown>) => emulator.asForeigner({ operation, input });
const resourceFrom = async (type: string, id: string, inputs: State, more: State = {}) => {
  const state = exportOf([ecr.state, resource(ecr.ref, type, id, inputs, more)]);
  return found(await look([await stackFrom(state)], { coverage: false }), type, id);
};

/** What the patch makes of the live properties. */
function applied(live: object, { patch = [] }: { patch?: readonly object[] }): unknown {
  // As a program has it that reads the report.
  const [document, steps] = JSON.parse(JSON.stringify([live, patch]));
  return jsonPatch.applyPatch(document, steps, true).newDocument;
}

test("settings, tags and members of objects are patched one by one", async () => {
  as("CreateRepository", {
    repositoryName: "app",
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: false },
    tags: [
      { Key: "team", Value: "hand" },
      { Key: "a/b~c", Value: "1" },
      { Key: "kept", Value: "same" },
    ],
  });
  const declared = {
    repositoryName: "app",
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    tags: { team: "core", kept: "same", "new one": "2" },
  };
  const outputs = { ...declared, tags: { ...declared.tags, "a/b~c": "1" } };
  const one = await resourceFrom("Repository", "app", declared, { outputs });
  const live = {
    repositoryName: "app",
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: false },
    tags: { team: "hand", "a/b~c": "1", kept: "same" },
  };
  assert.deepEqual(applied(live, one), declared);
  assert.deepEqual(one.patch?.map(({ op, path }) => `${op} ${path}`).sort(), [
    "add /tags/new one",
    "remove /tags/a~1b~0c",
    "replace /imageScanningConfiguration/scanOnPush",
    "replace /imageTagMutability",
    "replace /tags/team",
  ]);
});

test("a policy is patched inside its statements, and a list of rules as a whole", async () => {
  as("CreateRepository", { repositoryName: "app" });
  as("SetRepositoryPolicy", {
    repositoryName: "app",
    policyText: JSON.stringify(pullPolicy("111111111111", "222222222222")),
  });
  const policy = await resourceFrom("RepositoryPolicy", "app", {
    repositoryName: "app",
    policyText: pullPolicy("111111111111"),
  });
  const [field] = policy.fields;
  assert.deepEqual(
    applied({ policyText: field?.live }, policy),
    JSON.parse(JSON.stringify({ policyText: field?.declared })),
  );
  assert.ok(policy.patch?.every(({ path }) => path.startsWith("/policyText/Statement/0/Principal")));

  const rule = (region: string) => ({ destinations: [{ region, registryId: "123456789012" }] });
  as("PutReplicationConfiguration", { replicationConfiguration: { rules: [rule("eu-west-1"), rule("eu-west-2")] } });
  const replication = await resourceFrom("ReplicationConfiguration", "123456789012/us-east-1", {
    rules: [rule("eu-west-2")],
  });
  assert.deepEqual(applied({ rules: [rule("eu-west-1"), rule("eu-west-2")] }, replication), {
    rules: [rule("eu-west-2")],
  });
});

test("what is secret, converged or in sync is in no patch", async () => {
  as("CreateRepository", {
    repositoryName: "app",
    imageTagMutability: "IMMUTABLE",
    tags: [{ Key: "k", Value: "live" }],
  });
  const secret = { [signatureKey]: signatures.secret, plaintext: JSON.stringify({ k: "hidden" }) };
  const inputs = { repositoryName: "app", imageTagMutability: "IMMUTABLE", tags: secret };
  const outputs = { ...inputs, imageTagMutability: "MUTABLE" };
  const one = await resourceFrom("Repository", "app", inputs, { outputs });
  assert.deepEqual(
    one.fields.map(({ path, moved }) => [path.split(/[.[]/)[0], moved]),
    [
      ["imageTagMutability", "converged"],
      ["tags", "live"],
    ],
  );
  assert.equal(one.patch, undefined);
});
