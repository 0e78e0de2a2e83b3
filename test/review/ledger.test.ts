/** What a review of two revisions accounts for: what merging makes, and what became of every changed path. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, test } from "node:test";
import type { Coverage } from "../../provider/cli/commands/review/inputs/accounting.ts";
import { gatherRevisions } from "../../provider/cli/commands/review/inputs/revisions.ts";
import { review } from "../../provider/review/review.ts";

const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-ledger-"));
after(() => rmSync(folder, { recursive: true }));

let count = 0;

/** A repository whose commits are maps of files: text, what a link points to, or null for one that goes. */
function repository() {
  const place = join(folder, `r${++count}`);
  mkdirSync(place);
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "commit.gpgSign=false"];
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", place, ...author, ...args], { stdio: "pipe", encoding: "utf8" }).trim();
  git("init", "-q", "-b", "main");
  const commit = (files: Readonly<Record<string, string | { link: string } | { run: string } | null>>) => {
    for (const [name, content] of Object.entries(files)) {
      rmSync(join(place, name), { force: true });
      if (content === null) continue;
      mkdirSync(dirname(join(place, name)), { recursive: true });
      if (typeof content === "string") writeFileSync(join(place, name), content);
      else if ("link" in content) symlinkSync(content.link, join(place, name));
      else {
        writeFileSync(join(place, name), content.run);
        chmodSync(join(place, name), 0o755);
      }
    }
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", "c");
  };
  const gather = (covered: readonly Coverage[] = [], configFrom: "base" | "head" = "base") =>
    gatherRevisions({ repo: place, base: "main", head: "feature", config: "review.yaml", configFrom, covered });
  const judge = (...args: Parameters<typeof gather>) => {
    const gathered = gather(...args);
    const { config = { config: assert.fail("no configuration"), file: "" } } = gathered;
    return review({
      ...gathered,
      config: config.config,
      failOn: ["error", "outside-gain"],
      surroundings: {
        access: { owner: "999999999999" },
        expects: config.config.expects,
        before: gathered.before,
        after: gathered.after,
        isWhole: gathered.isWhole,
        inUse: [],
        at: Date.parse("2026-06-01T00:00:00Z"),
      },
    });
  };
  const fates = (...args: Parameters<typeof gather>) =>
    (gather(...args).ledger ?? []).map(({ path, fate, why }) => `${path}: ${fate}: ${why}`);
  return { place, git, commit, gather, judge, fates };
}

const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const allow = (...accounts: string[]) => ({ Sid: "A", Effect: "Allow", Principal: { AWS: accounts }, Action: pull });
const deny = { Sid: "D", Effect: "Deny", Principal: { AWS: "222222222222" }, Action: "ecr:*" };
/** One member a line, so that git merges statements apart from each other. */
const policy = (...statements: object[]) =>
  `${JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2)}\n`;
const file = "policies/api.repository-policy.json";

test("what merging makes is judged: the base dropped a Deny that covered what the head allows", () => {
  const { git, commit, judge } = repository();
  const spaced = (...parts: string[]) =>
    `{"Version": "2012-10-17", "Statement": [\n${parts.join(",\n\n\n\n\n\n")}\n]}\n`;
  const narrow = JSON.stringify(allow("111111111111"));
  const wide = JSON.stringify(allow("111111111111", "222222222222"));
  const denied = JSON.stringify(deny);
  const other = JSON.stringify({ ...deny, Sid: "Other", Principal: { AWS: "333333333333" } });
  commit({ [file]: spaced(narrow, denied, other) });
  git("checkout", "-q", "-b", "feature");
  commit({ [file]: spaced(wide, denied, other) });
  git("checkout", "-q", "main");
  commit({ [file]: spaced(narrow, other) });
  const { verdict, access } = judge();
  assert.equal(verdict, "blocked");
  assert.deepEqual(
    access.gains.map(({ principal, outside }) => [principal, outside]),
    [["account 222222222222", true]],
  );
});

