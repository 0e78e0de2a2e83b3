/** The pipeline of examples/drift-pipeline, step by step: deploy, accept, disturb in twelve ways, report, repair, clean. */

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { runPythonFile } from "../../tools/python.ts";
import { createProject, type Project, plugin } from "./engine.ts";
import { command } from "./run.ts";

const example = join(import.meta.dirname, "../../examples/drift-pipeline");
const reports = ["drift.json", "drift.md", "drift.html", "drift.sarif", "drift.xml", "drift.prom"];

interface Resource {
  readonly urn: string | null;
  readonly id: string;
  readonly type: string;
  readonly class: string;
  readonly fix: string | null;
  readonly fields: readonly { readonly path: string; readonly meaning: string; readonly moved: string }[];
}

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, { resources: {} });
  cpSync(example, project.folder, { recursive: true });
  const file = join(project.folder, "Pulumi.yaml");
  writeFileSync(
    file,
    readFileSync(file, "utf8")
      .replace("../../bin", plugin)
      .replace(/^name: .*$/m, "name: test"),
  );
  // The command on the path, as npm puts it there.
  const bin = join(project.folder, "path");
  mkdirSync(bin);
  writeFileSync(
    join(bin, "pulumi-ecr"),
    `#!/bin/sh\nexec '${process.execPath}' '${join(plugin, "pulumi-ecr")}' "$@"\n`,
    {
      mode: 0o755,
    },
  );
  Object.assign(project.env, { PATH: `${bin}:${project.env["PATH"]}`, AWS_DEFAULT_REGION: "us-east-1" });
  await project.ok("up", "--yes", "--skip-preview");
});
after(async () => {
  project.remove();
  await emulator.close();
});

const shell = (line: string) => command(project, "sh", "-c", line);

/** Runs what the pipeline runs; its exit code, and the report. */
async function nightly(): Promise<{ code: number; drift: Resource[]; output: string }> {
  const { code, stdout, stderr } = await shell("./nightly.sh");
  const { resources } = JSON.parse(readFileSync(join(project.folder, "drift.json"), "utf8")) as {
    resources: Resource[];
  };
  const drift = resources.filter((resource) => !["in-sync", "ignored"].includes(resource.class));
  return { code, drift, output: stdout + stderr };
}

async function disturb(...names: string[]): Promise<void> {
  await runPythonFile(join(example, "disturb.py"), names, project.env);
}

test("what is there on the first day is accepted once, and the pipeline is green from then on", async () => {
  emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "legacy/app" } });
  const accepted = await shell(
    'pulumi stack export --file export.json && pulumi-ecr drift --file export.json --baseline baseline.json --accept "before we looked"',
  );
  assert.equal(accepted.code, 0, accepted.stderr);
  assert.match(readFileSync(join(project.folder, "baseline.json"), "utf8"), /before we looked/);
  const { code, drift, output } = await nightly();
  assert.deepEqual([code, drift], [0, []], output);
});

test("what means the same, what Lambda writes and what drift.yaml ignores is no drift", async () => {
  for (const name of ["reorder_the_policy", "try_something_out", "make_a_function"]) {
    await disturb(name);
    const { code, drift, output } = await nightly();
    assert.deepEqual([code, drift], [0, []], `${name}: ${output}`);
  }
  await disturb("reorder_the_policy");
});

const ways: readonly { name: string; id: RegExp; class: string; path?: string; meaning?: string }[] = [
  { name: "let_somebody_in", id: /^team\/api$/, class: "changed", path: "policyText", meaning: "access-gain" },
  { name: "shut_somebody_out", id: /^team\/api$/, class: "changed", path: "policyText", meaning: "access-loss" },
  { name: "keep_less", id: /^team\/api$/, class: "changed", path: "lifecyclePolicyText", meaning: "retention" },
  { name: "delete_lifecycle_policy", id: /^team\/worker$/, class: "missing" },
  { name: "make_tags_mutable", id: /^team\/api$/, class: "changed", path: "imageTagMutability", meaning: "setting" },
  {
    name: "stop_scanning",
    id: /^team\/api$/,
    class: "changed",
    path: "imageScanningConfiguration.scanOnPush",
    meaning: "setting",
  },
  { name: "change_a_tag", id: /^team\/api$/, class: "changed", path: "tags.stage", meaning: "setting" },
  { name: "take_a_tag_away", id: /^team\/worker$/, class: "changed", path: "tags.team", meaning: "setting" },
  {
    name: "replicate_elsewhere",
    id: /^123456789012/,
    class: "changed",
    path: "rules[0].destinations[0].region",
    meaning: "setting",
  },
  { name: "open_the_registry", id: /^123456789012/, class: "changed", path: "policyText", meaning: "access-gain" },
  { name: "delete_the_cache_rule", id: /^mirror$/, class: "missing" },
  { name: "make_a_repository", id: /^somebody\/else$/, class: "unmanaged" },
];

for (const { name, id, class: kind, path, meaning } of ways) {
  test(`${name.replaceAll("_", " ")}: it is seen, told what it means, and repaired by the command of the report`, async () => {
    await disturb(name);
    const { code, drift, output } = await nightly();
    assert.equal(code, 2, output);
    assert.equal(drift.length, 1, JSON.stringify(drift, undefined, 1));
    const [found] = drift as [Resource];
    assert.match(found.id, id);
    assert.equal(found.class, kind);
    if (path) {
      const field = found.fields.find((candidate) => candidate.path === path);
      assert.deepEqual([field?.meaning, field?.moved], [meaning, "live"], JSON.stringify(found.fields));
    }
    for (const report of reports) assert.ok(existsSync(join(project.folder, report)), report);
    for (const report of ["drift.md", "drift.html"])
      assert.ok(readFileSync(join(project.folder, report), "utf8").includes(found.id), `${report} names ${found.id}`);
    assert.match(found.fix ?? "", kind === "unmanaged" ? /^pulumi import / : /^pulumi up --refresh --target /);
    const repaired = await shell(`${found.fix} --yes`);
    assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
    const clean = await nightly();
    assert.deepEqual([clean.code, clean.drift], [0, []], `after ${found.fix}: ${clean.output}`);
  });
}

test("the same drift is told in every format", async () => {
  await disturb("let_somebody_in", "delete_the_cache_rule");
  const formats = ["text", "json", "jsonl", "markdown", "html", "sarif", "junit", "annotations", "code-quality"];
  const outputs = [...formats, "rdformat", "prometheus"].map((format) => `--output ${format}=all.${format}`);
  const { code, stderr } = await shell(
    `pulumi-ecr drift --file export.json --baseline baseline.json ${outputs.join(" ")}`,
  );
  assert.equal(code, 2, stderr);
  for (const format of formats) {
    const text = readFileSync(join(project.folder, `all.${format}`), "utf8");
    for (const word of ["999999999999", "mirror"]) assert.ok(text.includes(word), `${format} names ${word}: ${text}`);
  }
  for (const { fix } of (await nightly()).drift) {
    const repaired = await shell(`${fix} --yes`);
    assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
  }
  assert.equal((await nightly()).code, 0);
});

test("the baseline goes with what it accepted, and nothing is left to report", async () => {
  emulator.asForeigner({ operation: "DeleteRepository", input: { repositoryName: "legacy/app" } });
  await shell('pulumi-ecr drift --file export.json --baseline baseline.json --accept "still"');
  assert.doesNotMatch(readFileSync(join(project.folder, "baseline.json"), "utf8"), /legacy/);
  assert.equal((await nightly()).code, 0);
});
