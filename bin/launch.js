"use strict";

const { existsSync, lstatSync, mkdirSync } = require("node:fs");
const nodeModule = require("node:module");
const { homedir } = require("node:os");
const { join } = require("node:path");

const oldest = 22;

/** Starts a bundle of `dist/` in this process, with V8's compiled code kept between runs where that is safe. */
module.exports = function launch(name) {
  const [major] = process.versions.node.split(".");
  if (Number(major) < oldest) {
    process.stderr.write(
      `${name}: needs Node ${oldest} or newer, and this is Node ${process.versions.node}; update Node\n`,
    );
    process.exit(1);
  }
  const folder = ownFolder();
  if (folder !== undefined) nodeModule.enableCompileCache?.(folder);
  const bundle = join(__dirname, "..", "dist", `${name}.cjs`);
  if (!existsSync(bundle)) {
    process.stderr.write(`${name}: dist/${name}.cjs is missing; run \`npm run build\` in the package\n`);
    process.exit(1);
  }
  require(bundle);
  // The engine ends the process by a signal, and then nothing would be kept.
  setTimeout(() => nodeModule.flushCompileCache?.(), 500).unref();
};

/**
 * A folder for compiled code that only this user can write: what lies there is run. Undefined where there is none; Node's own
 * choice would be a folder that every user of the machine shares.
 */
function ownFolder() {
  if (process.platform === "win32")
    return process.env.LOCALAPPDATA ? join(process.env.LOCALAPPDATA, "pulumi-ecr", "compiled") : undefined;
  try {
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
    const folder = join(caches, "pulumi-ecr", "compiled");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const isOwn = [join(caches, "pulumi-ecr"), folder].every((place) => {
      const found = lstatSync(place);
      return found.isDirectory() && found.uid === process.getuid() && (found.mode & 0o077) === 0;
    });
    return isOwn ? folder : undefined;
  } catch {
    return undefined;
  }
}
