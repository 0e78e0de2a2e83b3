/**
 * The policy pack on the real engine. Where Pulumi's host for Node is installed, it starts packs; the engine that is built
 * here from its Go modules comes without, because the host is no module of its own that a proxy would have. The engine then
 * asks for `pulumi-analyzer-policy-nodejs` on the path, and the one below does what the host does: it runs
 * `run-policy-pack` of the `@pulumi/pulumi` that the pack finds.
 */

import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { ensurePulumi } from "../../tools/pulumi-cli.ts";
import { createProject, type Project, plugin } from "./engine.ts";

const root = join(import.meta.dirname, "../..");
const pack = join(root, "policy-pack");
const launcher = mkdtempSync(join(tmpdir(), "pulumi-ecr-host-"));
let emulator: Emulator;
let path: string;

before(async () => {
  emulator = await startEmulator();
  const file = join(launcher, "pulumi-analyzer-policy-nodejs");
  const script = `exec "${process.execPath}" "$(node -p 'require.resolve("@pulumi/pulumi/cmd/run-policy-pack")')" "$@"`;
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  path = [launcher, (await ensurePulumi()).bin, process.env["PATH"]].join(delimiter);
});
after(async () => {
  rmSync(launcher, { recursive: true, force: true });
  await emulator.close();
});

const pull = (principal: unknown) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: principal,
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    },
  ],
});

/** A repository with a policy. */
function program(policyText: unknown, properties: object = {}) {
  return {
    resources: {
      app: {
        type: "ecr:Repository",
        properties: { repositoryName: "team/app", imageTagMutability: "IMMUTABLE", ...properties },
      },
      access: {
        type: "ecr:RepositoryPolicy",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is Pulumi YAML's own reference
        properties: { repositoryName: "${app.repositoryName}", policyText },
      },
    },
  };
}

async function withProject(contents: object, work: (project: Project) => Promise<void>): Promise<void> {
  emulator.reset();
  const project = await createProject(emulator.url, contents, { PATH: path });
  try {
    await work(project);
  } finally {
    project.remove();
  }
}

/** Options for the pack, with a configuration file. */
function packed(project: Project, config: object): string[] {
  const file = join(project.folder, "settings.json");
  writeFileSync(file, JSON.stringify(config));
  return ["--policy-pack", pack, "--policy-pack-config", file];
}

/** The ids of the rules that the engine's list of policies names. */
const named = ({ output }: { output: string }) => [
  ...new Set([...output.matchAll(/\](?: \[severity: \w+\])? {2}(ECR-\w+|review(?:-\w+)?) /g)].map(([, id]) => id)),
];

test("preview names what the rules find; a warning blocks when its policy is made mandatory, before anything is made", async () => {
  await withProject(program(pull({ AWS: "123456789012" })), async (project) => {
    const own = { review: { account: "123456789012" } };
    assert.deepEqual(named(await project.ok("preview", ...packed(project, own))), []);
    project.write(program(pull("*")));
    const told = await project.ok("preview", ...packed(project, own));
    assert.deepEqual(named(told), ["ECR-B1"]);
    assert.match(told.output, /Statement 1: any AWS account can pull/);
    const blocked = await project.run("up", "--yes", "--skip-preview", ...packed(project, { "ECR-B1": "mandatory" }));
    assert.notEqual(blocked.code, 0);
    assert.match(blocked.output, /\[mandatory\].*ECR-B1/);
    const repository = emulator.state()[0]?.repositories["team/app"];
    assert.equal(repository?.policy, undefined);
  });
});

test("settings have the names of review.yaml, and wrong ones stop the preview with their place", async () => {
  await withProject(program(pull({ AWS: "111111111111" }), { tags: { team: "core" } }), async (project) => {
    const settings = { account: "123456789012", trusted: { accounts: ["222222222222"] }, requiredTags: ["owner"] };
    assert.deepEqual(named(await project.ok("preview", ...packed(project, { review: settings }))), [
      "ECR-B4",
      "ECR-E4",
    ]);
    const other = { ...settings, trusted: { accounts: ["111111111111"] }, requiredTags: ["team"] };
    assert.deepEqual(named(await project.ok("preview", ...packed(project, { review: other }))), []);
    const wrong = await project.run("preview", ...packed(project, { review: { trusted: { accounts: ["build"] } } }));
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.output, /trusted\.accounts\.0/);
  });
});

test("an export is judged without program and provider, whoever declared what is in it", async () => {
  const document = JSON.stringify(pull("*"));
  const resources = [
    ["aws:ecr/repositoryPolicy:RepositoryPolicy", { repository: "team/one", policy: document }],
    ["aws-native:ecr:Repository", { repositoryName: "team/two", repositoryPolicyText: pull("*") }],
    ["ecr:index:RepositoryPolicy", { repositoryName: "team/three", policyText: document }],
    ["ecr:index:RepositoryPolicy", { repositoryName: "team/four", policyText: pull({ AWS: "123456789012" }) }],
  ] as const;
  await withProject({ resources: {} }, async (project) => {
    const file = join(project.folder, "export.json");
    const deployment = {
      manifest: { time: "2026-11-25T00:00:00Z", magic: "", version: "" },
      resources: resources.map(([type, properties], index) => ({
        ...{ urn: `urn:pulumi:dev::test::${type}::r${index}`, custom: true, id: `r${index}`, type },
        ...{ inputs: properties, outputs: properties },
      })),
    };
    writeFileSync(file, JSON.stringify({ version: 3, deployment }));
    const config = packed(project, { review: { account: "123456789012" }, "ECR-B1": "mandatory" });
    const judged = await project.run("policy", "analyze", "--file", file, ...config);
    assert.notEqual(judged.code, 0);
    const found = [...judged.output.matchAll(/ECR-B1 {2}\(\S+ (r\d)\)/g)].map(([, name]) => name).sort();
    assert.deepEqual(found, ["r0", "r1", "r2"], judged.output);
  });
});

test("the example: its settings, and a pack of one's own with the same policies and one more", async () => {
  const example = join(root, "examples/policy-as-code");
  await withProject({ resources: {} }, async (project) => {
    const { folder } = project;
    cpSync(example, folder, { recursive: true });
    mkdirSync(join(folder, "pack/node_modules"));
    symlinkSync(root, join(folder, "pack/node_modules/pulumi-ecr"));
    symlinkSync(join(root, "node_modules/@pulumi"), join(folder, "pack/node_modules/@pulumi"));
    const text = readFileSync(join(example, "Pulumi.yaml"), "utf8").replace("../../bin", plugin);
    const file = join(folder, "Pulumi.yaml");
    writeFileSync(file, text.replace(/^name: .*$/m, "name: test"));
    const shipped = ["--policy-pack", pack, "--policy-pack-config", join(folder, "settings.json")];
    const own = ["--policy-pack", join(folder, "pack")];
    assert.deepEqual(named(await project.ok("preview", ...shipped)), []);
    assert.deepEqual(named(await project.ok("preview", ...own)), []);
    writeFileSync(file, readFileSync(file, "utf8").replace("team/api", "api").replace("owner: payments", "cost: low"));
    const ours = await project.run("preview", ...own);
    assert.notEqual(ours.code, 0);
    assert.match(ours.output, /\[mandatory\].*repository-prefix/);
    assert.ok(named(ours).includes("ECR-E4"), ours.output);
    assert.match((await project.run("preview", ...shipped)).output, /\[mandatory\].*ECR-E4/);
  });
});