test("a criss-cross history hides nothing: where git has no one merge, the file is named and the review incomplete", () => {
  const { git, commit, judge } = repository();
  commit({ [file]: policy(allow("111111111111")), "x.md": "1\n" });
  git("checkout", "-q", "-b", "feature");
  commit({ [file]: policy(allow("111111111111", "222222222222")) });
  const grant = git("rev-parse", "feature");
  git("checkout", "-q", "main");
  commit({ "x.md": "2\n" });
  const before = git("rev-parse", "main");
  // Each side merges the other; then the base takes the grant back, and the head keeps it.
  git("merge", "-q", "--no-edit", grant);
  git("revert", "--no-edit", "-m", "1", "HEAD");
  git("checkout", "-q", "feature");
  git("merge", "-q", "--no-edit", before);
  commit({ [file]: policy(allow("222222222222", "111111111111")) });
  const { verdict, access, ledger } = judge();
  assert.deepEqual(
    [verdict, access.gains.map(({ principal }) => principal), ledger?.map(({ path, fate }) => `${path}: ${fate}`)],
    ["undecided", [], [`${file}: not-read`]],
  );
});

test("a conflict is named, and the review is incomplete", () => {
  const { git, commit, judge } = repository();
  commit({ [file]: policy(allow("111111111111")) });
  git("checkout", "-q", "-b", "feature");
  commit({ [file]: policy(allow("222222222222")) });
  git("checkout", "-q", "main");
  commit({ [file]: policy(allow("333333333333")) });
  const { verdict, notRead, ledger } = judge();
  assert.equal(verdict, "undecided");
  assert.deepEqual(notRead, [{ file, reason: "merging it into the base is a conflict", incomplete: true }]);
  assert.deepEqual(ledger, [{ path: file, fate: "not-read", why: "merging it into the base is a conflict" }]);
});

test("a clone without the common history is incomplete, and what it has is still judged", () => {
  const { place, git, commit, gather } = repository();
  commit({ [file]: policy(allow("111111111111")) });
  commit({ "x.md": "2" });
  git("checkout", "-q", "-b", "feature");
  commit({ [file]: policy(allow("222222222222")) });
  git("checkout", "-q", "main");
  commit({ "x.md": "3" });
  const clone = join(folder, "shallow");
  execFileSync("git", ["clone", "-q", "--depth", "1", "--no-single-branch", `file://${place}`, clone], {
    stdio: "pipe",
  });
  const shallow = {
    repo: clone,
    base: "main",
    head: "origin/feature",
    config: "review.yaml",
    configFrom: "base",
    covered: [],
  } as const;
  const { notRead, ledger } = gatherRevisions(shallow);
  assert.deepEqual(
    notRead.map(({ file: name, incomplete }) => [name, incomplete]),
    [["the merge of head and base", true]],
  );
  assert.deepEqual(
    ledger?.map(({ path, fate }) => `${path}: ${fate}`),
    [`${file}: judged`, "x.md: irrelevant"],
  );
  assert.deepEqual(gather().notRead, []);
});

test("merging runs no driver, reads no attributes and writes nothing into the repository", () => {
  const { place, git, commit, fates } = repository();
  const trap = join(folder, "trap");
  commit({ ".gitattributes": "*.json merge=trap diff=trap\n", [file]: policy(allow("111111111111")) });
  git("checkout", "-q", "-b", "feature");
  commit({ [file]: policy(allow("222222222222")) });
  git("checkout", "-q", "main");
  commit({ [file]: policy(allow("333333333333")) });
  git("config", "merge.trap.driver", `touch ${trap}`);
  git("config", "merge.default", "trap");
  const objects = git("count-objects", "-v");
  assert.deepEqual(fates(), [`${file}: not-read: merging it into the base is a conflict`]);
  assert.equal(existsSync(trap), false);
  assert.equal(git("count-objects", "-v"), objects);
  assert.equal(existsSync(join(place, ".git/MERGE_HEAD")), false);
});

