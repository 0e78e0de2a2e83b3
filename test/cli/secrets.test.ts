/** `drift` and `review` of exports with secrets in plain text: no format, no file and no message has one of them. */

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { findingsFormats, seriesFormats } from "../../provider/cli/shared/output.ts";
import { signatureKey, signatures } from "../../provider/values/pulumi.ts";
import { exportOf, provider, resource, type State } from "../drift/stacks.ts";
import { say } from "../harness/in-process.ts";
import { canary, policy, type Sample, samples } from "../harness/secret-samples.ts";

let emulator: Emulator;
let folder: string;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.reset();
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
});
after(() => emulator.close());

/** As `pulumi stack export --show-secrets` writes it. */
const marked = (value: unknown) => ({ [signatureKey]: signatures.secret, plaintext: JSON.stringify(value) });
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** An export with a resource of the type for each of its inputs that is secret, at first or later. */
function secretExport(type: string, { base, canaries }: Sample, side: 0 | 1): string {
  const { state, ref } = provider(emulator.url, "ecr", {
    accessKey: marked("c4n4ry-access"),
    secretKey: marked("c4n4ry-key"),
    defaultTags: marked(JSON.stringify({ "c4n4ry-tag": "c4n4ry" })),
  });
  const resources = Object.entries(canaries).map(([name, values]): State => {
    const id = Object.values(base).find((value) => typeof value === "string") ?? "registry";
    return resource(ref, type, String(id), { ...base, [name]: marked(values[side]) }, { urn: urnOf(type, name) });
  });
  return exportOf([state, ...resources]);
}

const urnOf = (type: string, name: string) => `urn:pulumi:dev::test::ecr:index:${type}::secret-${name}`;

/** What a run printed and wrote that shows a canary. */
async function leaks(...args: string[]): Promise<string[]> {
  const { stdout, stderr } = await say(args);
  const written = readdirSync(folder)
    .filter((name) => name.startsWith("out"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
  assert.notEqual(stdout + stderr, "");
  return [stdout, stderr, ...written].flatMap((text) => text.split("\n")).filter((line) => canary.test(line));
}

const outputs = (formats: object) =>
  Object.keys(formats).flatMap((format) => ["--output", `${format}=${join(folder, `out.${format}`)}`]);

for (const [type, sample] of Object.entries(samples))
  describe(type, () => {
    test("drift shows no secret", async () => {
      for (const write of sample.given ?? []) emulator.asForeigner(write);
      const stack = file("stack.json", secretExport(type, sample, 0));
      assert.deepEqual(await leaks("drift", "--file", stack, ...outputs(seriesFormats)), []);
      const baseline = ["--baseline", join(folder, "out.baseline"), "--accept", "known"];
      assert.deepEqual(await leaks("drift", "--file", stack, ...baseline), []);
      rmSync(folder, { recursive: true });
    });

    test("review shows no secret", async () => {
      const before = file("before.json", secretExport(type, sample, 0));
      const after = file("after.json", secretExport(type, sample, 1));
      const sides = ["--kind", "stack", "--before", before, "--after", after];
      assert.deepEqual(await leaks("review", ...sides, ...outputs(findingsFormats)), []);
      assert.deepEqual(await leaks("review", "--kind", "stack", "--after", after, ...outputs(findingsFormats)), []);
      rmSync(folder, { recursive: true });
    });
  });

/** A preview with the plain text of secrets, as --show-secrets has it. */
function previewOf(type: string, { base, canaries }: Sample): string {
  const steps = Object.entries(canaries).map(([name, values]) => {
    const side = (value: unknown) => ({
      urn: urnOf(type, name),
      custom: true,
      type: `ecr:index:${type}`,
      inputs: { ...base, [name]: marked(value) },
    });
    return { op: "update", urn: urnOf(type, name), oldState: side(values[0]), newState: side(values[1]) };
  });
  return JSON.stringify({ steps, changeSummary: { update: steps.length } });
}

test("review of a preview shows no secret of any resource", async () => {
  for (const [type, sample] of Object.entries(samples)) {
    const preview = file("preview.json", previewOf(type, sample));
    const exported = file("stack.json", secretExport(type, sample, 0));
    assert.deepEqual(await leaks("review", "--preview", preview, ...outputs(findingsFormats)), [], type);
    assert.deepEqual(await leaks("review", "--preview", preview, "--export", exported), [], type);
  }
});

test("one secret principal is hidden in the rows of access, and the rest of the policy is shown", async () => {
  const { state, ref } = provider(emulator.url);
  const stack = (principal: string) =>
    exportOf([
      state,
      resource(ref, "RepositoryPolicy", "team/app", {
        repositoryName: "team/app",
        policyText: {
          ...policy("", "pull"),
          Statement: [{ ...policy("", "pull").Statement[0], Principal: { AWS: marked(principal) } }],
        },
      }),
    ]);
  const before = file("before.json", stack("arn:aws:iam::111111111111:root"));
  const after = file("after.json", stack("arn:aws:iam::888888888888:root"));
  const { stdout } = await say(["review", "--kind", "stack", "--before", before, "--after", after]);
  assert.deepEqual(
    stdout.split("\n").filter((line) => /can /.test(line)),
    [
      '  team/app    account [secret] outside  can now pull        –        statement 1 "pull"',
      '  team/app    account [secret] outside  can no longer pull  –        statement 1 "pull"',
      "  [secret] can now pull from team/app",
    ],
  );
});

test("a verdict does not depend on what is hidden, and words of the report stay", async () => {
  const { state, ref } = provider(emulator.url);
  const stack = (words: object) =>
    file(
      "stack.json",
      exportOf([state, resource(ref, "Repository", "team/app", { repositoryName: "team/app", tags: words })]),
    );
  const plainRun = await say(["drift", "--file", stack({ a: "missing", b: "error" }), "--format", "json"]);
  const secretRun = await say([
    "drift",
    "--file",
    stack({ a: marked("missing"), b: marked("error") }),
    "--format",
    "json",
  ]);
  const shape = (text: string) =>
    (JSON.parse(text) as { resources: { class: string; findings: { id: string; level: string }[] }[] }).resources.map(
      (one) => [one.class, one.findings.map(({ id, level }) => [id, level])],
    );
  assert.equal(secretRun.code, plainRun.code);
  assert.deepEqual(shape(secretRun.stdout), shape(plainRun.stdout));
  assert.deepEqual(shape(secretRun.stdout), [["missing", [["missing", "error"]]]]);
});

test("drift of a Terraform state shows nothing that is sensitive, as a whole or in part", async () => {
  const values = {
    name: "team/app",
    arn: "arn:aws:ecr:us-east-1:123456789012:repository/team/app",
    registry_id: "123456789012",
    tags: { "c4n4ry-key": "c4n4ry", open: "x" },
  };
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "team/app" } });
  for (const marks of [{ tags: true }, { tags: { "c4n4ry-key": true } }]) {
    const address = "aws_ecr_repository.app";
    const one = { address, mode: "managed", type: "aws_ecr_repository", values, sensitive_values: marks };
    const text = JSON.stringify({
      format_version: "1.0",
      terraform_version: "1.9.0",
      values: { root_module: { resources: [one] } },
    });
    const state = file("terraform.json", text);
    const run = ["drift", "--terraform", state, "--endpoint", emulator.url];
    const { stdout } = await say(run);
    assert.match(stdout, /aws_ecr_repository\.app/);
    assert.deepEqual(await leaks(...run, ...outputs(seriesFormats)), []);
  }
});
