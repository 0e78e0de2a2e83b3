/** When two encryptions are the same: what is absent is AWS's own choice, and never equal to everything. */

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { encryptionEquivalent, encryptionFulfills } from "../../provider/resources/encryption.ts";
import { type Plugin, startPlugin } from "../harness/client.ts";
import { Session, wire } from "../harness/session.ts";

const id = "11111111-2222-3333-4444-555555555555";
const arn = (name: string) => `arn:aws:kms:us-east-1:123456789012:key/${name}`;
const [own, other, managed] = [arn(id), arn("99999999-2222-3333-4444-555555555555"), arn("aws-own")];
const kms = (kmsKey?: string) => ({ encryptionType: "KMS", ...(kmsKey === undefined ? {} : { kmsKey }) });
const aes = { encryptionType: "AES256" };

test("of two declarations, one without a key is AWS's own key, and only what KMS alone knows is unprovable", () => {
  const table: readonly (readonly [object | undefined, object | undefined, boolean | "unprovable", string?])[] = [
    [undefined, undefined, true],
    [undefined, aes, true],
    [undefined, kms(), false],
    [aes, kms(), false],
    [kms(), kms(), true],
    [kms(), kms("alias/aws/ecr"), true],
    [kms(), kms("alias/mine"), false],
    [kms(), kms(own), "unprovable"],
    [kms(), kms(own), false, managed],
    [kms(), kms(managed), true, managed],
    [kms(own), kms(), "unprovable"],
    [kms(own), kms(id), true],
    [kms(own), kms(other), false],
    [kms(own), kms("alias/mine"), "unprovable"],
    [kms("alias/mine"), kms(own), "unprovable"],
    [kms("alias/mine"), kms(own), true, own],
    [kms("alias/mine"), kms(id), true, own],
    [kms("alias/mine"), kms(other), false, own],
    [kms("alias/mine"), kms("alias/yours"), "unprovable", own],
    [kms("alias/mine"), kms("arn:aws:kms:us-east-1:123456789012:alias/mine"), true],
    [kms(own), { encryptionType: "KMS_DSSE", kmsKey: own }, false],
  ];
  for (const [left, right, same, kmsKeyArn] of table)
    assert.equal(
      encryptionEquivalent(left as never, right as never, kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      same,
      JSON.stringify([left, right, kmsKeyArn]),
    );
});

test("a live key is what was declared, where the record says which key that was", () => {
  const table: readonly (readonly [object, object, boolean | "unprovable", string?])[] = [
    [aes, aes, true],
    [kms(own), aes, false],
    [aes, kms(), false],
    [kms(own), kms(), "unprovable"],
    [kms(managed), kms(), true, managed],
    [kms(own), kms(), false, managed],
    [kms(own), kms(own), true],
    [kms(own), kms(id), true],
    [kms(own), kms(other), false],
    [kms(own), kms("alias/mine"), "unprovable"],
    [kms(own), kms("alias/mine"), true, own],
    [kms(own), kms("alias/mine"), false, other],
  ];
  for (const [live, declared, same, kmsKeyArn] of table)
    assert.equal(
      encryptionFulfills(live as never, declared as never, kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      same,
      JSON.stringify([live, declared, kmsKeyArn]),
    );
});

let emulator: Emulator;
let plugin: Plugin;
before(async () => {
  Object.assign(process.env, { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  emulator = await startEmulator();
  plugin = await startPlugin({ endpoint: emulator.url, maxRetries: 0 });
});
afterEach(() => emulator.reset());
after(async () => {
  await plugin.close();
  await emulator.close();
});

const declared = (encryptionConfiguration: object) => wire({ repositoryName: "team/app", encryptionConfiguration });
const call = (operation: string, input: object) => emulator.asForeigner({ operation, input } as never);

async function deployed(encryption: object): Promise<Session> {
  const session = new Session(plugin, "Repository", "app");
  await session.up(declared(encryption));
  return session;
}

test("a key declared over AWS's own replaces the repository, and the live key written out is no change", async () => {
  const session = await deployed(kms());
  const { kmsKeyArn } = session.state?.outputs ?? {};
  assert.match(String(kmsKeyArn), /^arn:aws:kms:us-east-1:\d{12}:key\//);
  const { diff } = await session.preview(declared(kms(own)));
  assert.deepEqual(diff?.replaces, ["encryptionConfiguration"]);
  assert.deepEqual((await session.preview(declared(kms(String(kmsKeyArn))))).diff?.changes, {});
});

test("the live ARN of an alias that was declared is the same key, and a refresh keeps the alias", async () => {
  const session = await deployed(kms("alias/mine"));
  assert.deepEqual((await session.refresh())?.changes, {});
  const { kmsKeyArn } = session.state?.outputs ?? {};
  assert.deepEqual((await session.preview(declared(kms(String(kmsKeyArn))))).diff?.changes, {});
});

test("an alias that cannot be proved is an error whose advice works: what a refresh records is compared", async () => {
  const session = await deployed(kms("alias/mine"));
  const live = String(session.state?.outputs["kmsKeyArn"]);
  // As an earlier version recorded it.
  const { kmsKeyArn: _, ...older } = session.state?.outputs ?? {};
  if (session.state) session.state.outputs = older;
  await assert.rejects(
    session.preview(declared(kms(live))),
    /cannot be proved here.*run `pulumi refresh` to have the live value recorded/,
  );
  await session.refresh();
  assert.deepEqual((await session.preview(declared(kms(live)))).diff?.changes, {});
});

test("a repository that was made again outside with another key is never taken for the one that was declared", async () => {
  const session = await deployed(kms());
  call("DeleteRepository", { repositoryName: "team/app" });
  call("CreateRepository", { repositoryName: "team/app", encryptionConfiguration: kms(other) });
  await assert.rejects(session.refresh(), /cannot be proved here, and if they are not, the resource would be replaced/);
});
