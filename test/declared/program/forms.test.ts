/** No form of a program that opens a policy passes: the gain is found, or the review is incomplete and names the part. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pairs, singles } from "./forms.ts";
import { answerTo, reviewOf } from "./judged.ts";
import type { Files } from "./tree.ts";

const everyPair = process.env["CORPUS"] === "all";

test("each spelling of each part alone is found, or named", () => {
  const forms = singles();
  assert.ok(forms.length > 120, `${forms.length}`);
  const passed = forms.filter((form) => answerTo(form) === undefined).map(({ name }) => name);
  assert.deepEqual(passed, []);
});

test("each spelling of a part with each of another part is found, or named", () => {
  const forms = pairs().filter((_, index) => everyPair || index % 9 === 0);
  assert.ok(forms.length > 700, `${forms.length}`);
  const passed = forms.filter((form) => answerTo(form) === undefined).map(({ name }) => name);
  assert.deepEqual(passed, []);
});

test("what Pulumi reads and this version understands is a gain, not only undecided", () => {
  const undecided = singles().filter((form) => form.isLegal && answerTo(form) !== "gain");
  assert.deepEqual(
    undecided.map(({ name }) => name),
    [
      "value: fn::invoke",
      "value: fn::invoke by its short name",
      "value: fn::invoke with return",
      "text: JSON with tabs",
      "text: YAML with CR",
      "text: YAML with a second document",
      "text: YAML that ends with ...",
      "text: YAML behind a directive",
      "text: YAML with a tag",
      "text: YAML with an anchor",
      "place: a compiler",
      "place: another compiler",
    ],
  );
});

const ref = (name: string) => `$\{${name}}`;
const policy = (principal: unknown) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] }],
  });
const [open, closed] = [policy("*"), policy({ AWS: "111111111111" })];
const project = { name: "app", runtime: "yaml" };
const program = (policyText: unknown, more: object = {}, resource: object = {}) =>
  JSON.stringify({
    ...project,
    ...more,
    resources: {
      pull: { type: "ecr:RepositoryPolicy", properties: { repositoryName: "team/api", policyText }, ...resource },
    },
  });
const invoke = (principal: string) => ({ doc: { "fn::aws:iam:getPolicyDocument": { statements: [{ principal }] } } });
const provider = (region: string) => ({ type: "pulumi:providers:ecr", properties: { region } });

/** Changes of which the program's own text tells little or nothing. */
const changes: Readonly<Record<string, readonly [before: Files, after: Files, says: RegExp | "gain"]>> = {
  "a file that is read": [
    { "Pulumi.yaml": program({ "fn::readFile": "p.json" }), "p.json": closed },
    { "Pulumi.yaml": program({ "fn::readFile": "p.json" }), "p.json": open },
    "gain",
  ],
  "the configuration of a stack": [
    { "Pulumi.yaml": program(ref("p")), "Pulumi.dev.yaml": `config:\n  app:p: '${closed}'\n` },
    { "Pulumi.yaml": program(ref("p")), "Pulumi.dev.yaml": `config:\n  app:p: '${open}'\n` },
    "gain",
  ],
  "the configuration of one of two stacks": [
    {
      "Pulumi.yaml": program(ref("p")),
      "Pulumi.a.yaml": `config: {p: '${closed}'}`,
      "Pulumi.b.yaml": `config: {p: '${closed}'}`,
    },
    {
      "Pulumi.yaml": program(ref("p")),
      "Pulumi.a.yaml": `config: {p: '${closed}'}`,
      "Pulumi.b.yaml": `config: {p: '${open}'}`,
    },
    "gain",
  ],
  "a secret of a stack": [
    { "Pulumi.yaml": program(ref("p")), "Pulumi.dev.yaml": "config: {p: {secure: v1:a}}" },
    { "Pulumi.yaml": program(ref("p")), "Pulumi.dev.yaml": "config: {p: {secure: v1:b}}" },
    /the policy is not known yet/,
  ],
  "an environment of a stack": [
    { "Pulumi.yaml": program(ref("p"), { config: { p: { type: "string" } } }), "Pulumi.dev.yaml": "environment: [a]" },
    { "Pulumi.yaml": program(ref("p"), { config: { p: { type: "string" } } }), "Pulumi.dev.yaml": "environment: [b]" },
    /environment: this key of a stack is not read/,
  ],
  "a stack's configuration of the provider": [
    { "Pulumi.yaml": program(open), "Pulumi.dev.yaml": "config: {'ecr:region': us-east-1}" },
    { "Pulumi.yaml": program(open), "Pulumi.dev.yaml": "config: {'ecr:region': eu-west-1}" },
    /the provider of ecr: its configuration changes/,
  ],
  "what a function is called with": [
    { "Pulumi.yaml": program(ref("doc.json"), { variables: invoke("111111111111") }) },
    { "Pulumi.yaml": program(ref("doc.json"), { variables: invoke("*") }) },
    /the policy is not known yet/,
  ],
  "Main.json beside Pulumi.yaml": [
    { "Pulumi.yaml": program(closed) },
    { "Pulumi.yaml": program(closed), "Main.json": program(open) },
    "gain",
  ],
  "Main.yaml that gives way to Main.json": [
    { "Pulumi.yaml": JSON.stringify(project), "Main.yaml": program(closed) },
    { "Pulumi.yaml": JSON.stringify(project), "Main.yaml": program(closed), "Main.json": program(open) },
    "gain",
  ],
  "the folder of the program": [
    {
      "Pulumi.yaml": JSON.stringify({ ...project, main: "a" }),
      "a/Main.yaml": program(closed),
      "b/Main.yaml.txt": program(open),
    },
    {
      "Pulumi.yaml": JSON.stringify({ ...project, main: "b" }),
      "a/Main.yaml": program(closed),
      "b/Main.yaml": program(open),
    },
    "gain",
  ],
  "Pulumi.json that takes the place of Pulumi.yaml": [
    { "Pulumi.yaml": program(closed) },
    {
      "Pulumi.yaml": program(closed),
      "Pulumi.json": JSON.stringify({ ...project, main: "b" }),
      "b/Main.yaml": program(open),
    },
    "gain",
  ],
  "the case of a file's name": [
    { "Pulumi.yaml": program(closed) },
    { "Pulumi.yaml": program(closed), "main.json": program(open) },
    /its name is Main.json on file systems that ignore case/,
  ],
  "a link in place of the program": [
    { "Pulumi.yaml": program(closed) },
    { "Pulumi.yaml": program(closed), "Main.json": { link: "/tmp/open.json" } },
    /it is a link, which is not followed/,
  ],
  "what a compiler reads": [
    { "Pulumi.yaml": program(closed, { runtime: { name: "yaml", options: { compiler: "make" } } }), Makefile: "a" },
    { "Pulumi.yaml": program(closed, { runtime: { name: "yaml", options: { compiler: "make" } } }), Makefile: "b" },
    /runtime.options.compiler: a compiler makes the program/,
  ],
  "ignoreChanges goes": [
    { "Pulumi.yaml": program(open, {}, { options: { ignoreChanges: ["policyText"] } }) },
    { "Pulumi.yaml": program(open) },
    /is not known/,
  ],
  "the provider of the resource": [
    { "Pulumi.yaml": program(open, { variables: { p: 1 } }, { options: { provider: ref("sandbox") } }) },
    { "Pulumi.yaml": program(open, { variables: { p: 1 } }, { options: { provider: ref("production") } }) },
    /resources.pull.options.provider: where it is deployed changes/,
  ],
  "another repository": [
    { "Pulumi.yaml": program(open) },
    { "Pulumi.yaml": program(open).replace("team/api", "team/secrets") },
    "gain",
  ],
  "a repository whose name is not known": [
    { "Pulumi.yaml": program(open, { variables: invoke("a") }).replace("team/api", ref("doc.name")) },
    { "Pulumi.yaml": program(open, { variables: invoke("b") }).replace("team/api", ref("doc.name")) },
    /resources.pull.properties.repositoryName: its name is not known and changes/,
  ],
  "where a package comes from": [
    { "Pulumi.yaml": program(closed) },
    {
      "Pulumi.yaml": program(closed, { plugins: { providers: [{ name: "ecr", path: "./evil" }] } }),
      "evil/main.sh": "x",
    },
    /plugins.providers.ecr: it says where the package ecr comes from/,
  ],
  "what a local plugin is": [
    { "Pulumi.yaml": program(closed, { plugins: { providers: [{ name: "ecr", path: "./bin" }] } }), "bin/x": "a" },
    { "Pulumi.yaml": program(closed, { plugins: { providers: [{ name: "ecr", path: "./bin" }] } }), "bin/x": "b" },
    /plugins.providers.ecr/,
  ],
  "a component of a local package": [
    {
      "Pulumi.yaml": program(closed, { packages: { mine: "./mine" } }),
      "mine/PulumiPlugin.yaml": "name: mine\ncomponents: {}\n",
    },
    {
      "Pulumi.yaml": program(closed, { packages: { mine: "./mine" } }),
      "mine/PulumiPlugin.yaml": "name: mine\ncomponents: {a: {}}\n",
    },
    /packages.mine: it says where the package mine comes from|a component package is not read/,
  ],
  "the declaration of a package": [
    { "Pulumi.yaml": program(closed, {}).replace('"resources":{', '"resources":{"r":{"type":"random:RandomId"},') },
    {
      "Pulumi.yaml": program(closed, {}).replace('"resources":{', '"resources":{"r":{"type":"random:RandomId"},'),
      "sdks/random.yaml":
        "packageDeclarationVersion: 1\nname: evil\nparameterization: {name: random, version: 1.0.0}\n",
    },
    /it says where a package comes from/,
  ],
  "the declaration of a package whose key has escapes": [
    { "Pulumi.yaml": program(closed) },
    { "Pulumi.yaml": program(closed), "sdks/random.yaml": '"packageDeclaration\\x56ersion": 1\nname: evil\n' },
    /it says where a package comes from/,
  ],
  "the default provider": [
    {
      "Pulumi.yaml": program(open, {}).replace(
        '"resources":{',
        `"resources":{"e":${JSON.stringify({ ...provider("us-east-1"), defaultProvider: true })},`,
      ),
    },
    {
      "Pulumi.yaml": program(open, {}).replace(
        '"resources":{',
        `"resources":{"e":${JSON.stringify({ ...provider("eu-west-1"), defaultProvider: true })},`,
      ),
    },
    /the provider of ecr/,
  ],
  "a function that runs a command": [
    { "Pulumi.yaml": program(closed) },
    {
      "Pulumi.yaml": program(closed, {
        outputs: { a: { "fn::invoke": { Function: "command:local:run", arguments: { command: "x" } } } },
      }),
    },
    /fn::invoke command:local:run: this function is not known to do nothing but read/,
  ],
  "the argument of a function that calls Lambda": [
    { "Pulumi.yaml": program(closed, { variables: { a: { "fn::aws:lambda:getInvocation": { input: "a" } } } }) },
    { "Pulumi.yaml": program(closed, { variables: { a: { "fn::aws:lambda:getInvocation": { input: "b" } } } }) },
    /fn::invoke aws:lambda:getinvocation/,
  ],
  "a resource of an unknown type that changes": [
    {
      "Pulumi.yaml": program(closed).replace(
        '"resources":{',
        '"resources":{"s":{"type":"aws:cloudformation:Stack","properties":{"templateBody":"a"}},',
      ),
    },
    {
      "Pulumi.yaml": program(closed).replace(
        '"resources":{',
        '"resources":{"s":{"type":"aws:cloudformation:Stack","properties":{"templateBody":"b"}},',
      ),
    },
    /resources.s: its type "aws:cloudformation:Stack" may hold resources of ECR/,
  ],
};
for (const [name, [before, after, says]] of Object.entries(changes)) {
  test(`a change of ${name} is found, or named`, () => {
    const { verdict, access, notRead } = reviewOf(before, after);
    if (says === "gain") {
      assert.equal(verdict, "blocked");
      assert.ok(access.gains.length > 0);
      return;
    }
    assert.notEqual(verdict, "clean");
    const told = [...notRead.map(({ reason }) => reason), ...access.undecided.flatMap(({ reasons }) => reasons)];
    assert.match(told.join("\n"), says);
  });
}

