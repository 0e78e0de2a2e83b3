/**
 * States that no YAML program makes: of programs in Node and Go and of AWS's provider, as the real engine wrote them
 * (`test/testdata/states`), and what their values, providers and records may be beside that.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import type { Stack } from "../../provider/declared/pulumi/export.ts";
import type { DriftReport } from "../../provider/drift/report/report.ts";
import { signatureKey, signatures, unknownText } from "../../provider/values/pulumi.ts";
import { account, look, type State, stackFrom } from "./stacks.ts";

interface File {
  version: number;
  deployment: { resources: State[]; pending_operations?: unknown[] };
}

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
after(() => emulator.close());

const names = ["go", "nodejs-components", "nodejs-providers", "aws"] as const;
const read = (name: string): File =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../testdata/states/${name}.json`), "utf8"));

/** The state read with the emulator as its endpoint; the default provider's region is the environment's in a real run. */
const stackOf = (file: File, overrides: object = {}): Promise<Stack> =>
  stackFrom(JSON.stringify(file), "x", { endpoint: emulator.url, ...overrides });

const isEcr = ({ type, custom }: State) => custom === true && /^(aws:)?ecr[:/]/.test(String(type));
const inputsOf = ({ inputs }: State) => inputs as Record<string, unknown>;

/** Region and account of a resource, by its own record or by that of a resource of the same provider. */
function placeOf(resource: State, all: readonly State[]): { account: string; region: string } {
  const same = all.find(({ provider, outputs }) => provider === resource["provider"] && (outputs as State)?.["arn"]);
  const [, , , region = "eu-west-1", owner = account] = String((same?.["outputs"] as State)?.["arn"]).split(":");
  return { account: owner, region };
}

const operations: Readonly<Record<string, (inputs: Record<string, unknown>) => [string, object]>> = {
  Repository: ({ repositoryName, name, imageTagMutability, imageScanningConfiguration, tags = {} }) => [
    "CreateRepository",
    {
      repositoryName: repositoryName ?? name,
      ...(imageTagMutability ? { imageTagMutability } : {}),
      ...(imageScanningConfiguration ? { imageScanningConfiguration } : {}),
      tags: Object.entries(tags as object).map(([Key, Value]) => ({ Key, Value })),
    },
  ],
  RepositoryPolicy: ({ repositoryName, repository, policyText, policy }) => [
    "SetRepositoryPolicy",
    { repositoryName: repositoryName ?? repository, policyText: textOf(policyText ?? policy) },
  ],
  LifecyclePolicy: ({ repositoryName, repository, lifecyclePolicyText, policy }) => [
    "PutLifecyclePolicy",
    { repositoryName: repositoryName ?? repository, lifecyclePolicyText: textOf(lifecyclePolicyText ?? policy) },
  ],
  RegistryPolicy: ({ policyText, policy }) => ["PutRegistryPolicy", { policyText: textOf(policyText ?? policy) }],
  ReplicationConfiguration: ({ replicationConfiguration }) => [
    "PutReplicationConfiguration",
    { replicationConfiguration: replicationConfiguration as object },
  ],
};

function textOf(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}

/** The emulator has what the state declares. */
function seed({ deployment: { resources } }: File): void {
  const ordered = resources.filter(isEcr);
  for (const resource of [...ordered.filter(isRepository), ...ordered.filter((one) => !isRepository(one))]) {
    const [operation, input] = operations[kindOf(resource)]?.(inputsOf(resource)) ?? ["", {}];
    emulator.asForeigner({ operation, input: input as Record<string, unknown>, ...placeOf(resource, resources) });
  }
}

const kindOf = ({ type }: State) => String(type).split(":").at(-1) ?? "";
const isRepository = (resource: State) => kindOf(resource) === "Repository";

/** `NAME: class`, by the name that the program gives. */
const classes = ({ resources }: DriftReport) =>
  Object.fromEntries(resources.map(({ urn, class: kind }) => [urn?.split("::").at(-1), kind]));

