"use strict";

// The pack's version is that of the package.json in the working directory, and who starts it decides which that is.
process.chdir(require("node:path").join(__dirname, ".."));
require("../dist/policy-pack.cjs");