test("a revision that names more than one thing is refused with all of them; grafts and replaced objects have no effect", () => {
  const { place, git, commit, gather, judge } = repository();
  commit({ [file]: policy(allow("111111111111")) });
  git("checkout", "-q", "-b", "feature");
  commit({ [file]: policy(allow("222222222222")) });
  const [base, head] = [git("rev-parse", "main"), git("rev-parse", "feature")];
  git("replace", head, base);
  writeFileSync(join(place, ".git/info/grafts"), `${head}\n`);
  git("branch", "-q", "HEAD-like", base);
  git("update-ref", "refs/heads/HEAD", base);
  assert.equal(judge().verdict, "blocked");
  git("tag", "main", "feature");
  assert.throws(() => gather(), {
    message:
      'reading the revision "main": it names refs/tags/main and refs/heads/main; write the whole name of the one that is meant',
  });
  git("tag", "-d", "main");
  git("update-ref", "refs/remotes/feature/HEAD", base);
  assert.throws(() => gather(), /it names refs\/heads\/feature and refs\/remotes\/feature\/HEAD/);
});

test("a git that cannot merge trees is an error that says which one can", () => {
  const { commit, git, gather } = repository();
  commit({ a: "1" });
  git("branch", "feature");
  const real = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
  const bin = join(folder, "old-git");
  mkdirSync(bin);
  const script = `#!/bin/sh\nfor word in "$@"; do [ "$word" != merge-tree ] || { echo "usage: git merge-tree <base-tree> <branch1> <branch2>" >&2; exit 129; }; done\nexec ${real} "$@"\n`;
  writeFileSync(join(bin, "git"), script, { mode: 0o755 });
  const path = process.env["PATH"];
  process.env["PATH"] = `${bin}${delimiter}${path}`;
  try {
    assert.throws(() => gather(), {
      message: "merging the head into the base: it takes git 2.38 or newer; update git",
    });
  } finally {
    process.env["PATH"] = path;
  }
});

const yamlProgram = "name: p\nruntime: yaml\n";
const nodeProgram = "name: p\nruntime: nodejs\n";

/** What a repository has, what changes, and what becomes of each path. */
const accounts: Readonly<
  Record<
    string,
    {
      readonly has?: Readonly<Record<string, string>>;
      /** What the repository has besides: links, and what they lead to. */
      readonly links?: Readonly<Record<string, string>>;
      readonly changes: Readonly<Record<string, string | { link: string } | { run: string } | null>>;
      readonly covered?: readonly Coverage[];
      readonly fates: readonly string[];
    }
  >
