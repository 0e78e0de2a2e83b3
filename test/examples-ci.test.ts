/** The recipes in `examples/ci/`: shapes as their systems want them, and only options that the commands have. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { build } from "esbuild";
import { parse, parseAllDocuments } from "yaml";
import manifest from "../package.json" with { type: "json" };
import { comment } from "../provider/cli/commands/comment/index.ts";
import { drift } from "../provider/cli/commands/drift/index.ts";
import { review } from "../provider/cli/commands/review/index.ts";

const folder = join(import.meta.dirname, "../examples/ci");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const files = globSync(["*/*", "*/.*", "Containerfile"], { cwd: folder }).sort();

type Shape = Record<string, unknown>;
const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((part, name) => (part as Shape | undefined)?.[name], value);

interface WorkflowParser {
  NoOperationTraceWriter: new () => object;
  parseWorkflow(
    file: { name: string; content: string },
    trace: object,
  ): { context: { errors: { getErrors(): { message: string }[] } } };
}

/** GitHub's own parser; its files need a bundler, as Node asks more of imports of JSON than they say. */
async function workflowParser(): Promise<WorkflowParser> {
  const outfile = join(mkdtempSync(join(tmpdir(), "workflow-")), "parser.cjs");
  const contents = 'export * from "@actions/workflow-parser";';
  await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile,
    logLevel: "error",
  });
  return createRequire(import.meta.url)(outfile) as WorkflowParser;
}

test("workflows of GitHub have no error for GitHub's own parser", async () => {
  const { parseWorkflow, NoOperationTraceWriter } = await workflowParser();
  const errorsOf = (name: string, content: string) =>
    parseWorkflow({ name, content }, new NoOperationTraceWriter())
      .context.errors.getErrors()
      .map(({ message }) => message);
  for (const file of files.filter((name) => name.startsWith("github/")))
    assert.deepEqual(errorsOf(file, read(file)), [], file);
  assert.notDeepEqual(errorsOf("bad.yml", "on: push\njobs: {a: {steps: []}}"), []);
});

type Step = { readonly uses?: string; readonly run?: string; readonly with?: Shape };
const stepsOf = (file: string) =>
  Object.values(at(parse(read(file)), "jobs") as Shape).flatMap((job) => at(job, "steps") as Step[]);
const workflows = files.filter((name) => name.startsWith("github/"));

