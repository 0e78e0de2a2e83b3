/**
 * Secret inputs stay secret: every input of every resource is marked in turn, with a canary in each of its texts, and taken through
 * everything that the engine asks for. No byte that the plugin sends has the canary in it, but the marked values themselves and
 * the id, which Pulumi never hides. Long because the listening to a plugin is here as well.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Emulator, startEmulator } from "../emulator/http/server.ts";
import { catalog } from "../provider/catalog.ts";
import type { Rows, Schema } from "../provider/define/property.ts";
import { signatureKey, signatures } from "../provider/values/pulumi.ts";
import { redactionOf } from "../provider/values/secrets.ts";
import { decode, encode, initFailure, type Plugin, plain, proto, startPlugin } from "./harness/client.ts";
import { canary, policy, type Sample, samples } from "./harness/secret-samples.ts";
import { type CheckFailed, Session, wire } from "./harness/session.ts";

/** Inputs whose values are chosen from a list, counted or switched: there is no text that could be looked for. */
function hasText(schema: Schema): boolean {
  if (schema["enum"] || schema.knownValues) return false;
  if (schema.items) return hasText(schema.items);
  const members = [...Object.values(schema.properties ?? {})];
  const { additionalProperties: values, propertyNames: names } = schema;
  if (typeof values === "object")
    return (names as Schema | undefined)?.["enum"] === undefined || hasText(values as Schema);
  if (members.length > 0) return members.some(hasText);
  return ![schema.type].flat().every((type) => type === "boolean" || type === "integer" || type === "number");
}

let emulator: Emulator;
before(async () => {
  process.env["AWS_REGION"] = "us-east-1";
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  emulator = await startEmulator();
});
after(() => emulator.close());

/** Values without what is marked as secret. */
function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== "object" || value === null) return typeof value === "symbol" ? null : value;
  const members = Object.entries(value);
  if (Object.getOwnPropertySymbols(value).length > 0) return "(secret)";
  return Object.fromEntries(members.map(([name, member]) => [name, unmarked(member)]));
}

/** The plugin, and everything that it sends but what is marked as secret and ids. */
async function listening(config: object = {}): Promise<{ plugin: Plugin; sent: string[] }> {
  const inner = await startPlugin(wire({ endpoint: emulator.url, maxRetries: 0, ...config }));
  const sent: string[] = [];
  const structs = (answer: object) =>
    ["getInputs", "getProperties", "getReturn"]
      .filter((name) => name in answer)
      .map((name) => unmarked(decode((answer as Record<string, () => never>)[name]?.())));
  const texts = (answer: object) => {
    const {
      id: _,
      inputs: __,
      properties: ___,
      return: ____,
      ...rest
    } = (answer as { toObject(): Record<string, unknown> }).toObject();
    return JSON.stringify([rest, structs(answer)]);
  };
  const plugin: Plugin = {
    ...inner,
    async call<A>(method: string, request: object): Promise<A> {
      try {
        const answer = await inner.call<A>(method, request);
        sent.push(`${method}: ${texts(answer as object)}`);
        return answer;
      } catch (error) {
        const failure = initFailure(error);
        sent.push(`${method} failed: ${(error as { details?: string }).details}`);
        if (failure) sent.push(`${method} failed: ${texts(failure)}`);
        throw error;
      }
    },
  };
  return { plugin, sent };
}

/** Ends with whatever it ends with: what counts is what was sent meanwhile. */
const tried = (step: Promise<unknown>) =>
  step.then(
    () => {},
    () => {},
  );

/** The next call ends with a fault that quotes the value, as many messages of AWS do. */
function quoting(value: unknown): void {
  const message = `The value ${JSON.stringify(value)} of ${JSON.stringify(JSON.stringify(value))} is not accepted.`;
  emulator.addFaults([{ kind: "error", code: "InvalidParameterException", message, status: 400, times: 1 }]);
}

function reset({ given = [] }: Sample): void {
  emulator.reset();
  for (const write of given) emulator.asForeigner(write);
}

for (const definition of catalog.resources) {
  const sample = samples[definition.name];
  const inputs = Object.entries(definition.properties as Rows).filter(([, { role }]) => role !== "output");
  describe(definition.name, () => {
    test("each input that may hold a text has a canary", () => {
      const expected = inputs.filter(([, row]) => hasText(row.schema)).map(([name]) => name);
      assert.deepEqual(Object.keys(sample?.canaries ?? {}).sort(), expected.sort());
    });
    for (const [name, [first, second]] of Object.entries(sample?.canaries ?? {}))
      test(`nothing shows a secret ${name}`, () => lifeOf(definition.name, sample as Sample, name, first, second));
  });
}

