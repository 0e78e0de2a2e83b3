/** How the executables start: the oldest Node, and where compiled code is kept. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-launch-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function start(caches: string, ...before: string[]) {
  const { NODE_COMPILE_CACHE: _, ...rest } = process.env;
  return spawnSync(process.execPath, [...before, join(root, "bin/pulumi-ecr"), "--version"], {
    encoding: "utf8",
    env: { ...rest, XDG_CACHE_HOME: caches, TMPDIR: folder },
  });
}

const isEmpty = (place: string) => !existsSync(place) || readdirSync(place).length === 0;

test("compiled code is kept in a folder of the user's own, which nobody else can read or write", () => {
  const caches = join(folder, "fresh");
  const { status, stderr } = start(caches);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.equal(statSync(join(caches, "pulumi-ecr")).mode & 0o777, 0o700);
  assert.equal(statSync(join(caches, "pulumi-ecr/compiled")).mode & 0o777, 0o700);
  assert.equal(isEmpty(join(caches, "pulumi-ecr/compiled")), false);
  assert.equal(existsSync(join(folder, "node-compile-cache")), false);
});

test("a folder that others can write, a link and a place that cannot be made are not used", () => {
  const open = join(folder, "open");
  mkdirSync(join(open, "pulumi-ecr/compiled"), { recursive: true });
  chmodSync(join(open, "pulumi-ecr"), 0o700);
  chmodSync(join(open, "pulumi-ecr/compiled"), 0o777);
  const linked = join(folder, "linked");
  const elsewhere = join(folder, "elsewhere");
  for (const place of [linked, join(elsewhere, "compiled")]) mkdirSync(place, { recursive: true, mode: 0o700 });
  symlinkSync(elsewhere, join(linked, "pulumi-ecr"));
  for (const caches of [open, linked, "/dev/null"]) {
    const { status, stderr } = start(caches);
    assert.deepEqual([status, stderr], [0, ""], caches);
  }
  for (const place of [
    join(open, "pulumi-ecr/compiled"),
    join(elsewhere, "compiled"),
    join(folder, "node-compile-cache"),
  ])
    assert.ok(isEmpty(place), place);
});

test("a Node that is too old is refused with the one that is needed", () => {
  const older = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.20.2"})';
  const { status, stdout, stderr } = start(join(folder, "old"), "--import", older);
  assert.deepEqual(
    [status, stdout, stderr],
    [1, "", "pulumi-ecr: needs Node 22 or newer, and this is Node 20.20.2; update Node\n"],
  );
});
