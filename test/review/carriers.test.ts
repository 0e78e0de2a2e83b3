/** What changes in a preview, plan or export and may have to do with ECR is read, or named and makes a review incomplete. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gatherPlan } from "../../provider/cli/commands/review/inputs/plan.ts";
import { gatherExports, gatherPreview } from "../../provider/cli/commands/review/inputs/preview.ts";

const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-carriers-"));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

function written(value: unknown): string {
  const path = join(folder, `${++count}.json`);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const template = (type: string, more = {}) => JSON.stringify({ Resources: { A: { Type: type } }, ...more });
const ofEcr = (type: string) => `its type "${type}" may hold resources of ECR and is not read`;
const ofTemplate = (type: string) => `its type "${type}" holds a template, which may have resources of ECR`;
const ofCall = (word: string) => `its inputs name ${word}, and what that changes is not read`;

const stack = "aws:cloudformation/stack:Stack";
/** Type, inputs, and the reason why it is not read; none for what has nothing to do with ECR. */
const resources: readonly (readonly [string, object, string?])[] = [
  ...[
    "aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
    "aws-native:ecr:PublicRepository",
    "aws-native:ecr:OfTheFuture",
    "aws:ecr/ofTheFuture:OfTheFuture",
    "ecr:index:OfTheFuture",
    "kubernetes:ecr.services.k8s.aws/v1alpha1:Repository",
    "kubernetes:ecr.aws.upbound.io/v1beta1:RepositoryPolicy",
  ].map((type) => [type, {}, ofEcr(type)] as const),
  [stack, { templateBody: template("AWS::ECR::Repository") }, ofTemplate(stack)],
  [stack, { templateBody: template("AWS::CloudFormation::Stack") }, ofTemplate(stack)],
  [stack, { templateBody: template("AWS::S3::Bucket", { Transform: "Macro" }) }, ofTemplate(stack)],
  [stack, { templateBody: template("AWS::S3::Bucket").replace("AWS", "\\u0041WS") }, ofTemplate(stack)],
  [stack, { templateBody: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }, ofTemplate(stack)],
  [stack, { templateUrl: "https://bucket.s3.amazonaws.com/t.json" }, ofTemplate(stack)],
  [stack, { templateBody: template("AWS::S3::Bucket") }],
  [
    "aws:cloudcontrol/resource:Resource",
    { typeName: "AWS::ECR::RegistryPolicy", desiredState: "{}" },
    ofTemplate("aws:cloudcontrol/resource:Resource"),
  ],
  [
    "aws-native:index:ExtensionResource",
    { type: "AWS::ECR::RegistryPolicy", properties: {} },
    ofTemplate("aws-native:index:ExtensionResource"),
  ],
  ["aws-native:index:ExtensionResource", { type: "AWS::S3::Bucket", properties: {} }],
  ["command:local:Command", { create: "aws ecr set-repository-policy" }, ofCall("set-repository-policy")],
  ["command:local:Command", { create: "aws s3 ls" }],
  ["aws:iam/policy:Policy", { policy: JSON.stringify({ Action: "ecr:SetRepositoryPolicy" }) }],
  ["aws:ecs/service:Service", { image: "1.dkr.ecr.eu-west-1.amazonaws.com/api" }],
  ["pulumi:providers:ecr", {}],
];

const urnOf = (type: string) => `urn:pulumi:dev::p::${type}::a`;
const stateOf = (type: string, inputs: unknown, more = {}) => ({
  urn: urnOf(type),
  type,
  custom: true,
  inputs,
  ...more,
});

for (const [type, inputs, reason] of resources) {
  const notRead = reason === undefined ? [] : [{ file: urnOf(type), reason, incomplete: true }];
  test(`a preview and an export name ${type} ${JSON.stringify(inputs)}${reason === undefined ? " not at all" : ""}`, async () => {
    const step = { op: "create", urn: urnOf(type), newState: stateOf(type, inputs) };
    assert.deepEqual((await gatherPreview(written({ steps: [step] }), {})).notRead, notRead);
    const same = { op: "same", urn: urnOf(type), oldState: step.newState, newState: step.newState };
    assert.deepEqual((await gatherPreview(written({ steps: [same] }), {})).notRead, []);
    if (type.startsWith("command:")) return;
    const exported = written({ version: 3, deployment: { resources: [stateOf(type, inputs, { id: "a" })] } });
    assert.deepEqual((await gatherExports(undefined, exported, undefined)).notRead, notRead);
    assert.deepEqual((await gatherExports(exported, exported, undefined)).notRead, []);
  });
}

