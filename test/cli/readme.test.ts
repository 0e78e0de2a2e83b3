/** The outputs that the README shows: each is what the program prints for the command above it. UPDATE=1 writes them anew. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { exportOf, provider, resource } from "../drift/stacks.ts";
import { say } from "../harness/in-process.ts";

const root = join(import.meta.dirname, "../..");
const page = join(root, "README.md");
let readme = readFileSync(page, "utf8");
const origin = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-readme-"));
let emulator: Emulator;
before(async () => {
  process.chdir(folder);
  emulator = await startEmulator({});
});
after(async () => {
  await emulator.close();
  process.chdir(origin);
  rmSync(folder, { recursive: true });
});

/** The block below the command that holds this text, and the arguments of that command. */
function shown(text: string): { args: string[]; output: string } {
  for (const [, commands = "", output = ""] of readme.matchAll(/^```sh\n([^`]*)```\n\n```\n([^`]*)```/gm)) {
    const line = commands.split("\n").find((each) => each.includes(text));
    if (line) return { args: line.slice(line.indexOf("pulumi-ecr ")).split(" ").slice(1), output };
  }
  return assert.fail(`the README shows no output of ${text}`);
}

/** Compares a run with the block; with UPDATE=1 the block becomes what was printed. */
async function compare({ args, output }: { args: string[]; output: string }) {
  const { code, stdout, stderr } = await say(args);
  if (process.env["UPDATE"]) {
    readme = readme.replace(`\n\`\`\`\n${output}\`\`\``, () => `\n\`\`\`\n${stdout}\`\`\``);
    writeFileSync(page, readme);
    return;
  }
  assert.deepEqual({ code, stderr, stdout: stdout.split("\n") }, { code: 2, stderr: "", stdout: output.split("\n") });
}

function write(files: Readonly<Record<string, unknown>>) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      typeof content === "string" ? content : `${JSON.stringify(content, undefined, 2)}\n`,
    );
  }
}

const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const own = { Sid: "Own", Effect: "Allow", Principal: { AWS: "222222222222" }, Action: pull };
const partner = {
  Sid: "Partner",
  Effect: "Allow",
  Principal: { AWS: "333333333333" },
  Action: pull,
  Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
};
const policy = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });
const keep = (count: number) => ({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: count },
      action: { type: "expire" },
    },
  ],
});

test("the review of a pull request, with the configuration that is shown", async () => {
  const { args, output } = shown("pulumi-ecr review --base origin/main");
  const config = /^ {2}```yaml\n( {2}account:[^`]*)```/m.exec(readme)?.[1] ?? assert.fail("no review.yaml");
  const date = "2026-06-01T00:00:00Z";
  const git = (...command: string[]) =>
    execFileSync(
      "git",
      ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "commit.gpgSign=false", ...command],
      {
        cwd: folder,
        env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      },
    );
  const commit = (files: Readonly<Record<string, unknown>>) => {
    write(files);
    git("add", "-A");
    git("commit", "-q", "-m", "c");
  };
  git("init", "-q", "-b", "main");
  commit({
    "review.yaml": config.replaceAll(/^ {2}/gm, ""),
    "policies/team/api.json": policy(own),
    "lifecycle/team/api.json": keep(30),
  });
  git("update-ref", "refs/remotes/origin/main", "main");
  commit({ "policies/team/api.json": policy(own, partner), "lifecycle/team/api.json": keep(10) });
  const imageDetails = Array.from({ length: 30 }, (_, index) => ({
    repositoryName: "team/api",
    registryId: "123456789012",
    imageDigest: `sha256:${createHash("sha256").update(String(index)).digest("hex")}`,
    imagePushedAt: new Date(Date.UTC(2026, 0, index + 1)).toISOString(),
  }));
  write({ "images.json": { imageDetails }, "running.txt": "# no image runs\n" });
  await compare({ args: [...args, "--at", date], output });
});

test("what a change of one policy does", async () => {
  const { args, output } = shown("pulumi-ecr review --before old.json");
  write({ "old.json": policy(own), "new.json": policy(own, partner) });
  await compare({ args, output });
});

test("the drift of a stack", async () => {
  const { args, output } = shown("pulumi-ecr drift --file -");
  const call = (operation: string, input: object) =>
    emulator.asForeigner({ operation, input, region: "eu-central-1" } as Parameters<Emulator["asForeigner"]>[0]);
  const ecr = provider(emulator.url, "ecr", { region: "eu-central-1" });
  for (const repositoryName of ["team/api", "team/web", "team/old"]) call("CreateRepository", { repositoryName });
  for (const repositoryName of ["team/api", "team/web"])
    call("PutLifecyclePolicy", { repositoryName, lifecyclePolicyText: JSON.stringify(keep(30)) });
  const anyone = policy({ Sid: "a", Effect: "Allow", Principal: "*", Action: pull });
  call("SetRepositoryPolicy", { repositoryName: "team/web", policyText: JSON.stringify(anyone) });
  const declared = ["team/api", "team/web"].flatMap((repositoryName) => [
    resource(ecr.ref, "Repository", repositoryName, { repositoryName }),
    resource(ecr.ref, "LifecyclePolicy", repositoryName, { repositoryName, lifecyclePolicyText: keep(30) }),
  ]);
  const access = resource(ecr.ref, "RepositoryPolicy", "team/web", {
    repositoryName: "team/web",
    policyText: policy({ ...own, Sid: "a" }),
  });
  write({ "export.json": exportOf([ecr.state, ...declared, access]).replaceAll("dev::test::", "prod::images::") });
  await compare({ args: args.map((arg) => (arg === "-" ? "export.json" : arg)), output });
});