const root = join(import.meta.dirname, "../../..");
const examples = readdirSync(join(root, "examples")).flatMap((name) => {
  try {
    return [[name, readFileSync(join(root, "examples", name, "Pulumi.yaml"), "utf8")] as const];
  } catch {
    return [];
  }
});
for (const [name, text] of examples) {
  test(`a change of the description of the example ${name} passes`, () => {
    const after = text.replace(/^description: /m, "description: Now: ").replace("Now: ", "Now ");
    assert.notEqual(after, text);
    const { verdict, notRead } = reviewOf({ "Pulumi.yaml": text }, { "Pulumi.yaml": after });
    assert.deepEqual([verdict, notRead], ["clean", []]);
  });
}

test("ordinary resources beside those of ECR come and change without a word", () => {
  const types = [
    "aws:s3:Bucket",
    "aws:iam/role:Role",
    "aws:ec2:Vpc",
    "aws:ecs/service:Service",
    "random:RandomPassword",
    "tls:PrivateKey",
  ];
  types.push(
    "kubernetes:apps/v1:Deployment",
    "kubernetes:core/v1:Service",
    "aws-native:s3:Bucket",
    "pulumi:pulumi:StackReference",
  );
  types.push("datadog:index/monitor:Monitor", "awsx:ec2:Vpc", "aws:lambda/function:Function", "aws:rds:Instance");
  const withTypes = (size: number) => {
    const others = Object.fromEntries(types.map((type, index) => [`r${index}`, { type, properties: { size } }]));
    return program(closed).replace('"resources":{', `"resources":{${JSON.stringify(others).slice(1, -1)},`);
  };
  const outputs = program(closed, { outputs: { a: ref("pull.id") }, description: "x", backend: { url: "s3://x" } });
  for (const [before, after] of [
    [program(closed), withTypes(1)],
    [withTypes(1), withTypes(2)],
    [withTypes(2), program(closed)],
    [program(closed, { backend: { url: "s3://x" } }), outputs],
    [
      program(closed),
      program(closed, {
        variables: {
          a: { "fn::invoke": { function: "aws:getCallerIdentity" } },
          b: { "fn::aws:iam:getRole": { name: "x" } },
        },
      }),
    ],
  ] as const) {
    const { verdict, notRead } = reviewOf({ "Pulumi.yaml": before }, { "Pulumi.yaml": after });
    assert.deepEqual([verdict, notRead], ["clean", []]);
  }
});