test("a component is read by the steps of its parts", async () => {
  const type = "acme:ecr:Repository";
  const step = { op: "create", urn: urnOf(type), newState: stateOf(type, {}, { custom: false }) };
  assert.deepEqual((await gatherPreview(written({ steps: [step] }), {})).notRead, []);
});

test("a step that does not show a resource of ECR is not a step without a change", async () => {
  const type = "ecr:index:RepositoryPolicy";
  const reasons = async (step: object) =>
    (await gatherPreview(written({ steps: [{ urn: urnOf(type), ...step }] }), {})).notRead.map(({ reason }) => reason);
  assert.deepEqual(await reasons({ op: "create" }), ["the preview does not show what it becomes"]);
  const hidden = stateOf(type, undefined);
  assert.deepEqual(await reasons({ op: "update", newState: hidden }), ["the preview does not show its inputs"]);
});

test("a step that keeps a resource whose inputs differ is a change", async () => {
  const type = "aws:ecr/repositoryPolicy:RepositoryPolicy";
  const state = (policy: string) => stateOf(type, { repository: "api", policy });
  const step = { op: "same", urn: urnOf(type), oldState: state("{}"), newState: state("[]") };
  assert.equal((await gatherPreview(written({ steps: [step] }), {})).changes.length, 1);
});

const planned = (type: string, inputs: unknown, more = {}) => ({
  address: `${type}.a`,
  mode: "managed",
  type,
  change: { actions: ["create"], before: null, after: inputs, after_unknown: {}, ...more },
});
const plan = (changes: readonly object[], more = {}) =>
  written({ format_version: "1.2", planned_values: {}, resource_changes: changes, complete: true, ...more });

const plans: readonly (readonly [string, object, string?])[] = [
  ...[
    "aws_ecrpublic_repository_policy",
    "aws_ecr_of_the_future",
    "awscc_ecr_repository",
    "awscc_ecr_registry_policy",
  ].map((type) => [type, {}, ofEcr(type)] as const),
  ...["aws_cloudformation_stack", "aws_cloudformation_stack_set", "awscc_cloudformation_stack"].map(
    (type) => [type, { template_body: template("AWS::ECR::Repository") }, ofTemplate(type)] as const,
  ),
  ["aws_cloudformation_stack", { template_body: template("AWS::S3::Bucket") }],
  [
    "aws_cloudcontrolapi_resource",
    { type_name: "AWS::ECR::RegistryPolicy", desired_state: "{}" },
    ofTemplate("aws_cloudcontrolapi_resource"),
  ],
  ["kubernetes_manifest", { manifest: { apiVersion: "ecr.aws.upbound.io/v1beta1" } }, ofCall("ecr.aws.upbound.io")],
  ["terraform_data", { input: "aws ecr put-lifecycle-policy" }, ofCall("put-lifecycle-policy")],
  ["aws_iam_policy", { policy: JSON.stringify({ Action: "ecr:SetRepositoryPolicy" }) }],
];

for (const [type, inputs, reason] of plans)
  test(`a plan names ${type} ${JSON.stringify(inputs)}${reason === undefined ? " not at all" : ""}`, async () => {
    const { notRead } = await gatherPlan(plan([planned(type, inputs)]));
    assert.deepEqual(notRead, reason === undefined ? [] : [{ file: `${type}.a`, reason, incomplete: true }]);
    assert.deepEqual((await gatherPlan(plan([planned(type, inputs, { actions: ["no-op"] })]))).notRead, []);
  });

test("a resource of ECR of which a plan shows nothing is named", async () => {
  const type = "aws_ecr_repository_policy";
  for (const more of [{ after_unknown: true }, { after_sensitive: true }]) {
    const { notRead } = await gatherPlan(plan([planned(type, {}, more)]));
    assert.deepEqual(notRead, [{ file: `${type}.a`, reason: "the plan does not show it", incomplete: true }]);
  }
});

test("a provisioner that calls ECR is named where a plan makes something, and so is an action", async () => {
  const provisioners = [
    { type: "local-exec", expressions: { command: { constant_value: "aws ecr set-repository-policy" } } },
  ];
  const configuration = { root_module: { resources: [{ address: "null_resource.a", provisioners }] } };
  const reasons = async (changes: readonly object[], more: object) =>
    (await gatherPlan(plan(changes, more))).notRead.map(({ reason }) => reason);
  const made = [planned("null_resource", {})];
  assert.deepEqual(await reasons(made, { configuration }), [
    "a provisioner calls set-repository-policy, so changes may be missing",
  ]);
  assert.deepEqual(await reasons([], { configuration }), []);
  assert.deepEqual(await reasons([], { action_invocations: [{ config: "aws ecr put-registry-policy" }] }), [
    "its action 0 calls put-registry-policy, so changes may be missing",
  ]);
});
