/** The examples are programs that work: each is brought up, refreshed and removed on the real engine. */

import assert from "node:assert/strict";
import { cpSync, existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { catalog } from "../../provider/catalog.ts";
import { createProject, plugin } from "./engine.ts";

const examples = join(import.meta.dirname, "../../examples");
let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

const yamlExamples = readdirSync(examples).filter((name) => {
  const file = join(examples, name, "Pulumi.yaml");
  return existsSync(file) && readFileSync(file, "utf8").includes("runtime: yaml");
});

for (const name of yamlExamples) {
  test(`the example ${name} comes up, has no drift, and goes away`, async () => {
    emulator.reset();
    emulator.asForeigner({ operation: "CreateRepository", input: { repositoryName: "shared/base" } });
    const project = await createProject(emulator.url, { resources: {} });
    try {
      cpSync(join(examples, name), project.folder, { recursive: true });
      const file = join(project.folder, "Pulumi.yaml");
      const text = readFileSync(file, "utf8")
        .replace("../../bin", plugin)
        .replace(/^name: .*$/m, "name: test");
      writeFileSync(file, text);
      await project.ok("up", "--yes");
      await project.ok("preview", "--expect-no-changes");
      await project.ok("refresh", "--preview-only", "--expect-no-changes");
      await project.ok("destroy", "--yes");
      assert.deepEqual(Object.keys(emulator.state()[0]?.repositories ?? {}), ["shared/base"]);
    } finally {
      project.remove();
    }
  });
}

test("every resource and the functions stand in an example or in a program of the tests", () => {
  const texts = globSync(["examples/*/{index.ts,Pulumi.yaml}", "test/engine/*.ts"], { cwd: join(examples, "..") });
  const all = texts.map((file) => readFileSync(join(examples, "..", file), "utf8")).join("\n");
  for (const { name } of [...catalog.resources, ...catalog.functions]) assert.ok(all.includes(name), name);
});