async function lifeOf(type: string, sample: Sample, name: string, first: unknown, second: unknown): Promise<void> {
  const { plugin, sent } = await listening();
  const marked = (value: unknown) => wire({ ...sample.base, [name]: { $secret: value } });
  const session = new Session(plugin, type, "res");
  const recorded = () => plain(session.state?.inputs[name]);
  try {
    reset(sample);
    for (const bad of ["c4n4ry\u0000 not valid ", { "c4n4ry key": "c4n4ry" }, ["c4n4ry", { c4n4ry: 1 }], 8])
      await tried(session.check(marked(bad)));
    for (const [value, next] of [
      [first, second],
      [second, first],
    ]) {
      // The deletion of what is replaced is asked for without the new value, which AWS then cannot quote.
      const replaces = session.state && (await session.preview(marked(value))).diff?.replaces.length;
      if (!replaces) quoting(value);
      await tried(session.up(marked(value)));
      emulator.clearFaults();
      if (sample.refused?.includes(name)) await assert.rejects(session.up(marked(value)));
      else await session.up(marked(value));
      if (!session.state) continue;
      await session.refresh();
      await session.preview(marked(next));
      quoting(recorded());
      await tried(session.refresh());
      emulator.clearFaults();
    }
    quoting(recorded());
    await tried(session.destroy());
    emulator.clearFaults();
    await session.destroy();
  } finally {
    await plugin.close();
  }
  assert.ok(sent.some((text) => text.startsWith("check:")) && sent.length >= 8, "the plugin must have been asked");
  assert.deepEqual(shown(plugin, sent), []);
}

/** What of everything that was sent shows a canary. */
function shown(plugin: Plugin, sent: readonly string[]): string[] {
  return [...sent, ...plugin.messages.map(({ text }) => text)].filter((text) => canary.test(text));
}

const team = { operation: "CreateRepository", input: { repositoryName: "team/app" } };

test("a secret principal inside a policy is hidden, and the rest of the sentence stays", async () => {
  const { plugin, sent } = await listening();
  emulator.reset();
  emulator.asForeigner(team);
  const document = (principal: object) =>
    wire({ repositoryName: "team/app", policyText: policy(principal as never, "pull") });
  const session = new Session(plugin, "RepositoryPolicy", "res");
  try {
    await session.up(document({ $secret: "arn:aws:iam::111111111111:root" }));
    await session.preview(document({ $secret: "arn:aws:iam::888888888888:role/C4n4ry" }));
    await session.up(document({ $secret: "arn:aws:iam::888888888888:role/C4n4ry" }));
    await session.destroy();
  } finally {
    await plugin.close();
  }
  assert.deepEqual(shown(plugin, sent), []);
  assert.deepEqual(
    plugin.messages.filter(({ severity }) => severity === "info").map(({ text }) => text)[0],
    [
      '+ role [secret] of account [secret] can now pull from team/app (statement 1 "pull") [outside]',
      '- account [secret] can no longer pull from team/app (statement 1 "pull") [outside]',
      'statement "pull": Principal.AWS gained [secret]',
      'statement "pull": Principal.AWS lost [secret]',
    ].join("\n"),
  );
});

test("what a change of a secret document means is not said", async () => {
  const { plugin, sent } = await listening();
  emulator.reset();
  emulator.asForeigner(team);
  const document = (principal: string) =>
    wire({ repositoryName: "team/app", policyText: { $secret: policy(principal, "pull") } });
  const session = new Session(plugin, "RepositoryPolicy", "res");
  try {
    await session.up(document("arn:aws:iam::888888888888:root"));
    plugin.messages.length = 0;
    await session.preview(document("*"));
  } finally {
    await plugin.close();
  }
  assert.deepEqual(shown(plugin, sent), []);
  assert.deepEqual(
    plugin.messages.map(({ severity, text }) => `${severity}: ${text}`),
    [
      "info: policyText changes; its value is secret",
      "warning: the change of policyText has effects outside the resource, which are not shown because its value is secret",
    ],
  );
});