> = {
  "a repository of documents alone has no other reader": {
    has: { [file]: policy(allow("111111111111")) },
    changes: { "src/app.ts": "x", ".github/workflows/ci.yml": "x", "README.md": "x", "docs/a.png": "x", LICENSE: "x" },
    fates: [
      ".github/workflows/ci.yml: irrelevant: no program of this repository reads it",
      "LICENSE: irrelevant: documentation, a picture or a license",
      "README.md: irrelevant: documentation, a picture or a license",
      "docs/a.png: irrelevant: documentation, a picture or a license",
      "src/app.ts: irrelevant: no program of this repository reads it",
    ],
  },
  "with a program in another language, everything but documentation may be read by it": {
    has: { "infra/Pulumi.yaml": nodeProgram },
    changes: {
      "infra/index.ts": "x",
      "src/app.ts": "x",
      "README.md": "x",
      "infra/Pulumi.yaml": `${nodeProgram}description: x\n`,
    },
    fates: [
      "README.md: irrelevant: documentation, a picture or a license",
      ...["infra/Pulumi.yaml", "infra/index.ts", "src/app.ts"].map(
        (path) =>
          `${path}: not-read: the program in nodejs in infra may read it; give --preview with --program infra, or a pattern under irrelevant in review.yaml`,
      ),
    ],
  },
  "a preview covers the only program": {
    has: { "infra/Pulumi.yaml": nodeProgram },
    changes: { "infra/index.ts": "x", "src/app.ts": "x" },
    covered: [{ option: "--preview", programs: [] }],
    fates: ["infra/index.ts", "src/app.ts"].map(
      (path) => `${path}: judged: covered by the preview of the program in nodejs in infra`,
    ),
  },
  "documentation that a program names may be read by it": {
    has: {
      "infra/Pulumi.yaml": nodeProgram,
      "infra/index.ts": 'readFileSync("policy.md"); // see README.md\n',
      "mkdocs.yml": "nav: [guide.md]\n",
      "infra/package.json": '{"files": ["guide.md"]}\n',
    },
    changes: { "infra/policy.md": "x", "infra/README.md": "x", "docs/guide.md": "x" },
    fates: [
      "docs/guide.md: irrelevant: documentation, a picture or a license",
      "infra/README.md: irrelevant: documentation, a picture or a license",
      "infra/policy.md: not-read: the program in nodejs in infra may read it; give --preview with --program infra, or a pattern under irrelevant in review.yaml",
    ],
  },
  "a preview does not tell what a script of the program calls": {
    has: { "infra/Pulumi.yaml": nodeProgram },
    changes: {
      "infra/deploy.sh": "aws ecr set-repository-policy --policy-text file://p.json\n",
      "infra/index.ts": "x",
    },
    covered: [{ option: "--preview", programs: [] }],
    fates: [
      "infra/deploy.sh: not-read: it calls ECR by itself, which no preview or plan tells",
      "infra/index.ts: judged: covered by the preview of the program in nodejs in infra",
    ],
  },
  "a preview without --program covers none of several": {
    has: { "a/Pulumi.yaml": nodeProgram, "b/Pulumi.yaml": nodeProgram },
    changes: { "a/index.ts": "x" },
    covered: [{ option: "--preview", programs: [] }],
    fates: [
      "a/index.ts: not-read: the program in nodejs in a may read it; give --preview with --program a, or a pattern under irrelevant in review.yaml",
    ],
  },
  "the preview of one program does not say what another one reads": {
    has: { "a/Pulumi.yaml": nodeProgram, "b/Pulumi.yaml": nodeProgram },
    changes: { "a/index.ts": "x" },
    covered: [{ option: "--preview", programs: ["./a/"] }],
    fates: [
      "a/index.ts: not-read: the program in nodejs in b may read it; give --preview with --program b, or a pattern under irrelevant in review.yaml",
    ],
  },
  "previews of all programs cover everything": {
    has: { "a/Pulumi.yaml": nodeProgram, "b/Pulumi.yaml": nodeProgram },
    changes: { "a/index.ts": "x", "lib.ts": "x" },
    covered: [{ option: "--preview", programs: ["a", "b/Pulumi.yaml"] }],
    fates: [
      "a/index.ts: judged: covered by the preview of the program in nodejs in a",
      "lib.ts: judged: covered by the preview of the program in nodejs in a",
    ],
  },
  "a program that is isolated reads its own folder only": {
    has: { "a/Pulumi.yaml": nodeProgram, "b/Pulumi.yaml": nodeProgram, "review.yaml": "isolated: ['b']\n" },
    changes: { "a/index.ts": "x", "b/index.ts": "x" },
    covered: [{ option: "--preview", programs: ["a"] }],
    fates: [
      "a/index.ts: judged: covered by the preview of the program in nodejs in a",
      "b/index.ts: not-read: the program in nodejs in b may read it; give --preview with --program b, or a pattern under irrelevant in review.yaml",
    ],
  },
  "the configuration of the base says what is irrelevant, and the head's says nothing": {
    has: { "infra/Pulumi.yaml": nodeProgram, "review.yaml": "irrelevant: ['src/**', '.github/**']\n" },
    changes: { "src/a/app.ts": "x", "other.ts": "x", "review.yaml": "irrelevant: ['**']\n" },
    fates: [
      "other.ts: not-read: the program in nodejs in infra may read it; give --preview with --program infra, or a pattern under irrelevant in review.yaml",
      "review.yaml: judged: the configuration of the review",
      "src/a/app.ts: irrelevant: the configuration of the base lists it",
    ],
  },
  "Terraform, the CDK and templates are found by names and by content, on either side": {
    has: { "tf/main.tf": "x", "stacks/ecr.yaml": "Type: AWS::ECR::Repository\n" },
    changes: { "stacks/ecr.yaml": null, "x.json": "{}" },
    fates: ["stacks/ecr.yaml", "x.json"].map(
      (path) =>
        `${path}: not-read: what uses stacks/ecr.yaml may read it; give a pattern under irrelevant in review.yaml`,
    ),
  },
  "a plan covers Terraform, and a preview does not": {
    has: { "tf/main.tf": "x" },
    changes: { "tf/modules/a/main.tf": "x" },
    covered: [{ option: "--plan", programs: [] }],
    fates: ["tf/modules/a/main.tf: judged: covered by the plan of Terraform in tf"],
  },
  "what a link leads to is not read by the name of the link": {
    has: { "data/api.json": "{}", "more/a.json": "{}", "app/b.txt": "x" },
    links: { [file]: "../data/api.json", "policies/team": "../more", other: "app" },
    changes: {
      "data/api.json": "[]",
      "more/b.repository-policy.txt": "x",
      "more/c/d.repository-policy.json": policy(),
      "app/b.txt": "y",
    },
    fates: [
      "app/b.txt: irrelevant: no program of this repository reads it",
      `data/api.json: not-read: the link ${file} leads to it, which is not followed`,
      "more/b.repository-policy.txt: irrelevant: no program of this repository reads it",
      "more/c/d.repository-policy.json: judged: a document",
    ],
  },
  "a link or submodule is not followed, so that what it leads to is not read": {
    has: { [file]: policy() },
    changes: { policies2: { link: "/srv/policies" } },
    fates: ["policies2: not-read: it is a link, which may hold documents and is not followed"],
  },
  "a name that is a document's but for the case of letters is that of the same file on some systems": {
    has: { [file]: policy() },
    changes: { "Policies/API.Repository-Policy.JSON": policy(), "b/REGISTRY-POLICY.json": policy() },
    fates: ["Policies/API.Repository-Policy.JSON", "b/REGISTRY-POLICY.json"].map(
      (path) => `${path}: not-read: its name is that of a document or program but for the case of letters`,
    ),
  },
  "a program that begins where the configuration says that there is none is not irrelevant": {
    has: { "review.yaml": "irrelevant: ['src/**']\n", "src/old/main.tf": "x" },
    changes: {
      "src/old/main.tf": "y",
      "src/new/main.tf": "x",
      "src/p/Pulumi.yaml": nodeProgram,
      "src/p/index.ts": "x",
    },
    fates: [
      "src/new/main.tf: not-read: a program begins here, where review.yaml says that there is none",
      "src/old/main.tf: irrelevant: the configuration of the base lists it",
      "src/p/Pulumi.yaml: not-read: a program begins here, where review.yaml says that there is none",
      "src/p/index.ts: irrelevant: the configuration of the base lists it",
    ],
  },
  "documentation that names commands and types makes no reader": {
    has: { [file]: policy(), "README.md": "aws ecr set-repository-policy --policy-text …; AWS::ECR::Repository\n" },
    changes: { "src/app.ts": "x" },
    fates: ["src/app.ts: irrelevant: no program of this repository reads it"],
  },
  "links, executable files and attributes of documentation's name are not documentation": {
    has: { "infra/Pulumi.yaml": nodeProgram, "review.yaml": "isolated: ['infra']\n" },
    changes: {
      "infra/a.md": { link: "/etc/passwd" },
      "infra/b.md": { run: "#!/bin/sh\n" },
      ".gitattributes": "* text\n",
    },
    fates: [
      ".gitattributes: not-read: it may change what other files hold where they are checked out",
      ...["infra/a.md", "infra/b.md"].map(
        (path) =>
          `${path}: not-read: the program in nodejs in infra may read it; give --preview with --program infra, or a pattern under irrelevant in review.yaml`,
      ),
    ],
  },
};

