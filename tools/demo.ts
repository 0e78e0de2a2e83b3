/**
 * `npm run demo`: examples/team-registry on the real engine against the emulator. Each step prints what a user would type
 * and what comes of it. The program runs inside this process (Automation API), because the Node language host is not in
 * every installation of the CLI; everything is made in a temporary folder, which is removed.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import automation from "@pulumi/pulumi/automation/index.js";
import { startEmulator } from "../emulator/http/server.ts";
import { buildAll } from "./build.ts";
import { engineEnvironment } from "./environment.ts";
import { requireReady } from "./preflight.ts";
import { ensurePulumi } from "./pulumi-cli.ts";

const root = join(import.meta.dirname, "..");
const program = pathToFileURL(join(root, "examples/team-registry/index.ts"));

requireReady({ python: false });
say("building the plugin and the SDK");
await buildAll();
const cli = await ensurePulumi();
const emulator = await startEmulator();
const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-demo-"));
for (const name of ["home", "state"]) mkdirSync(join(folder, name));

let runs = 0;
const projectSettings = {
  name: "team-registry",
  runtime: "nodejs" as const,
  plugins: { providers: [{ name: "ecr", path: join(root, "bin") }] },
};
const stack = await automation.LocalWorkspace.createOrSelectStack(
  {
    projectName: "team-registry",
    stackName: "dev",
    // A new query makes Node run the module again, as a new process would.
    program: async () => ({ ...(await import(`${program.href}?run=${++runs}`)) }),
  },
  {
    pulumiCommand: await automation.PulumiCommand.get({ root: cli.root }),
    projectSettings,
    envVars: engineEnvironment(folder, emulator.url, cli.bin),
  },
);

const shown = {
  onOutput: (text: string) => process.stdout.write(text),
  color: "never" as const,
  suppressProgress: true,
};

try {
  step("Create everything", "pulumi up --yes");
  await stack.up(shown);
  step("A second up does nothing", "pulumi up --yes --expect-no-changes");
  await stack.up({ ...shown, expectNoChanges: true });

  const reordered = {
    Statement: {
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:getdownloadurlforlayer", "ecr:BatchGetImage"],
      Principal: { AWS: ["arn:aws:iam::222222222222:root", "arn:aws:iam::111111111111:root"] },
      Effect: "Allow",
      Sid: "pull",
    },
    Version: "2012-10-17",
  };
  step(
    "Somebody rewrites the policy without changing what it means: no drift",
    `aws ecr set-repository-policy --repository-name team/api --policy-text '${JSON.stringify(reordered)}'`,
    "pulumi refresh --preview-only --expect-no-changes",
  );
  emulator.asForeigner({
    operation: "SetRepositoryPolicy",
    input: { repositoryName: "team/api", policyText: JSON.stringify(reordered) },
  });
  await stack.previewRefresh({ ...shown, expectNoChanges: true });

  const open = { ...reordered, Statement: { ...reordered.Statement, Principal: "*" } };
  step(
    "Somebody opens the repository to everybody: drift, with the live document",
    `aws ecr set-repository-policy --repository-name team/api --policy-text '${JSON.stringify(open)}'`,
    "pulumi refresh --preview-only --diff",
  );
  emulator.asForeigner({
    operation: "SetRepositoryPolicy",
    input: { repositoryName: "team/api", policyText: JSON.stringify(open) },
  });
  // What `--diff` does; the Automation API has no such option for a refresh.
  stack.workspace.envVars["PULUMI_OPTION_DIFF"] = "true";
  await stack.previewRefresh(shown);
  delete stack.workspace.envVars["PULUMI_OPTION_DIFF"];

  step("Record it, and put the declared policy back in place", "pulumi refresh --yes", "pulumi up --yes");
  await stack.refresh(shown);
  await stack.up(shown);

  step("Remove everything", "pulumi destroy --yes");
  await stack.destroy(shown);
  const left = emulator.state().length;
  say(left === 0 ? "the registry is empty again" : "something was left behind");
  process.exitCode = left === 0 ? 0 : 1;
} finally {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}

function step(title: string, ...commands: string[]): void {
  process.stdout.write(`\n=== ${title}\n${commands.map((command) => `$ ${command}\n`).join("")}`);
}

function say(text: string): void {
  process.stdout.write(`--- ${text}\n`);
}