test("what is not read and does not change is not told", () => {
  const odd = program(closed, { plugins: { providers: [{ name: "ecr", path: "./bin" }] }, strange: 1 }).replace(
    '"resources":{',
    '"resources":{"s":{"type":"aws:cloudformation:Stack","properties":{"templateBody":"a"}},',
  );
  const { verdict, notRead } = reviewOf(
    { "Pulumi.yaml": odd },
    { "Pulumi.yaml": odd.replace('"resources":{', '"resources":{"b":{"type":"aws:s3:Bucket"},') },
  );
  assert.deepEqual([verdict, notRead], ["clean", []]);
});

test("an account that a stack's configuration gives is put into the policy", () => {
  const text = program(policy({ AWS: `arn:aws:iam::${ref("partner")}:root` }), {
    config: { partner: { type: "string" } },
  });
  const files = (partner: string) => ({ "Pulumi.yaml": text, "Pulumi.dev.yaml": `config: {partner: '${partner}'}` });
  const { access } = reviewOf(files("011111111111"), files("022222222222"));
  assert.deepEqual(
    access.gains.map(({ principal }) => principal),
    ["account 022222222222"],
  );
  // An account that looks like a number becomes one, which Pulumi writes with an exponent.
  assert.equal(reviewOf(files("011111111111"), files("111111111111")).access.gains.length, 0);
});