for (const [name, { has = {}, links = {}, changes, covered, fates: expected }] of Object.entries(accounts))
  test(name, () => {
    const { git, commit, fates } = repository();
    commit({ ...has, ...Object.fromEntries(Object.entries(links).map(([path, link]) => [path, { link }])) });
    git("checkout", "-q", "-b", "feature");
    commit(changes);
    assert.deepEqual(fates(covered), expected);
  });

/** What may change ECR beside Pulumi's own programs: a file that says so. */
const others: Readonly<Record<string, string>> = {
  "deploy.sh": "aws ecr set-repository-policy --repository-name api --policy-text file://p.json\n",
  "lifecycle.sh": "aws ecr put-lifecycle-policy --lifecycle-policy-text file://p.json\n",
  ".github/workflows/deploy.yml": "run: aws ecr put-registry-policy --policy-text file://p.json\n",
  "deploy.py": "ecr.set_repository_policy(repositoryName='api', policyText=text)\n",
  "client.py": "boto3.client('ecr')\n",
  "deploy.ts": 'import { SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";\n',
  "old.js": "new AWS.ECR()\n",
  "deploy.go": 'import "github.com/aws/aws-sdk-go-v2/service/ecr"\n',
  "Deploy.java": "import software.amazon.awssdk.services.ecr.EcrClient;\n",
  "Deploy.cs": "using Amazon.ECR;\n",
  "playbook.yml": "- community.aws.ecs_ecr: {name: api}\n",
  "ack.yaml": "apiVersion: ecr.services.k8s.aws/v1alpha1\n",
  "crossplane.yaml": "apiVersion: ecr.aws.upbound.io/v1beta1\n",
  "app.py": "from aws_cdk import aws_ecr\n",
  "app.go": 'import "github.com/aws/aws-cdk-go/awscdk/v2/awsecr"\n',
  "App.java": "import software.amazon.awscdk.services.ecr.CfnRepository;\n",
  "template.yaml": "Transform: AWS::Serverless-2016-10-31\n",
  "nested.yaml": "Resources: {Child: {Type: AWS::CloudFormation::Stack}}\n",
  "stack.json": '{"AWSTemplateFormatVersion": "2010-09-09"}\n',
  "inline.ts": 'import { LocalWorkspace } from "@pulumi/pulumi/automation";\n',
  "prod.tfvars": "a = 1\n",
  "stack.tfcomponent.hcl": "x\n",
  "cdktf.json": "{}\n",
  "serverless.ts": "x\n",
  "sst.config.ts": "x\n",
  "component/PulumiPlugin.yaml": "runtime: nodejs\n",
};

