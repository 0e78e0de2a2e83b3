/** Functions and the gate on scans on the real engine: the example of a release, with findings. */

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { createProject, type Project, plugin } from "./engine.ts";

const example = join(import.meta.dirname, "../../examples/scan-gate");
const finding = (name: string) => ({ name, severity: "CRITICAL" });

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, { resources: {} });
  cpSync(example, project.folder, { recursive: true });
  write();
});
after(async () => {
  project.remove();
  await emulator.close();
});

/** The example, with another ignored finding. */
function write(ignored = "CVE-2026-0001"): void {
  const program = readFileSync(join(example, "Pulumi.yaml"), "utf8")
    .replace("../../bin", plugin)
    .replace(/^name: .*$/m, "name: test")
    .replace("CVE-2026-0001", ignored);
  writeFileSync(join(project.folder, "Pulumi.yaml"), program);
}

function images(repositoryName: string): unknown[] {
  const answer = emulator.asForeigner({ operation: "ListImages", input: { repositoryName } });
  return (answer?.["imageIds"] ?? []) as unknown[];
}

test("a preview calls what it can, leaves unknown what depends on what is not there, and writes nothing", async () => {
  const { stdout } = await project.ok("preview");
  assert.match(stdout, /ecr:index:ImageScan/);
  const written = emulator.journal().filter(({ operation }) => !/^(Batch)?(Describe|Get|List|Check)/.test(operation));
  assert.deepEqual(written, []);
});

test("findings above the threshold stop the release, by name, and the scan is recorded", async () => {
  emulator.seed({ scans: [{ findings: [finding("CVE-2026-0002")] }] });
  const failed = await project.run("up", "--yes");
  assert.notEqual(failed.code, 0);
  assert.match(failed.output, /CVE-2026-0002 \(CRITICAL\)\) at or above HIGH/);
  assert.deepEqual(images("production/hello"), [], "nothing was released");
  const { deployment } = await project.export();
  const scan = deployment.resources?.find(({ type }) => type === "ecr:index:ImageScan");
  assert.equal(scan?.outputs?.["scanStatus"], "COMPLETE");
});

test("the next up looks again, and a finding that is ignored with a reason lets the release pass", async () => {
  const again = await project.run("up", "--yes");
  assert.match(again.output, /CVE-2026-0002/);
  write("CVE-2026-0002");
  await project.ok("up", "--yes");
  assert.equal(images("production/hello").length, 1);
  const { deploy, scanned } = JSON.parse((await project.ok("stack", "output", "--json")).stdout) as Record<
    string,
    string
  >;
  assert.match(deploy ?? "", /production\/hello@sha256:[0-9a-f]{64}$/);
  assert.equal(scanned, "COMPLETE");
  await project.ok("preview", "--expect-no-changes");
  await project.ok("refresh", "--preview-only", "--expect-no-changes");
});

test("destroy leaves nothing", async () => {
  await project.ok("destroy", "--yes");
  assert.deepEqual(Object.keys(emulator.state()[0]?.repositories ?? {}), []);
});