const expected: Readonly<Record<(typeof names)[number], object>> = {
  go: { api: "in-sync", "api-pull": "in-sync" },
  "nodejs-components": {
    alpha: "in-sync",
    "alpha-life2": "in-sync",
    "alpha-policy": "in-sync",
    beta: "in-sync",
    "beta-life": "in-sync",
    "beta-policy": "in-sync",
  },
  // The credentials are of the account of the default provider.
  "nodejs-providers": {
    app0: "unreadable",
    app1: "unreadable",
    app2: "unreadable",
    dflt: "in-sync",
    l0: "unreadable",
    l1: "unreadable",
    l2: "unreadable",
    reg0: "unreadable",
    reg1: "unreadable",
    reg2: "unreadable",
  },
  aws: {
    "api-life": "in-sync",
    "api-pull": "in-sync",
    "api-repo": "in-sync",
    registry: "in-sync",
    repl: "in-sync",
    web: "in-sync",
  },
};

for (const name of names) {
  test(`the state ${name} of a real program is read, and live as declared is in sync`, async () => {
    const file = read(name);
    seed(file);
    const report = await look([await stackOf(file)], { coverage: false });
    assert.deepEqual(classes(report), expected[name]);
  });
}

test("four providers in two regions and two accounts are read where they are, with the credentials of one account after the other", async () => {
  const file = read("nodejs-providers");
  seed(file);
  const kept = process.env["AWS_ACCESS_KEY_ID"];
  const readable: string[] = [];
  try {
    for (const key of ["111111111111", "222222222222", account]) {
      process.env["AWS_ACCESS_KEY_ID"] = key;
      const report = await look([await stackOf(file)], { coverage: false });
      readable.push(
        ...report.resources
          .filter((one) => one.class === "in-sync")
          .map(({ urn, account: id, region }) => `${urn?.split("::").at(-1)} ${id}/${region}`),
      );
    }
  } finally {
    process.env["AWS_ACCESS_KEY_ID"] = kept;
  }
  assert.deepEqual(readable.sort(), [
    "app0 111111111111/eu-west-1",
    "app1 111111111111/us-east-2",
    "app2 222222222222/eu-west-1",
    "dflt 123456789012/eu-west-1",
    "l0 111111111111/eu-west-1",
    "l1 111111111111/us-east-2",
    "l2 222222222222/eu-west-1",
    "reg0 111111111111/eu-west-1",
    "reg1 111111111111/us-east-2",
    "reg2 222222222222/eu-west-1",
  ]);
});

/** Forms of a value by whether the state still has it. */
const ciphertext = (text: string) => ({ [signatureKey]: signatures.secret, ciphertext: text });
const forms: Readonly<Record<string, readonly [(value: unknown) => unknown, "known" | string]>> = {
  "a secret of a passphrase": [
    () => ciphertext("v1:aOhOSVFPsIS0Jn7b:8wZnbmQokua128h8l7NHp7Reb"),
    "is secret in the state",
  ],
  "a secret of a key management service": [() => ciphertext("AQICAHhkp2b7"), "is secret in the state"],
  "a secret of Pulumi Cloud": [() => ciphertext("AAABAFkWdfs5"), "is secret in the state"],
  "a secret in plain text": [
    (value) => ({ [signatureKey]: signatures.secret, plaintext: JSON.stringify(value) }),
    "known",
  ],
  "a secret whose plain text is not JSON": [
    () => ({ [signatureKey]: signatures.secret, plaintext: "{" }),
    "has a form in the state that is not supported",
  ],
  "an output value": [(value) => ({ [signatureKey]: signatures.output, value, dependencies: [] }), "known"],
  "an output value that is secret": [(value) => ({ [signatureKey]: signatures.output, value, secret: true }), "known"],
  "an output without a value": [() => ({ [signatureKey]: signatures.output }), "was not known yet"],
  "an unknown": [() => unknownText, "was not known yet"],
  "a reference without a known id": [
    () => ({ [signatureKey]: signatures.reference, urn: "urn:pulumi:x::y::a:b:C::d", id: unknownText }),
    "was not known yet",
  ],
  "an asset": [
    () => ({ [signatureKey]: signatures.asset, hash: "00", text: "x" }),
    "has a form in the state that is not supported",
  ],
  "an archive": [
    () => ({ [signatureKey]: signatures.archive, hash: "00", path: "x" }),
    "has a form in the state that is not supported",
  ],
  "a form of tomorrow": [() => ({ [signatureKey]: "00", value: 1 }), "has a form in the state that is not supported"],
};

