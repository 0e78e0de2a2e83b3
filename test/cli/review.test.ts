/** `pulumi-ecr review`, `explain` and `schema` from the outside: files in, text or JSON and an exit code out. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-review-"));
after(() => rmSync(folder, { recursive: true }));
const command = join(import.meta.dirname, "../../bin/pulumi-ecr");

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content, undefined, 2));
  return path;
}

const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const grant = (principal: unknown, more: object = {}) => ({
  Version: "2012-10-17",
  Statement: [{ Sid: "pull", Effect: "Allow", Principal: principal, Action: pull, ...more }],
});

interface Report {
  schemaVersion: number;
  verdict: string;
  access: { relation: string; gains: { principal: string; outside: boolean; onlyIf?: string }[]; losses: object[] };
  findings: { ruleId: string; level: string; file: string; line: number; column: number; path: string }[];
}

const report = (stdout: string) => JSON.parse(stdout) as Report;

test("a sound document is clean, and says what it allows as gains over no policy", () => {
  const { status, stdout } = run("review", "--format", "json", file("sound.json", grant({ AWS: "111111111111" })));
  const { verdict, access, findings } = report(stdout);
  assert.equal(status, 0);
  assert.equal(verdict, "clean");
  assert.equal(access.relation, "wider");
  assert.deepEqual(
    access.gains.map(({ principal }) => principal),
    ["account 111111111111"],
  );
  assert.deepEqual(findings, []);
});

test("an invalid document blocks even when nothing is to fail, with line and column", () => {
  const path = file("invalid.json", '{\n  "Version": "2012-10-17",\n  "Statement": [{ "Effect": "allow" }]\n}');
  const { status, stdout } = run("review", "--format", "json", "--fail-on", "undecided", path);
  const { verdict, findings } = report(stdout);
  assert.equal(status, 2);
  assert.equal(verdict, "blocked");
  assert.ok(findings.some(({ level, line, file: name }) => level === "error" && line === 3 && name === path));
});

test("a change that gives outsiders something blocks, and is let through for a trusted account", () => {
  const before = file("before.json", grant({ AWS: "111111111111" }));
  const after = file("after.json", grant({ AWS: ["111111111111", "222222222222"] }));
  const change = ["review", "--format", "json", "--before", before, "--after", after];
  const blocked = run(...change);
  assert.equal(blocked.status, 2);
  assert.equal(report(blocked.stdout).access.relation, "wider");
  assert.equal(run(...change, "--trust", "222222222222").status, 0);
  assert.equal(run(...change, "--account", "222222222222").status, 0);
  assert.equal(run(...change, "--fail-on", "error").status, 0);
  assert.equal(run(...change, "--trust", "222222222222", "--fail-on", "gain").status, 2);
  assert.equal(run("review", "--before", after, "--after", before).status, 0);
});

test("a change of form only is said to be none", () => {
  const before = file("form-a.json", grant({ AWS: ["111111111111"] }));
  const after = file("form-b.json", JSON.stringify(grant({ AWS: "arn:aws:iam::111111111111:root" })));
  const { status, stdout } = run("review", "--before", before, "--after", after);
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^Review of ECR policies\nPassed · access unchanged\n\nNothing changes in meaning: 1 resource changed in form only\.\n$/,
  );
});

const variable = `\${aws:ResourceTag/team}`;

test("what hangs on a policy variable is undecided, with its name", () => {
  const condition = { StringEquals: { "aws:PrincipalTag/team": variable } };
  const path = file("variable.json", grant({ AWS: "111111111111" }, { Condition: condition }));
  const { status, stdout } = run("review", path);
  assert.equal(status, 3);
  assert.ok(stdout.includes(variable), stdout);
  assert.equal(run("review", "--fail-on", "undecided", path).status, 2);
});

test("a schema that does not exist is an error that names those that do", () => {
  const { status, stdout, stderr } = run("schema", "none");
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /^pulumi-ecr: [^\n]*\n$/);
});

test("no control character of a document reaches the terminal", () => {
  const path = file("hostile.json", grant("*", { Sid: "\u001b[31mred\u202e\u0007" }));
  for (const args of [
    ["review", path],
    ["explain", path],
    ["review", "--before", path, "--after", file("y.json", grant({ AWS: "111111111111" }))],
  ]) {
    const { stdout } = run(...args);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

test("a file that is far too long, or no text, is refused quickly", () => {
  const huge = file("huge.json", `{"Statement": "${"x".repeat(5_000_000)}"}`);
  const { status, stderr } = run("review", huge);
  assert.equal(status, 1);
  assert.equal(stderr, `pulumi-ecr: reading the document from ${huge}: it has more than 1 MiB; give a smaller one\n`);
  const long = run("review", file("long.json", `{"Statement": "${"x".repeat(500_000)}"}`));
  assert.equal(long.status, 2);
  assert.match(long.stdout, /error ECR-A1/);
  assert.equal(run("review", file("deep.json", "[".repeat(1_000))).status, 2);
});

test("lifecycle policies are judged as such", () => {
  const rule = {
    rulePriority: 1,
    selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 5 },
    action: { type: "expire" },
  };
  assert.equal(run("review", "--kind", "lifecycle-policy", file("life.json", { rules: [rule] })).status, 0);
  assert.equal(
    run("review", "--kind", "lifecycle-policy", file("dead.json", { rules: [{ ...rule, action: {} }] })).status,
    2,
  );
});

test("explain says in plain words who may do what, of each kind of document", () => {
  const accounts = file("names.json", { "111111111111": { alias: "build" } });
  const policy = run("explain", "--accounts", accounts, file("e.json", grant({ AWS: "111111111111" })));
  assert.match(
    policy.stdout,
    /account 111111111111 \(build\) can pull from the repository \(statement 1 "pull", line 4\)/,
  );
  const registry = {
    Statement: {
      Effect: "Allow",
      Principal: { AWS: "111111111111" },
      Action: "ecr:ReplicateImage",
      Resource: "arn:aws:ecr:eu-west-1:222222222222:repository/team/*",
    },
  };
  assert.match(run("explain", file("r.json", registry)).stdout, /can replicate images into team\/\*/);
});

