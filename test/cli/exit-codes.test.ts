/** Exit codes, command by command: what a pipeline may rely on. 0 passed, 1 error, 2 blocked, 3 incomplete, and nothing else. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";

const command = join(import.meta.dirname, "../../provider/cli/main.ts");
const folder = mkdtempSync(join(tmpdir(), "ecr-exit-codes-"));
let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
  return emulator.close();
});

function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    AWS_ENDPOINT_URL_ECR: emulator.url,
    AWS_REGION: "us-east-1",
    NODE_NO_WARNINGS: "1",
  };
  return new Promise((resolve) =>
    execFile(process.execPath, [command, ...args], { env, cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    ),
  );
}

function file(name: string, content: object | string): string {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return name;
}

const indexType = "application/vnd.oci.image.index.v1+json";

/** An index; `parts` are digests of others. Answers its digest. */
function push(imageTag: string, parts: readonly string[] = []): string {
  const manifests = parts.map((digest) => ({ digest, mediaType: indexType, size: 1 }));
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: indexType,
    manifests,
    annotations: { name: imageTag },
  });
  const answer = emulator.asForeigner({
    operation: "PutImage",
    input: { repositoryName: "team/app", imageTag, imageManifest },
  }) as { image: { imageId: { imageDigest: string } } };
  emulator.clock.advance(3_600);
  return answer.image.imageId.imageDigest;
}

const keep = (countNumber: number) => ({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber },
      action: { type: "expire" },
    },
  ],
});
const grant = (condition?: object) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Action: "ecr:BatchGetImage",
      ...(condition ? { Condition: condition } : {}),
    },
  ],
});
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
const undecidable = { StringEquals: { "aws:PrincipalTag/team": "${aws:PrincipalTag/other}" } };
const stack = (repositoryName: string, imageTagMutability = "MUTABLE") => {
  const provider = "urn:pulumi:p::s::pulumi:providers:ecr::default";
  const id = "0fdc7cfd-65c1-4b9c-a27f-28b84c639818";
  const inputs = { repositoryName, imageTagMutability };
  return {
    version: 3,
    deployment: {
      resources: [
        { urn: provider, custom: true, id, type: "pulumi:providers:ecr", inputs: {}, outputs: {} },
        {
          urn: `urn:pulumi:p::s::ecr:index:Repository::${repositoryName}`,
          custom: true,
          id: repositoryName,
          type: "ecr:index:Repository",
          provider: `${provider}::${id}`,
          inputs,
          outputs: inputs,
        },
      ],
    },
  };
};

