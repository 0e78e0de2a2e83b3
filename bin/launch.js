"use strict";

/** Starts a bundle of `dist/` in this process, with V8's compiled code kept between runs where Node can do that. */
module.exports = function launch(name) {
  const [major] = process.versions.node.split(".");
  if (Number(major) < 20) {
    process.stderr.write(`${name}: Node ${process.versions.node} is too old; install Node 20 or newer\n`);
    process.exit(1);
  }
  const nodeModule = require("node:module");
  nodeModule.enableCompileCache?.();
  const bundle = require("node:path").join(__dirname, "..", "dist", `${name}.cjs`);
  if (!require("node:fs").existsSync(bundle)) {
    process.stderr.write(`${name}: dist/${name}.cjs is missing; run \`npm run build\` in the package\n`);
    process.exit(1);
  }
  require(bundle);
  // The engine ends the process by a signal, and then nothing would be kept.
  setTimeout(() => nodeModule.flushCompileCache?.(), 500).unref();
};
