/**
 * No line that a CI or a terminal obeys leaves a command: each command × each place that text from outside comes from × each
 * mark, judged by the grammars of those who obey. The text itself arrives, so that no case is empty.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { documentFormats, findingsFormats, seriesFormats } from "../../provider/cli/shared/output.ts";
import { outlets, print } from "../../provider/cli/shared/streams.ts";
import { exportOf, provider, resource } from "../drift/stacks.ts";
import { judge, marks, policy } from "../harness/ci-log.ts";
import { sampleDrift } from "../harness/drift-report.ts";
import { withTexts } from "../harness/hostile.ts";
import { say } from "../harness/in-process.ts";
import { sampleReview } from "../harness/review-report.ts";
import { openSite, type Site, withVariables } from "../harness/site.ts";

const folder = mkdtempSync(join(tmpdir(), "streams-"));
/** An ECR of one repository, whose texts are the mark, and which refuses everything else with it. */
let aws: Site;
let mark = "";
const reply = (operation: string): unknown => {
  const repositoryName = "team/app";
  const registryId = "123456789012";
  switch (operation) {
    case "DescribeRepositories": {
      const repositoryArn = `arn:aws:ecr:eu-central-1:${registryId}:repository/${repositoryName}`;
      return { repositories: [{ repositoryName, registryId, repositoryArn, imageTagMutability: "MUTABLE" }] };
    }
    case "ListTagsForResource":
      return { tags: [{ Key: "team", Value: mark }] };
    case "GetRepositoryPolicy":
      return { registryId, repositoryName, policyText: policy(mark) };
    default:
      return undefined;
  }
};
const credentials = withVariables({
  AWS_ACCESS_KEY_ID: "123456789012",
  AWS_SECRET_ACCESS_KEY: "x",
  AWS_EC2_METADATA_DISABLED: "true",
  GITHUB_TOKEN: "t",
  PULUMI_ECR_RETRY_MS: "1",
});
before(async () => {
  aws = await openSite(({ headers }) => {
    const operation = String(headers["x-amz-target"]).split(".").at(-1) ?? "";
    const json = reply(operation);
    return json === undefined ? { status: 400, json: { __type: "AccessDeniedException", message: mark } } : { json };
  });
});
after(async () => {
  credentials[Symbol.dispose]();
  await aws[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const rules = (text: string, unknown: object = { [text]: text }) =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: text,
        ...unknown,
        selection: { tagStatus: "tagged", tagPatternList: [text], countType: "imageCountMoreThan", countNumber: 1 },
        action: { type: "expire" },
      },
    ],
  });

let files = 0;
function file(text: string, name = `${++files}.json`): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A repository whose head adds a policy under a hostile name, with a hostile text in it. */
function repository(text: string): string {
  const path = join(folder, `repository-${++files}`);
  mkdirSync(path);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", path, "-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
      stdio: "pipe",
    });
  git("init", "-q", "-b", "main", ".");
  git("commit", "-q", "--allow-empty", "-m", "base");
  git("checkout", "-q", "-b", "head");
  writeFileSync(join(path, `${text}.repository-policy.json`), policy(text));
  writeFileSync(join(path, "Pulumi.yaml"), JSON.stringify({ name: text, runtime: text, resources: { [text]: {} } }));
  git("add", "-A");
  git("commit", "-q", "-m", "head");
  return path;
}

function drifted(text: string): string {
  const { state, ref } = provider(aws.url);
  const named = { repositoryName: "team/app", tags: { team: `not ${text}` } };
  const name = JSON.stringify(text).slice(1, -1);
  return exportOf([state, resource(ref, "Repository", "team/app", named)]).replaceAll(
    "pulumi:dev::",
    `pulumi:${name}::`,
  );
}

