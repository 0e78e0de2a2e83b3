/** `pulumi-ecr import-file` as a process: what it prints, where, and with which exit code. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
after(() => emulator.close());

const command = join(import.meta.dirname, "../../provider/cli/main.ts");
const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], env: Record<string, string> = credentials): Promise<Run> {
  const own = {
    PATH: process.env["PATH"] ?? "",
    HOME: "/nonexistent",
    AWS_EC2_METADATA_DISABLED: "true",
    NODE_NO_WARNINGS: "1",
    ...env,
  };
  return new Promise((resolve) =>
    execFile(process.execPath, [command, "import-file", ...args], { env: own }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    ),
  );
}

const here = () => ["--region", "us-east-1", "--endpoint", emulator.url];

interface Spec {
  type: string;
  name: string;
  id: string;
  parent?: string;
}
const specs = ({ stdout }: Run) => (JSON.parse(stdout) as { resources: Spec[] }).resources;

const policyText = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "own",
      Effect: "Allow",
      Principal: "*",
      Action: "ecr:BatchGetImage",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM
      Condition: { StringEquals: { "aws:PrincipalTag/team": "${aws:PrincipalTag/team}" } },
    },
  ],
});

function repository(repositoryName: string, withPolicy = false): void {
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName } });
  if (withPolicy) emulator.asForeigner({ operation: "SetRepositoryPolicy", input: { repositoryName, policyText } });
}

test("each thing has its type, its import id and a name for programs, and a policy has its repository as parent", async () => {
  repository("team/web");
  repository("team/app", true);
  const rules = [{ destinations: [{ region: "eu-west-1", registryId: "111111111111" }] }];
  emulator.asForeigner({ operation: "PutReplicationConfiguration", input: { replicationConfiguration: { rules } } });
  const done = await run(here());
  assert.deepEqual([done.code, done.stderr], [0, ""]);
  assert.deepEqual(specs(done), [
    { type: "ecr:index:Repository", name: "teamApp", id: "team/app" },
    { type: "ecr:index:Repository", name: "teamWeb", id: "team/web" },
    { type: "ecr:index:RepositoryPolicy", name: "teamAppPolicy", id: "team/app", parent: "teamApp" },
    {
      type: "ecr:index:ReplicationConfiguration",
      name: "replicationConfiguration",
      id: "123456789012/us-east-1",
    },
  ]);
  assert.equal((await run(here())).stdout, done.stdout, "the same registry gives the same file");
});

test("names that would be the same, that start with a digit or that mean something else become names of their own", async () => {
  for (const name of ["team/app", "team-app", "team_app", "1x", "pulumi", "null", "app", "app-policy"])
    repository(name, name === "app");
  const names = new Map(
    specs(await run(here())).map(({ type, id, name }) => [`${type.split(":").at(-1)} ${id}`, name]),
  );
  assert.equal(new Set(names.values()).size, names.size);
  for (const name of names.values()) assert.match(name, /^[a-z][A-Za-z0-9]*$/);
  for (const id of ["team/app", "team-app", "team_app"])
    assert.match(names.get(`Repository ${id}`) ?? "", /^teamApp[0-9a-f]{6}$/);
  assert.equal(names.get("Repository 1x"), "r1x");
  assert.equal(names.get("Repository pulumi"), "pulumiResource");
  assert.equal(names.get("Repository null"), "nullResource");
  assert.match(names.get("RepositoryPolicy app") ?? "", /^appPolicy[0-9a-f]{6}$/);
  repository("team.app");
  const later = new Map(
    specs(await run(here())).map(({ type, id, name }) => [`${type.split(":").at(-1)} ${id}`, name]),
  );
  for (const [thing, name] of names) assert.equal(later.get(thing), name, "a namesake more changes no name");
});

test("--type and --match narrow what is listed, and a policy alone has no parent", async () => {
  repository("team/app", true);
  repository("web/app", true);
  const policies = await run([...here(), "--type", "RepositoryPolicy", "--match", "team/"]);
  assert.deepEqual(specs(policies), [{ type: "ecr:index:RepositoryPolicy", name: "teamAppPolicy", id: "team/app" }]);
  const both = await run([...here(), "--type", "ecr:index:RepositoryPolicy", "--type", "Repository", "--match", "web"]);
  assert.deepEqual(
    specs(both).map(({ name, parent }) => [name, parent]),
    [
      ["webApp", undefined],
      ["webAppPolicy", "webApp"],
    ],
  );
  assert.deepEqual(specs(await run([...here(), "--match", "nothing"])), []);
});

test("an empty registry gives an empty file, whatever types there are", async () => {
  const done = await run(here());
  assert.deepEqual([done.code, specs(done), done.stderr], [0, [], ""]);
  assert.match((await run([...here(), "--yaml"])).stdout, /\nresources: \{\}\n$/);
});

test("--yaml is a program with properties, references to the repository and import options", async () => {
  repository("team/app", true);
  const { code, stdout } = await run([...here(), "--yaml", "--match", "team"]);
  assert.equal(code, 0);
  assert.equal(
    stdout.slice(stdout.indexOf("resources:")),
    `resources:
  teamApp:
    type: "ecr:index:Repository"
    properties:
      repositoryName: "team/app"
    options:
      import: "team/app"
  teamAppPolicy:
    type: "ecr:index:RepositoryPolicy"
    properties:
      repositoryName: "\${teamApp.repositoryName}"
      policyText:
        Version: "2012-10-17"
        Statement:
          - Sid: "own"
            Effect: "Allow"
            Principal: "*"
            Action: "ecr:BatchGetImage"
            Condition:
              StringEquals:
                "aws:PrincipalTag/team": "$\${aws:PrincipalTag/team}"
    options:
      import: "team/app"
`,
  );
});

test("a type that may not be listed is named, the rest is written, and the exit code says incomplete", async () => {
  repository("team/app", true);
  emulator.addFaults([{ operation: "GetRepositoryPolicy", kind: "deny" }]);
  const done = await run(here());
  assert.equal(done.code, 3);
  assert.deepEqual(specs(done), [{ type: "ecr:index:Repository", name: "teamApp", id: "team/app" }]);
  assert.match(
    done.stderr,
    /listing RepositoryPolicy: 1 of 1 repositories could not be looked at, such as "team\/app"/,
  );
  assert.match(done.stderr, /AccessDenied.*the rest is written/);
});

test("--yaml says what it could not read of what it found", async () => {
  repository("team/app");
  emulator.addFaults([{ operation: "ListTagsForResource", kind: "deny" }]);
  const done = await run([...here(), "--yaml", "--match", "team"]);
  assert.equal(done.code, 3);
  assert.match(done.stderr, /reading the tags of Repository "team\/app" was denied.*ecr:ListTagsForResource/);
  assert.match(done.stdout, /teamApp:/);
});

test("without credentials, without a region or with a wrong word it prints nothing, says why and fails", async () => {
  const none = await run(here(), {});
  assert.deepEqual([none.code, none.stdout], [1, ""]);
  assert.match(none.stderr, /^pulumi-ecr: listing \w+: .*AWS_PROFILE, or log in\n$/);
  const nowhere = await run(["--endpoint", emulator.url]);
  assert.deepEqual([nowhere.code, nowhere.stdout], [1, ""]);
  assert.match(nowhere.stderr, /no region is set/);
  const empty = await run(["--endpoint", emulator.url], { ...credentials, AWS_REGION: "" });
  assert.match(empty.stderr, /no region is set/);
  const wrong = await run(["--endpoint", emulator.url], { ...credentials, AWS_REGION: "eu central" });
  assert.match(wrong.stderr, /region="eu central".*; correct the provider's region, AWS_REGION/);
  const typo = await run([...here(), "--type", "RepositoryPolicies"]);
  assert.deepEqual([typo.code, typo.stdout], [1, ""]);
  assert.match(
    typo.stderr,
    /no listable type "RepositoryPolicies", did you mean RepositoryPolicy; there are Repository,/,
  );
  const url = await run(["--endpoint", "nonsense"]);
  assert.deepEqual([url.code, url.stdout], [1, ""]);
  assert.match(url.stderr, /endpoint must be a URL/);
});

test("a denied registry is an error, not an empty file", async () => {
  emulator.addFaults([{ operation: "*", kind: "deny" }]);
  for (const narrowed of [[], ["--match", "team"], ["--type", "Repository"]]) {
    const done = await run([...here(), ...narrowed]);
    assert.deepEqual([done.code, done.stdout], [1, ""]);
    assert.match(done.stderr, /^pulumi-ecr: listing \w+: .*AccessDenied/);
  }
});

test("a reader that goes away early is no failure", async () => {
  repository("team/app");
  const child = spawn(process.execPath, [command, "import-file", ...here()], {
    env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", ...credentials },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual([code, said], [0, ""]);
});
