/** A stack on the real engine with the credentials of another account, and in another region: nothing is forgotten, changed or deleted. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { createProject, type Project } from "./engine.ts";
import { yamlProgram } from "./program.ts";

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, yamlProgram(), {
    AWS_ACCESS_KEY_ID: "123456789012",
    AWS_REGION: "us-east-1",
  });
});
after(async () => {
  project.remove();
  await emulator.close();
});

const changed = yamlProgram({
  app: { repositoryName: "team/app", tags: { team: "other" } },
  scanning: { scanOnPush: true },
  scanners: { rules: [] },
});

/** The state in a fixed order, without the times at which it was written. */
const recorded = async () =>
  ((await project.export()).deployment.resources ?? [])
    .filter(({ type }) => type.startsWith("ecr:"))
    .map(({ urn, id, inputs, outputs }) => ({ urn, id, inputs, outputs }))
    .sort((left, right) => (left.urn < right.urn ? -1 : 1));

test("up makes everything", async () => {
  await project.ok("up", "--yes");
  await project.ok("refresh", "--yes", "--expect-no-changes");
});

for (const [what, env, found] of [
  ["the credentials of another account", { AWS_ACCESS_KEY_ID: "111111111111" }, "111111111111/us-east-1"],
  ["another region", { AWS_REGION: "eu-west-1" }, "123456789012/eu-west-1"],
] as const) {
  test(`with ${what}, refresh forgets nothing, up changes nothing, and destroy deletes nothing`, async () => {
    const [state, live] = [await recorded(), JSON.stringify(emulator.state())];
    const before = { ...project.env };
    try {
      for (const [program, ...command] of [
        [yamlProgram(), "refresh", "--yes"],
        [changed, "preview"],
        [changed, "up", "--yes", "--skip-preview", "--continue-on-error"],
        [yamlProgram(), "destroy", "--yes", "--continue-on-error"],
      ] as const) {
        project.write(program);
        Object.assign(project.env, env);
        const refused = await project.run(...command);
        Object.assign(project.env, before);
        assert.notEqual(refused.code, 0, refused.output);
        const told = refused.output.replaceAll(/\s+/g, " ");
        assert.match(told, /[A-Z]\w+ "[^"]+" is recorded in 123456789012\/us-east-1, /, command.join(" "));
        assert.match(told, new RegExp(`lead to ${found}, and nothing was done`), command.join(" "));
        assert.equal(JSON.stringify(emulator.state()), live, command.join(" "));
      }
    } finally {
      Object.assign(project.env, before);
    }
    project.write(yamlProgram());
    assert.deepEqual(await recorded(), state);
    await project.ok("refresh", "--yes", "--expect-no-changes");
    await project.ok("preview", "--expect-no-changes");
  });
}

test("destroy in the right place deletes everything", async () => {
  await project.ok("destroy", "--yes");
  assert.deepEqual(
    emulator.state().flatMap(({ repositories }) => Object.keys(repositories)),
    [],
  );
});