test("the job that sees a pull request's files has no secret, and the one that may write does not check them out", () => {
  const [seeing, writing] = ["github/review.yml", "github/review-comment.yml"].map(read);
  assert.doesNotMatch(seeing ?? "", /secrets\.|github\.token|: write|pull_request_target/);
  assert.doesNotMatch(writing ?? "", /secrets\.|head\.ref|head\.sha|pull\//);
  assert.deepEqual(
    stepsOf("github/review-comment.yml").flatMap(({ uses, with: given }) =>
      uses?.includes("/checkout@") ? [given] : [],
    ),
    [
      {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
        ref: "${{ github.event.repository.default_branch }}",
        "sparse-checkout": ".github/pulumi-ecr",
        path: "checkout",
        "persist-credentials": false,
      },
    ],
  );
  assert.deepEqual(at(parse(writing ?? ""), "permissions"), {});
  // What the author of a pull request chooses never stands in a shell command.
  for (const file of workflows)
    for (const { run = "" } of stepsOf(file)) assert.doesNotMatch(run, /\$\{\{\s*github\.event/, file);
});

test("actions are pinned by commit, images and packages by full version, and no clone keeps a credential", () => {
  for (const file of workflows)
    for (const { uses, with: given } of stepsOf(file)) {
      if (uses === undefined) continue;
      assert.match(uses, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/, file);
      if (uses.includes("/checkout@")) assert.equal(given?.["persist-credentials"], false, file);
      if (uses.includes("/setup-node@")) assert.equal(given?.["package-manager-cache"], false, file);
    }
  for (const file of files) {
    const text = read(file);
    for (const [image] of text.matchAll(/(?:image"?:|^FROM) .*/gm))
      assert.match(image, /:\d+\.\d+\.\d+(-[a-z-]+)?"?,?$/, `${file}: ${image}`);
    assert.doesNotMatch(text, /\bnpx\b|:latest|npm install(?! --package-lock-only)/, file);
    for (const [command] of text.matchAll(/npm ci.*/g)) assert.match(command, /--ignore-scripts/, file);
  }
  assert.deepEqual(JSON.parse(read("tool/package.json")).dependencies, { "pulumi-ecr": manifest.version });
});

test("jobs of GitHub have the permissions that their steps need, and no others", () => {
  const permissionsOf = (file: string) => {
    const workflow = parse(read(file));
    const jobs = Object.entries(at(workflow, "jobs") as Shape);
    return jobs.map(([name, job]) => [name, at(job, "permissions") ?? at(workflow, "permissions")]);
  };
  assert.deepEqual(Object.fromEntries(workflows.map((file) => [file, Object.fromEntries(permissionsOf(file))])), {
    "github/drift.yml": {
      look: { contents: "read", "id-token": "write" },
      report: { contents: "read", issues: "write" },
    },
    "github/review-comment.yml": {
      comment: { actions: "read", contents: "read", "pull-requests": "write" },
    },
    "github/review.yml": { review: { contents: "read" } },
  });
});

test("a review has the history of both sides, and the tip of the branch that the request goes to", () => {
  const [checkout] = stepsOf("github/review.yml");
  assert.equal(checkout?.with?.["fetch-depth"], 0);
  assert.match(read("github/review.yml"), /--base "refs\/remotes\/origin\/\$BASE"/);
  const job = at(parse(read("gitlab/.gitlab-ci.yml")), "review");
  assert.equal(at(job, "variables", "GIT_DEPTH"), "0");
  assert.match(String(at(job, "script", 0)), /--base "refs\/remotes\/origin\/\$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"/);
});

test("jobs of GitLab have scripts and known stages, and needs that are there", () => {
  const pipeline = parse(read("gitlab/.gitlab-ci.yml")) as Shape;
  const stages = pipeline["stages"] as string[];
  const jobs = Object.entries(pipeline).filter(([name]) => name !== "stages" && name !== "default");
  for (const [name, job] of jobs) {
    assert.ok(Array.isArray(at(job, "script")), name);
    assert.ok(stages.includes(String(at(job, "stage"))), name);
    for (const needed of (at(job, "needs") as string[] | undefined) ?? []) assert.ok(needed in pipeline, needed);
  }
  assert.equal(at(pipeline, "comment", "variables", "GIT_STRATEGY"), "none");
});

test("jobs of Kubernetes have what the API asks for, and volumes that are mounted are there", () => {
  const documents = files
    .filter((name) => name.startsWith("kubernetes/"))
    .flatMap((name) => parseAllDocuments(read(name)).map((document) => document.toJS() as Shape));
  assert.equal(documents.length, 3);
  for (const document of documents) {
    assert.equal(document["apiVersion"], "batch/v1");
    assert.match(String(at(document, "metadata", "name")), /^[a-z0-9-]{1,52}$/);
    const job = document["kind"] === "CronJob" ? at(document, "spec", "jobTemplate", "spec") : document["spec"];
    const pod = at(job, "template", "spec");
    assert.equal(at(pod, "restartPolicy"), "Never");
    const volumes = (at(pod, "volumes") as Shape[]).map(({ name }) => name);
    const containers = [...((at(pod, "initContainers") ?? []) as Shape[]), ...(at(pod, "containers") as Shape[])];
    for (const container of containers) {
      assert.ok(container["name"] && container["image"]);
      for (const { name } of (container["volumeMounts"] ?? []) as Shape[]) assert.ok(volumes.includes(name));
    }
  }
});

test("the array job of AWS Batch has what its calls ask for, and as many parts as it says", () => {
  const definition = JSON.parse(read("aws-batch/job-definition.json"));
  const submission = JSON.parse(read("aws-batch/submit-job.json"));
  assert.equal(submission.jobDefinition, definition.jobDefinitionName);
  assert.ok(definition.containerProperties.command.at(-1).includes(`/${submission.arrayProperties.size}"`));
  assert.deepEqual(
    definition.containerProperties.resourceRequirements.map(({ type }: { type: string }) => type),
    ["VCPU", "MEMORY"],
  );
});

test("hooks of pre-commit have what it asks for", () => {
  for (const repo of at(parse(read("../pre-commit/.pre-commit-config.yaml")), "repos") as Shape[])
    for (const hook of repo["hooks"] as Shape[])
      for (const member of ["id", "name", "entry", "language"]) assert.equal(typeof hook[member], "string", member);
});

test("the shell script is one", () => {
  execFileSync("sh", ["-n", join(folder, "any-ci/review.sh")]);
});

test("every option in a recipe is an option of the command that it is given to", () => {
  const commands: Readonly<Record<string, Command>> = { review, drift, comment };
  let count = 0;
  for (const file of files) {
    const text = read(file)
      .replace(/^\s*#.*$/gm, "")
      .replace(/\\\n/g, " ");
    for (const [, name = "", rest = ""] of text.matchAll(
      /pulumi-ecr"?,? (review|drift|comment)\b([^\n]*(?:\n\s+(?:--?|args:|- --)[^\n]*)*)/g,
    )) {
      const known = commands[name]?.options.map(({ long }) => long) ?? [];
      for (const [option] of rest.matchAll(/(?<=[\s"])--[a-z-]+/g)) {
        count++;
        assert.ok(known.includes(option), `${file}: ${name} has no ${option}`);
      }
    }
  }
  assert.ok(count > 30, `${count} options were found`);
});