for (const [form, [wrap, outcome]] of Object.entries(forms)) {
  test(`${form} in place of any input is ${outcome === "known" ? "compared" : "named, and the rest is compared"}`, async () => {
    for (const name of ["go", "nodejs-components", "aws"] as const) {
      emulator.reset();
      seed(read(name));
      const changed = read(name);
      const count = changed.deployment.resources.length;
      for (let at = 0; at < count; at++) {
        for (const property of Object.keys(inputsOf(changed.deployment.resources[at] ?? {}) ?? {})) {
          const file = read(name);
          const resource = file.deployment.resources[at] as State;
          if (!isEcr(resource) || property === "__defaults" || property === "tagsAll") continue;
          // Both are in a state what the program said.
          for (const both of ["inputs", "outputs"]) {
            const side = resource[both] as Record<string, unknown>;
            side[property] = wrap(side[property]);
            if (property === "tags" && side["tagsAll"] !== undefined) side["tagsAll"] = wrap(side["tagsAll"]);
          }
          const report = await look([await stackOf(file)], { coverage: false });
          const one = report.resources.find(({ urn }) => urn === resource["urn"]);
          const what = `${name} ${String(resource["urn"]).split("::").at(-1)} ${property}`;
          assert.equal(report.resources.length, Object.keys(expected[name]).length, what);
          // The id says what a resource is called.
          if (outcome === "known" || ["repositoryName", "repository", "name"].includes(property))
            assert.deepEqual([one?.class, report.incomplete], ["in-sync", []], what);
          else {
            assert.equal(one?.class, "unreadable", what);
            assert.ok(
              report.incomplete.some((cause) => cause.includes(outcome)),
              `${what}: ${report.incomplete}`,
            );
          }
        }
      }
    }
  });
}

type Change = (file: File) => void;
const providerOf = ({ deployment: { resources } }: File) =>
  resources.find(({ type }) => type === "pulumi:providers:ecr" || type === "pulumi:providers:aws") as State;
const inputs =
  (more: object): Change =>
  (file) => {
    Object.assign(inputsOf(providerOf(file)), more);
  };
const role = { roleArn: "arn:aws:iam::123456789012:role/reader", sessionName: "drift" };

/** What a provider may say, with what the report then calls incomplete. */
const providers: Readonly<Record<string, readonly [Change, readonly RegExp[]]>> = {
  "no member of __internal": [inputs({ __internal: {} }), []],
  "members of __internal": [inputs({ __internal: { pluginDownloadURL: "https://example.com", name: "x" } }), []],
  "lists and objects as JSON text": [
    inputs({ ignoreTags: '{"keys":["a"]}', defaultTags: '{"tags":{}}', allowedAccountIds: '["123456789012"]' }),
    [],
  ],
  "lists and objects as they are": [inputs({ ignoreTags: { keys: ["a"] }, allowedAccountIds: ["123456789012"] }), []],
  "an endpoint that is not a URL": [inputs({ endpoint: 7 }), []],
  "a region that is a number": [inputs({ region: 7 }), []],
  "accounts that are not a list": [inputs({ allowedAccountIds: "12" }), [/allowedAccountIds/]],
  "an encrypted profile": [inputs({ profile: ciphertext("v1:a:b") }), [/profile is encrypted in the state/]],
  "an encrypted region": [inputs({ region: ciphertext("v1:a:b") }), [/region is encrypted in the state/]],
  "encrypted keys": [inputs({ accessKey: ciphertext("v1:a:b"), secretKey: ciphertext("v1:a:b") }), []],
  "no inputs": [(file) => Object.assign(providerOf(file), { inputs: null }), []],
  "a list of inputs": [(file) => Object.assign(providerOf(file), { inputs: [] }), []],
  "no record": [
    ({ deployment }) =>
      deployment.resources.splice(
        deployment.resources.findIndex(({ type }) => /^pulumi:providers/.test(String(type))),
        1,
      ),
    [/is not in the state/],
  ],
};