test("a failure of a secret property does not name the property to the engine, which would print its value", async () => {
  const { plugin } = await listening();
  const session = new Session(plugin, "Repository", "res");
  const failures = async (inputs: object) =>
    session.check(wire(inputs)).then(
      () => [],
      (error: CheckFailed) => error.failures,
    );
  try {
    assert.deepEqual(await failures({ repositoryName: { $secret: "C4n4ry" } }), [
      {
        property: "",
        reason:
          'repositoryName: must be lower-case letters and digits, with single separators (. _ __ - /) between them and none at either end, is "[secret]"',
      },
    ]);
    assert.deepEqual(await failures({ tags: { $secret: { "aws:c4n4ry": "x" } } }), [
      { property: "", reason: "tags: tag keys that start with aws: are reserved for AWS [tag-key]" },
    ]);
    assert.deepEqual(await failures({ tags: { a: { $secret: "x".repeat(300) } } }), [
      { property: "", reason: "tags.a: must have at most 256 characters, has 300" },
    ]);
    assert.deepEqual(await failures({ repositoryName: "C4n4ry" }), [
      {
        property: "repositoryName",
        reason:
          'must be lower-case letters and digits, with single separators (. _ __ - /) between them and none at either end, is "C4n4ry"',
      },
    ]);
  } finally {
    await plugin.close();
  }
});

test("credentials of the configuration are secret in the answer to CheckConfig, whichever way they came", async () => {
  const plugin = await startPlugin(wire({ endpoint: emulator.url }));
  const checked = async (config: object) => {
    const request = new proto.CheckRequest();
    request.setNews(encode(wire(config)));
    return plain(decode((await plugin.call<proto.CheckResponse>("checkConfig", request)).getInputs()));
  };
  try {
    assert.deepEqual(await checked({ region: "eu-west-1", accessKey: "a", secretKey: "b", token: { $secret: "c" } }), {
      region: "eu-west-1",
      accessKey: { $secret: "a" },
      secretKey: { $secret: "b" },
      token: { $secret: "c" },
    });
    const inText = JSON.stringify({
      roleArn: "arn:aws:iam::123456789012:role/x",
      externalId: { [signatureKey]: signatures.secret, value: "c4n4ry" },
    });
    assert.deepEqual(await checked({ assumeRole: inText }), { assumeRole: { $secret: inText } });
  } finally {
    await plugin.close();
  }
});

test("a message of AWS that quotes credentials of the configuration is shown without them", async () => {
  const { plugin, sent } = await listening({
    accessKey: "C4N4RYACCESS",
    secretKey: "c4n4ry/secret+key",
    region: "us-east-1",
  });
  emulator.reset();
  try {
    quoting("C4N4RYACCESS c4n4ry/secret+key");
    await tried(new Session(plugin, "Repository", "res").up(wire({ repositoryName: "team/app" })));
  } finally {
    await plugin.close();
  }
  assert.deepEqual(shown(plugin, sent), []);
  assert.ok(
    sent.some((text) => text.includes('The value "[secret] [secret]"')),
    sent.join("\n"),
  );
});

test("a redaction finds a secret value in each form that a message may give it", () => {
  const cases: readonly (readonly [secret: unknown, text: string, shown: string])[] = [
    ["team/c4n4ry", "creating team/c4n4ry in TEAM/C4N4RY", "creating [secret] in [secret]"],
    ['say "c4n4ry"', JSON.stringify([JSON.stringify('say "c4n4ry"'), 'say "c4n4ry"']), '["\\"[secret]\\"","[secret]"]'],
    ["arn:aws:iam::888888888888:root", "account 888888888888 can now pull", "account [secret] can now pull"],
    [`c4n4ry ${"x".repeat(300)}`, `description is now c4n4ry ${"x".repeat(50)}…`, "description is now [secret]…"],
    ["c4n4ry-value", "is c4n4…", "is [secret]…"],
    ["a", "a value, array", "[secret] value, array"],
    [30, "keeps 30 of 300", "keeps [secret] of 300"],
    ["*", "ecr:* is *", "ecr:[secret] is [secret]"],
    ["", "nothing", "nothing"],
    [true, "it is true", "it is true"],
    ['{"Sid":"c4n4ry"}', 'the Sid "c4n4ry" is used', 'the Sid "[secret]" is used'],
    ["c4n4ry/path value", "https://x/c4n4ry%2Fpath%20value", "https://x/[secret]"],
    ["[secret]", "is [secret] now", "is [secret] now"],
  ];
  for (const [secret, text, expected] of cases) assert.equal(redactionOf([secret]).text(text), expected);
});
