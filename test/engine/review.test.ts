/** The ten pull requests as deployments: what the real engine previews says the same of access as the files do. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import type { ReviewReport } from "../../provider/review/report.ts";
import { at, base, images, programOf, pullRequests } from "../review/pull-requests.ts";
import { type Told, toldOf } from "../review/told.ts";
import { createProject, type Project } from "./engine.ts";

const root = join(import.meta.dirname, "../..");
const expected = JSON.parse(readFileSync(join(root, "test/cases/review/pull-requests.json"), "utf8")) as Readonly<
  Record<string, Told>
>;

let emulator: Emulator;
let project: Project;
before(async () => {
  emulator = await startEmulator();
  project = await createProject(emulator.url, programOf(base));
  await project.ok("up", "--yes", "--skip-preview");
});
after(async () => {
  project.remove();
  await emulator.close();
});

const config = `account: "123456789012"
trusted: {accounts: ["222222222222"], organizations: [o-a1b2c3d4e5]}
accounts: {"222222222222": {alias: partner}}
protectedTags: ["v1"]
`;

/** Lines are of files, which a preview does not have. */
const withoutLines = (rows: readonly string[]) => rows.map((row) => row.replace(/, line \d+/, "")).sort();
const refused = "a policy that AWS would refuse";
/** A file of the repository that is no resource of the program. */
const isOfAFile = (row: string) => row.includes(" in new");

for (const { name, after: changed } of pullRequests) {
  test(name, async () => {
    project.write(programOf({ ...base, ...changed }));
    const { code, stdout, output } = await project.run("preview", "--json");
    if (name === refused) {
      assert.notEqual(code, 0);
      assert.match(output, /Effect/);
      return;
    }
    assert.equal(code, 0, output);
    const file = (path: string, text: string) => {
      const whole = join(project.folder, path);
      writeFileSync(whole, text);
      return whole;
    };
    const {
      status,
      stdout: written,
      stderr,
    } = spawnSync(
      process.execPath,
      [
        join(root, "provider/cli/main.ts"),
        ...["review", "--preview", file("preview.json", stdout), "--stack", "dev", "--format", "json", "--at", at],
        ...["--config", file("review.yaml", config), "--images", file("images.json", JSON.stringify(images))],
        ...["--in-use", file("in-use.txt", "team/api:v3\n")],
      ],
      { encoding: "utf8", maxBuffer: 1 << 28 },
    );
    assert.equal(stderr, "");
    const told = toldOf(JSON.parse(written) as ReviewReport, status);
    const files = expected[name];
    assert.deepEqual(withoutLines(told.gains), withoutLines((files?.gains ?? []).filter((row) => !isOfAFile(row))));
    assert.deepEqual(withoutLines(told.losses), withoutLines(files?.losses ?? []));
    assert.deepEqual(told.images, files?.images);
    assert.deepEqual(told.notRead, []);
    const isIncomplete = files?.exitCode === 3;
    assert.equal(told.exitCode, isIncomplete ? 0 : files?.exitCode);
  });
}