const here = ["--repository", "team/app"];
const cases: readonly {
  readonly situation: string;
  readonly args: () => string[];
  readonly code: 0 | 1 | 2 | 3;
  /** An operation that is denied meanwhile. */
  readonly denied?: string;
  readonly prepare?: () => void;
}[] = [
  { situation: "drift: in sync", args: () => ["drift", "--file", file("s.json", stack("team/app"))], code: 0 },
  {
    situation: "drift: a setting differs",
    args: () => ["drift", "--file", file("s.json", stack("team/app", "IMMUTABLE"))],
    code: 2,
  },
  {
    situation: "drift: a part cannot be read",
    args: () => ["drift", "--no-coverage", "--file", file("s.json", stack("team/app"))],
    denied: "ListTagsForResource",
    code: 3,
  },
  { situation: "drift: the export does not exist", args: () => ["drift", "--file", "nowhere.json"], code: 1 },
  {
    situation: "review: a valid document",
    args: () => ["review", file("p.json", grant())],
    code: 0,
  },
  { situation: "review: an invalid document", args: () => ["review", file("p.json", { Statement: [{}] })], code: 2 },
  {
    situation: "review: a part is undecided",
    args: () => ["review", file("p.json", grant(undecidable))],
    code: 3,
  },
  { situation: "explain: a part is undecided", args: () => ["explain", file("p.json", grant(undecidable))], code: 3 },
  { situation: "review: the document does not exist", args: () => ["review", "nowhere.json"], code: 1 },
  {
    situation: "explain: a lifecycle policy",
    args: () => ["explain", file("l.json", keep(2))],
    code: 0,
  },
  { situation: "explain: an invalid document", args: () => ["explain", file("p.json", { Statement: [{}] })], code: 2 },
  { situation: "explain: the document does not exist", args: () => ["explain", "nowhere.json"], code: 1 },
  {
    situation: "simulate: nothing that is protected expires",
    args: () => ["simulate", ...here, "--cross-check", "--policy", file("l.json", keep(9))],
    code: 0,
  },
  {
    situation: "simulate: a protected image expires",
    args: () => ["simulate", ...here, "--protect", "old", "--policy", file("l.json", keep(1))],
    code: 2,
  },
  {
    situation: "simulate: AWS's own preview differs",
    args: () => ["simulate", ...here, "--cross-check", "--children", "count", "--policy", file("l.json", keep(2))],
    code: 2,
  },
  {
    situation: "simulate: AWS's own preview may not be asked for",
    args: () => ["simulate", ...here, "--cross-check", "--policy", file("l.json", keep(9))],
    denied: "StartLifecyclePolicyPreview",
    code: 3,
  },
  {
    situation: "simulate: AWS would refuse the policy",
    args: () => ["simulate", ...here, "--policy", file("l.json", { rules: [{}] })],
    code: 1,
  },
  { situation: "import-file: everything could be read", args: () => ["import-file"], code: 0 },
  {
    situation: "import-file: a type cannot be read",
    args: () => ["import-file"],
    denied: "GetRegistryPolicy",
    code: 3,
  },
  { situation: "import-file: a type that does not exist", args: () => ["import-file", "--type", "Nothing"], code: 1 },
  { situation: "backfill: the list", args: () => ["backfill", "status"], code: 0 },
  {
    situation: "backfill: images could not be copied",
    args: () => ["backfill", "start", "111111111111/eu-west-1", "--wait"],
    prepare: () =>
      void emulator.asForeigner({
        operation: "PutReplicationConfiguration",
        input: {
          replicationConfiguration: {
            rules: [{ destinations: [{ registryId: "111111111111", region: "eu-west-1" }] }],
          },
        },
      }),
    code: 2,
  },
  { situation: "backfill: an id that does not exist", args: () => ["backfill", "status", "nope"], code: 1 },
  { situation: "schema: the list", args: () => ["schema"], code: 0 },
  { situation: "schema: a name that does not exist", args: () => ["schema", "nope"], code: 1 },
  { situation: "comment: a report that does not exist", args: () => ["comment", "--report", "nope.json"], code: 1 },
  { situation: "emulator: a port that is taken", args: () => ["emulator", "--port", String(emulator.port)], code: 1 },
  ...["drift", "review", "explain", "simulate", "import-file", "backfill", "schema", "comment", "emulator"].flatMap(
    (name) => [
      { situation: `${name}: help`, args: () => [name, "--help"], code: 0 as const },
      { situation: `${name}: an option that does not exist`, args: () => [name, "--nothing"], code: 1 as const },
    ],
  ),
];

for (const { situation, args, code, denied, prepare } of cases) {
  test(`${situation}: exits with ${code}`, async () => {
    emulator.reset();
    emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "team/app" } });
    // A child that is newer than an image, so that it matters whether children are counted.
    push("old");
    push("list", [push("part")]);
    prepare?.();
    if (denied) emulator.addFaults([{ operation: denied, kind: "deny" }]);
    const done = await run(args());
    assert.equal(done.code, code, `${done.stdout.slice(0, 2_000)}\n${done.stderr}`);
    if (code === 1) assert.ok(done.stderr.length > 0, "an error says why");
  });
}

test("the help of every command that judges names its exit codes, with the same numbers", async () => {
  for (const [name, codes] of Object.entries({
    drift: "0123",
    review: "0123",
    explain: "0123",
    simulate: "0123",
    "import-file": "013",
    "backfill start": "012",
  })) {
    const { stdout } = await run([...name.split(" "), "--help"]);
    const [, end = ""] = stdout.split("Exit codes:\n");
    assert.deepEqual([...end.matchAll(/^ {2}(\d) {2}\S/gm)].map(([, code]) => code).join(""), codes, name);
    assert.equal(/^ {2}3 {2}incomplete: /m.test(end), codes.includes("3"), name);
  }
});