test("explain numbers the statements of a document that AWS would reject from 1, with line and column", () => {
  const path = file("wrong.json", { Statement: [...grant("*").Statement, { Effect: "allow" }] });
  const { status, stdout } = run("explain", path);
  assert.deepEqual(
    [status, stdout.replaceAll(path, "wrong.json").trimEnd().split("\n")],
    [
      2,
      [
        "This is not a valid repository policy:",
        "wrong.json:12:5: Statement 2: needs Action or NotAction",
        "wrong.json:12:5: Statement 2: needs Principal or NotPrincipal",
        'wrong.json:13:17: Statement 2, Effect must be "Allow" or "Deny", is "allow"; did you mean "Allow"?',
      ],
    ],
  );
});

test("schema prints the names of the schemas, and each of them as JSON", () => {
  const names = run("schema").stdout.trim().split("\n");
  assert.ok(names.includes("repository-policy") && names.includes("lifecycle-policy"), names.join());
  for (const name of names) assert.equal(typeof JSON.parse(run("schema", name).stdout), "object");
});

test("a document that is not there is named, in the words of every command", () => {
  const { status, stderr } = run("review", join(tmpdir(), "no\u001bne.json"));
  assert.equal(status, 1);
  assert.match(stderr, /reading .*no\\u\{1b\}ne\.json: there is no such file; check the name/);
});

test("images without the name of their repository are asked about, and with it a change of a lifecycle policy is judged", () => {
  const rule = (countNumber: number) => ({
    rulePriority: 1,
    selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber },
    action: { type: "expire" },
  });
  const image = (index: number, more: object) => ({
    ...{ imageDigest: `sha256:${index}`, imagePushedAt: 1_700_000_000 + index, ...more },
  });
  const images = (more: object) => ({ imageDetails: [1, 2, 3].map((index) => image(index, more)) });
  const change = [
    "--before",
    file("two.json", { rules: [rule(2)] }),
    "--after",
    file("one.json", { rules: [rule(1)] }),
  ];
  const review = (path: string) => run("review", "--kind", "lifecycle-policy", ...change, "--images", path);
  const unnamed = review(file("unnamed.json", images({})));
  assert.equal(unnamed.status, 1);
  assert.match(unnamed.stderr, /does not say whose images it has; give --repository/);
  const named = review(file("named.json", images({ repositoryName: "team/app" })));
  assert.match(named.stdout, /one\.json:1:1: warning ECR-D6: of 3 images 1 newly expire/);
});

test("a request that gets through is told in AWS's words, and the repository of a lone document is not named after its file", () => {
  const lone = file("lone.json", grant("*", { Condition: { StringNotEquals: { "AWS:principalorgid": "o-abc" } } }));
  const { stdout } = run("review", "--format", "markdown", lone);
  assert.match(
    stdout,
    /`ecr:BatchGetImage` by any principal of an account that the policy does not name, such as `\d{12}`/,
  );
  assert.doesNotMatch(stdout, /anyAccount|anyService/);
  assert.match(stdout, /\| the repository of `[^`]*lone\.json` \| everybody/);
  const named = run("review", "--format", "markdown", "--repository", "team/api", lone);
  assert.match(named.stdout, /\| team\/api \| everybody/);
});

test("what a statement loses is told by keys, operators and actions as AWS spells them, in every report", () => {
  const condition = { Condition: { stringequals: { "aws:principalorgid": "o-a1b2c3d4e5" } } };
  const before = file("keyed.json", grant("*", condition));
  const after = file("open.json", grant("*"));
  for (const format of ["text", "markdown", "json", "html"]) {
    const { stdout } = run("review", "--format", format, "--before", before, "--after", after);
    assert.match(stdout, /StringEquals aws:PrincipalOrgID/, format);
    assert.doesNotMatch(stdout, /principalorgid|batchgetimage/, format);
  }
});