type Source = (text: string) => readonly string[];
const formatsOf = (formats: object) => Object.keys(formats).filter((name) => name !== "annotations");
const region = () => ["--region", "eu-central-1", "--endpoint", aws.url];
/** By command and by where the text is. */
const sources: Readonly<Record<string, Source>> = {
  "review, in a document": (text) => ["review", file(policy(text))],
  "review, in a lifecycle policy": (text) => ["review", "--kind", "lifecycle-policy", file(rules(text))],
  "review, in the name of a file": (text) => ["review", file("{", text)],
  "review, in the name of a file that is not there": (text) => ["review", join(folder, `no ${text}`)],
  "review, in a change": (text) => ["review", "--before", file(policy("x")), "--after", file(policy(text))],
  "review, in revisions": (text) => ["review", "--repo", repository(text), "--base", "main", "--head", "head"],
  "review, in the name of a revision": (text) => ["review", "--repo", folder, "--base", text, "--head", text],
  "review, in the name of a repository": (text) => ["review", "--repo", text, "--base", "a", "--head", "b"],
  "review, in an export": (text) => ["review", "--kind", "stack", "--after", file(drifted(text))],
  "review, in the name of a stack": (text) => [
    "review",
    "--stack",
    text,
    "--kind",
    "stack",
    "--after",
    file(drifted("x")),
  ],
  "review, in a configuration": (text) => [
    "review",
    "--config",
    file(`levels: {${JSON.stringify(text)}: off}`),
    file(policy("x")),
  ],
  "review, in an option": (text) => ["review", `--${text}`],
  "review, in the value of an option": (text) => ["review", "--kind", text, file(policy("x"))],
  "explain, in a document": (text) => ["explain", file(policy(text))],
  "explain, in the name of a file": (text) => ["explain", file('{"rules": []}', `a${text}`)],
  "explain, in a lifecycle policy": (text) => ["explain", file(rules(text))],
  "simulate, in a policy": (text) => ["simulate", "--policy", file(rules(text)), "--images", file(images(text))],
  "simulate, in an answer of AWS": (text) => [
    "simulate",
    "--policy",
    file(rules("x")),
    "--repository",
    text,
    ...region(),
  ],
  "drift, in a stack": (text) => ["drift", "--file", file(drifted(text)), ...region()],
  "drift, in an answer of AWS": () => ["drift", "--file", file(drifted("x")), ...region()],
  "drift, in a report": (text) => ["drift", "--merge", driftReport(text)],
  "drift, in a configuration": (text) => [
    "drift",
    "--config",
    file(`${JSON.stringify(text)}: 1`),
    "--file",
    file(drifted("x")),
  ],
  "import-file, in an answer of AWS": () => ["import-file", ...region()],
  "import-file --yaml, in an answer of AWS": () => ["import-file", "--yaml", ...region()],
  "backfill, in an answer of AWS": () => ["backfill", "start", "123456789012/eu-central-1", ...region()],
  "backfill, in an id": (text) => ["backfill", "status", text, ...region()],
  "comment, in a report": (text) => ["comment", "--report", file(JSON.stringify({ schemaVersion: text }))],
  "comment, in an answer of a forge": () => [
    ...["comment", "--report", file(JSON.stringify(sampleReview())), "--github", "o/r", "--number", "7"],
    ...["--commit", sampleReview().revisions?.head ?? "", "--api", aws.url],
  ],
  "emulator, in the name of its state": (text) => ["emulator", "--state", file("{", text)],
  "an unknown command": (text) => [text],
};

function images(text: string): string {
  const image = { imagePushedAt: "2026-01-01T00:00:00Z", imageSizeInBytes: 1 };
  const all = ["0", "1"].map((at) => ({
    ...image,
    imageDigest: `sha256:${at.repeat(64)}`,
    imageTags: [`${text}${at}`],
  }));
  return JSON.stringify({ imageDetails: all });
}

const written: Readonly<Record<string, Source>> = Object.fromEntries([
  ...formatsOf(findingsFormats).map((format) => [
    `review --format ${format}`,
    (text: string) => ["review", "--before", file(policy("x")), "--after", file(policy(text)), "--format", format],
  ]),
  ...formatsOf(seriesFormats).map((format) => [
    `drift --format ${format}`,
    (text: string) => ["drift", "--merge", driftReport(text), "--format", format],
  ]),
  ...formatsOf(documentFormats).map((format) => [
    `simulate --format ${format}`,
    (text: string) => [
      "simulate",
      "--policy",
      file(rules("x", {})),
      "--images",
      file(images(text)),
      "--format",
      format,
    ],
  ]),
]);

const driftReport = (text: string) => file(JSON.stringify(withTexts(sampleDrift(), () => text)));

for (const [where, argsOf] of Object.entries({ ...sources, ...written })) {
  test(`${where}: text that a CI would obey is only text`, async () => {
    for (const [what, text] of Object.entries(marks)) {
      mark = text;
      const said = await say(argsOf(text));
      assert.match(said.stdout + said.stderr, /owned/, `${what} did not arrive:\n${said.stdout}${said.stderr}`);
      assert.doesNotThrow(() => judge(said), `${what}:\n${said.stdout}${said.stderr}`);
    }
  });
}

test("review --watch: text that a CI would obey is only text", async () => {
  for (const [what, text] of Object.entries(marks)) {
    const said = await say(["review", "--watch", file(policy(text))], async (so) => {
      while (!so().includes("review done")) await setTimeout(5);
      process.emit("SIGTERM");
    });
    assert.match(said.stdout, /owned/, what);
    assert.doesNotThrow(() => judge(said), `${what}:\n${said.stdout}`);
  }
});

test("annotations are the only lines that GitHub obeys, and each is one of ours", async () => {
  for (const [what, text] of Object.entries(marks)) {
    const said = await say(["review", file(policy(text)), "--format", "annotations"]);
    for (const line of said.stdout.trimEnd().split("\n")) assert.match(line, /^::(error|warning|notice) [^:]*::/, what);
    assert.doesNotThrow(() => judge(said, true), what);
  }
});

test("a terminal gets the colors of reports and no other sequence", () => {
  const before = { ...outlets };
  let seen = "";
  outlets.stdout = { isTTY: true, write: (text) => (seen += text) };
  try {
    print("\u001b[31mred\u001b[0m \u001b[8mhidden \u001b]0;title\u0007 \u001b[2J");
  } finally {
    Object.assign(outlets, before);
  }
  assert.equal(seen, "\u001b[31mred\u001b[0m \\u{1b}[8mhidden \\u{1b}]0;title\\u{7} \\u{1b}[2J\n");
});
