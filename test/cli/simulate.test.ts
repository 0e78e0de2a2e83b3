/** `pulumi-ecr simulate` as a process: what it prints, where, and with which exit code. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import schema from "../../schema/simulation-report.schema.json" with { type: "json" };

let emulator: Emulator;
const folder = mkdtempSync(join(tmpdir(), "ecr-simulate-"));
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
after(() => {
  rmSync(folder, { recursive: true });
  return emulator.close();
});

const command = join(import.meta.dirname, "../../provider/cli/main.ts");

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], input = ""): Promise<Run> {
  const child = spawn(process.execPath, [command, "simulate", ...args], {
    env: {
      PATH: process.env["PATH"] ?? "",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      NODE_NO_WARNINGS: "1",
    },
  });
  child.stdin.on("error", () => {}).end(input);
  const result = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (result.stdout += chunk));
  child.stderr.on("data", (chunk) => (result.stderr += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? -1, ...result })));
}

let written = 0;

function file(name: string, content: unknown): string {
  const path = join(folder, `${++written}-${name}`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const rule = (rulePriority: number, pattern: string, countNumber: number) => ({
  rulePriority,
  selection: { tagStatus: "tagged", tagPatternList: [pattern], countType: "imageCountMoreThan", countNumber },
  action: { type: "expire" },
});
const keepOne = { rules: [rule(1, "dev-*", 1)] };
const keepTwo = { rules: [rule(1, "dev-*", 2)] };
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const imageDetails = [
  { imageDigest: digest("a"), imageTags: ["dev-1"], imagePushedAt: "2026-11-01T10:00:00+01:00" },
  { imageDigest: digest("b"), imageTags: ["dev-2", "stable"], imagePushedAt: Date.parse("2026-11-02") / 1_000 },
  { imageDigest: digest("c"), imageTags: ["dev-3"], imagePushedAt: "2026-11-03T00:00:00Z" },
];
const at = ["--at", "2026-11-25T00:00:00Z"];
const usual = () => ["--policy", file("one.json", keepOne), "--images", file("images.json", { imageDetails }), ...at];
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

interface Shape {
  schemaVersion: number;
  at: string;
  images: { imageTags: string[]; action: string; rulePriority: number | null }[];
  summary: Record<string, number>;
  changes: unknown;
  atRisk: { because: string[] }[];
  differences: unknown;
  notes: unknown;
}

function report(stdout: string): Shape {
  const value = JSON.parse(stdout) as Shape;
  assert.ok(validate(value), JSON.stringify(validate.errors));
  return value;
}

test("the report is JSON of the published shape, youngest image first, and the same every time", async () => {
  const { code, stdout, stderr } = await run([...usual(), "--format", "json"]);
  assert.equal(stderr, "");
  assert.equal(code, 0);
  const { schemaVersion, at: moment, images, summary } = report(stdout);
  assert.equal(schemaVersion, 1);
  assert.equal(moment, "2026-11-25T00:00:00Z");
  assert.deepEqual(
    images.map(({ imageTags, action, rulePriority }) => [imageTags[0], action, rulePriority]),
    [
      ["dev-3", "keep", 1],
      ["dev-2", "expire", 1],
      ["dev-1", "expire", 1],
    ],
  );
  assert.deepEqual(summary, { ...summary, images: 3, keep: 1, expire: 2, transition: 0, atRisk: 0 });
  const shuffled = file("shuffled.json", imageDetails.toReversed());
  const again = await run(["--policy", "-", "--images", shuffled, ...at, "--format", "json"], JSON.stringify(keepOne));
  assert.equal(again.stdout, stdout);
});

test("a protected tag or an image in use that would go ends with 2, and says which and why", async () => {
  const guarded = await run([...usual(), "--protect", "prod-*", "--protect", "st*e"]);
  assert.equal(guarded.code, 2);
  assert.match(guarded.stdout, /tag stable is protected by st\*e/);
  assert.equal((await run([...usual(), "--protect", "dev-3"])).code, 0, "it stays");
  const repository = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app";
  for (const reference of ["dev-1", digest("a"), `${repository}:dev-1`, `${repository}:x@${digest("a")}`])
    assert.equal((await run([...usual(), "--in-use", file("use.txt", `${reference}\n`)])).code, 2, reference);
  for (const reference of ["dev-3", `team/app@${digest("c")}`, "team/app", ""])
    assert.equal((await run([...usual(), "--in-use", file("use.txt", reference)])).code, 0, reference);
  const { stdout } = await run([...usual(), "--in-use", file("use.json", ["dev-1", digest("b")]), "--format", "json"]);
  assert.deepEqual(
    report(stdout).atRisk.map(({ because }) => because),
    [[`in use as ${digest("b")}`], ["in use as dev-1"]],
  );
});

test("beside another policy it says what changes", async () => {
  const { stdout } = await run([...usual(), "--against", file("two.json", keepTwo), "--format", "json"]);
  assert.deepEqual(report(stdout).changes, { newlyExpired: [digest("b")], newlyArchived: [], spared: [] });
  const text = await run([...usual(), "--against", file("one.json", keepOne)]);
  assert.match(text.stdout, /The same happens to every image under both policies/);
});

test("every format can be written at once", async () => {
  const [html, markdown] = [join(folder, "r.html"), join(folder, "r.md")];
  const { code, stdout } = await run([...usual(), "--output", `html=${html}`, "--output", `markdown=${markdown}`]);
  assert.equal(code, 0);
  assert.match(stdout, /^What the lifecycle policy does\n2 of 3 images expire/);
  const page = readFileSync(html, "utf8");
  assert.match(page, /<svg [\s\S]*<title>dev-1 · expired: rule 1/);
  assert.doesNotMatch(page, /<script|https?:|url\(/);
  assert.match(readFileSync(markdown, "utf8"), /^## What the lifecycle policy does\n/);
});

const ofTwo = () =>
  file("two.json", {
    imageDetails: [
      ...imageDetails.map((image) => ({ ...image, registryId: "111111111111", repositoryName: "team/app" })),
      {
        imageDigest: digest("d"),
        imageTags: ["dev-9"],
        imagePushedAt: 1,
        registryId: "111111111111",
        repositoryName: "b",
      },
    ],
  });

test("of a file only the images of one repository are judged", async () => {
  const policy = ["--policy", file("one.json", keepOne), ...at, "--format", "json"];
  const several = await run([...policy, "--images", ofTwo()]);
  assert.equal(several.code, 1);
  assert.match(
    several.stderr,
    /reading the images from .*two\.json: it has images of several repositories \(b, team\/app\); give --repository$/m,
  );
  const tags = async (name: string) =>
    report((await run([...policy, "--images", ofTwo(), "--repository", name])).stdout).images.map(
      ({ imageTags }) => imageTags[0],
    );
  assert.deepEqual(await tags("team/app"), ["dev-3", "dev-2", "dev-1"]);
  assert.deepEqual(await tags("b"), ["dev-9"]);
  const none = await run([...policy, "--images", ofTwo(), "--repository", "none"]);
  assert.match(none.stderr, /it has no images of repository "none"; it has those of b, team\/app$/m);
  const accounts = file("accounts.json", [
    { ...imageDetails[0], registryId: "111111111111" },
    { ...imageDetails[1], registryId: "222222222222" },
  ]);
  const mixed = await run([...policy, "--images", accounts]);
  assert.match(mixed.stderr, /images of several accounts \(111111111111, 222222222222\); give those of one$/m);
});

test("an image in use of another registry or repository does not count, and # starts a comment", async () => {
  const here = "111111111111.dkr.ecr.eu-central-1.amazonaws.com";
  const judged = ["--policy", file("one.json", keepOne), ...at, "--images", ofTwo(), "--repository", "team/app"];
  const code = async (line: string) =>
    (await run([...judged, "--region", "eu-central-1", "--in-use", file("use.txt", `# now\n${line}\n`)])).code;
  for (const line of [
    `${here}/team/app:dev-1`,
    `${here}/team/app@${digest("a")}`,
    "111111111111.dkr-ecr.eu-central-1.on.aws/team/app:dev-1",
    "localhost:5000/team/app:dev-1",
    "team/app:dev-1",
    "dev-1",
  ])
    assert.equal(await code(line), 2, line);
  for (const line of [
    "# dev-1",
    "  #team/app:dev-1",
    `${here}/team/other:dev-1`,
    "222222222222.dkr.ecr.eu-central-1.amazonaws.com/team/app:dev-1",
    "111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/app:dev-1",
    "ghcr.io/team/app:dev-1",
    `public.ecr.aws/team/app@${digest("a")}`,
  ])
    assert.equal(await code(line), 0, line);
});

test("a repository that does not exist, and a digest that is listed twice, are errors", async () => {
  const policy = file("one.json", keepOne);
  const there = ["--region", "us-east-1", "--endpoint", emulator.url];
  const { code, stdout, stderr } = await run(["--policy", policy, "--repository", "none", ...there]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /does not exist/);
  const twice = await run(["--policy", policy, "--images", file("bad.json", [...imageDetails, imageDetails[0]])]);
  assert.deepEqual([twice.code, twice.stdout], [1, ""]);
  assert.match(twice.stderr, /list each digest once/);
});

test("time may be moved on from now", async () => {
  const old = {
    rules: [
      {
        ...rule(1, "*", 1),
        selection: { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 20 },
      },
    ],
  };
  const images = file("new.json", [{ imageDigest: digest("a"), imagePushedAt: Date.now() / 1_000 - 60 }]);
  const args = ["--policy", file("old.json", old), "--images", images, "--format", "json"];
  const expiring = async (...more: string[]) => report((await run([...args, ...more])).stdout).summary["expire"];
  assert.equal(await expiring(), 0);
  assert.equal(await expiring("--at", "+19d"), 0);
  assert.equal(await expiring("--at", "+20d"), 1);
  assert.equal(await expiring("--at", "+3w"), 1);
  assert.equal(await expiring("--at", "+400h"), 0);
});

function fill(): void {
  const write = (operation: string, input: object) => emulator.asForeigner({ operation, input } as never);
  write("CreateRepository", { repositoryName: "team/app" });
  for (const number of [1, 2, 3]) {
    const manifests = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [],
      annotations: { number: String(number) },
    });
    write("PutImage", { repositoryName: "team/app", imageTag: `dev-${number}`, imageManifest: manifests });
  }
}

test("the images of a repository are read, and AWS's own preview is asked where that is wanted", async () => {
  fill();
  const here = ["--repository", "team/app", "--region", "us-east-1", "--endpoint", emulator.url];
  const policy = file("one.json", keepOne);
  const { code, stdout, stderr } = await run(["--policy", policy, ...here, "--cross-check", "--format", "json"]);
  assert.equal(code, 0, stderr);
  const { summary, differences, notes } = report(stdout);
  assert.equal(summary["expire"], 2);
  assert.deepEqual(differences, []);
  assert.deepEqual(notes, [], "the manifest lists were read");
  const used = await run([
    "--policy",
    policy,
    ...here,
    "--in-use",
    file("use.txt", "other/app:dev-1\nteam/app:dev-1\n"),
  ]);
  assert.equal(used.code, 2);
  assert.match(used.stdout, /in use as team\/app:dev-1/);
  assert.doesNotMatch(used.stdout, /other\/app/);
});