for (const [what, [change, incomplete]] of Object.entries(providers)) {
  test(`a provider with ${what} loses no resource`, async () => {
    for (const name of ["go", "aws"] as const) {
      emulator.reset();
      const file = read(name);
      seed(file);
      change(file);
      const report = await look([await stackOf(file)], { coverage: false });
      assert.deepEqual(Object.keys(classes(report)).sort(), Object.keys(expected[name]).sort(), name);
      const all = report.incomplete.join("\n");
      for (const cause of incomplete) assert.match(all, cause, name);
      if (incomplete.length === 0 && !what.includes("that is")) assert.deepEqual(classes(report), expected[name], name);
    }
  });
}

for (const [what, said] of Object.entries({
  "an object": { assumeRole: role },
  "JSON text": { assumeRole: JSON.stringify(role) },
  "a list": { assumeRoles: [role] },
  "a list in JSON text": { assumeRoles: JSON.stringify([role]) },
  "a chain": { assumeRoles: [{ roleArn: "arn:aws:iam::111111111111:role/first" }, role] },
})) {
  test(`a role to assume as ${what} is the way to the registry`, async () => {
    for (const name of "assumeRole" in said ? (["go", "aws"] as const) : (["aws"] as const)) {
      const file = read(name);
      Object.assign(inputsOf(providerOf(file)), said);
      const { declared, problems } = await stackOf(file);
      assert.deepEqual(problems, []);
      const roles = declared.map(({ access }) => access.connection.assumeRole?.roleArn);
      assert.deepEqual([...new Set(roles)], [role.roleArn], name);
    }
  });
}

/** What else a record may say. */
const records: Readonly<Record<string, object>> = {
  "aliases, as URNs and as objects": { aliases: ["urn:pulumi:x::y::a:b:C::d", { name: "old", noParent: true }] },
  "a parent that is a component": { parent: "urn:pulumi:x::m-comp::acme:ecr:ServiceRepo::alpha" },
  "a parent that is not there": { parent: "urn:pulumi:x::y::a:b:C::d" },
  "dependencies on outputs": { dependencies: ["urn:pulumi:x::y::a:b:C::d"], propertyDependencies: { tags: null } },
  "options as objects": { customTimeouts: { create: 60 }, protect: true, retainOnDelete: true, resourceHooks: {} },
  "positions that are not in the project": { sourcePosition: "file:///a/b.ts#1,2", stackTrace: [{}, 7] },
  "options of the wrong type": { initErrors: "x", ignoreChanges: { a: 1 }, aliases: 7, taint: "no" },
};

for (const [what, more] of Object.entries(records)) {
  test(`a record with ${what} is compared as any other`, async () => {
    const file = read("nodejs-components");
    seed(file);
    for (const resource of file.deployment.resources.filter(isEcr)) Object.assign(resource, more);
    const report = await look([await stackOf(file)], { coverage: false });
    assert.deepEqual([classes(report), report.incomplete], [expected["nodejs-components"], []]);
  });
}

test("operations that were interrupted are findings, whatever else stands among them", async () => {
  const file = read("go");
  seed(file);
  const api = file.deployment.resources.find(({ id, type }) => id === "go/api" && type === "ecr:index:Repository");
  file.deployment.pending_operations = [
    { type: "updating", resource: api },
    { type: "creating" },
    null,
    7,
    { resource: [] },
  ];
  const report = await look([await stackOf(file)], { coverage: false });
  assert.deepEqual(
    report.resources.map(({ urn, findings }) => [urn?.split("::").at(-1), findings.map(({ id }) => id)]),
    [
      ["api", ["pending-operation"]],
      ["api-pull", []],
    ],
  );
});
