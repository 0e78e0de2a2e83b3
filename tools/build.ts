/**
 * `npm run build`: the two bundles and the compiled SDK, into `dist/`. Names stay readable in stack traces; white space
 * goes, which is a third of the size and of the time to read it.
 */

import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import manifest from "../package.json" with { type: "json" };

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** One program in one file, for Node. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "warning",
  });
}

/** The AWS SDK in a file of its own: processes that call nothing do not read it, and its compiled code is kept apart. */
const apart: Plugin = {
  name: "aws-client-apart",
  setup(building) {
    for (const [name, file] of [
      ["client", "aws-client"],
      ["trail", "aws-trail"],
    ])
      building.onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
        kind === "dynamic-import" ? { path: `./${file}.cjs`, external: true } : undefined,
      );
  },
};

/**
 * `@pulumi/pulumi` as whoever starts the policy pack has it: the pack is run by that package. Its generated protocol code
 * comes along, because it must be of one piece with the bundled protobuf.
 */
const hostProvided: Plugin = {
  name: "pulumi-of-the-host",
  setup(building) {
    building.onResolve({ filter: /^@pulumi\/pulumi(\/(runtime|queryable)\b.*)?$/ }, ({ path }) => ({
      path,
      external: true,
    }));
  },
};

/** Builds everything; answers nothing, throws when something does not compile. */
export async function buildAll(): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const settings = {
    absWorkingDir: root,
    outdir: dist,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "external",
    logLevel: "warning",
  } as const;
  await build({
    ...settings,
    entryPoints: {
      "pulumi-resource-ecr": "provider/rpc/main.ts",
      "pulumi-ecr": "provider/cli/main.ts",
      "aws-client": "provider/gateway/client.ts",
      "aws-trail": "provider/gateway/trail.ts",
    },
    plugins: [apart],
  });
  await build({
    ...settings,
    entryPoints: { "policy-pack": "provider/crossguard/pack.ts", policies: "provider/crossguard/policies.ts" },
    plugins: [hostProvided],
  });
  execFileSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "sdk/tsconfig.json")],
    { stdio: "inherit" },
  );
  // The generated code asks the package.json beside it for the version.
  writeFileSync(
    join(dist, "sdk/package.json"),
    `${JSON.stringify({ name: manifest.name, version: manifest.version, type: "commonjs" })}\n`,
  );
}

if (import.meta.main) await buildAll();