for (const [path, text] of Object.entries(others))
  test(`what may change ECR reads files of the repository: ${path}`, () => {
    const { git, commit, gather } = repository();
    commit({ [file]: policy(), [path]: text });
    git("checkout", "-q", "-b", "feature");
    const folder = path.startsWith("component/") ? "component/" : "";
    commit({ [`${folder}x.json`]: "x" });
    assert.deepEqual(
      gather().ledger?.map(({ fate }) => fate),
      ["not-read"],
    );
  });

test("a submodule that moves on may bring other documents", () => {
  const { git, commit, fates } = repository();
  const at = (digit: string) => {
    git("update-index", "--add", "--cacheinfo", `160000,${digit.repeat(40)},policies`);
    git("commit", "-q", "-m", "c");
  };
  commit({ a: "x" });
  at("1");
  git("checkout", "-q", "-b", "feature");
  at("2");
  assert.deepEqual(fates(), ["policies: not-read: it is a submodule, which may hold documents and is not followed"]);
});

test("every changed path is in the ledger once, whatever changes", () => {
  const { git, commit, gather } = repository();
  commit({
    [file]: policy(allow("111111111111")),
    "p/Pulumi.yaml": yamlProgram,
    gone: "x",
    "mode.sh": "x",
    'a b"\n': "x",
  });
  git("checkout", "-q", "-b", "feature");
  commit({
    [file]: policy(),
    "p/Pulumi.yaml": `${yamlProgram}resources: {}\n`,
    gone: null,
    "mode.sh": { run: "x" },
    'a b"\n': "y",
  });
  const { ledger = [] } = gather();
  const changed = git("diff-tree", "-r", "-z", "--name-only", "main", "feature")
    .split("\0")
    .filter((path) => path !== "");
  assert.deepEqual(ledger.map(({ path }) => path).toSorted(), changed.toSorted());
});

test("unread: report lists what was not read and leaves the verdict alone, from the base only", () => {
  const { git, commit, judge } = repository();
  commit({ "infra/Pulumi.yaml": nodeProgram, "review.yaml": "unread: report\n" });
  git("checkout", "-q", "-b", "feature");
  commit({ "infra/index.ts": "x" });
  assert.deepEqual([judge().verdict, judge().notRead.map(({ incomplete }) => incomplete)], ["clean", [false]]);
  git("checkout", "-q", "main");
  commit({ "review.yaml": null });
  git("checkout", "-q", "feature");
  commit({ "review.yaml": "unread: report\nirrelevant: ['**']\n" });
  assert.equal(judge([], "head").verdict, "undecided");
});
