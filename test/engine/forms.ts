/** Whether a form of a program deploys its policy: one `pulumi up` on the real engine, against an emulator of its own. */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { startEmulator } from "../../emulator/http/server.ts";
import { engineEnvironment } from "../../tools/environment.ts";
import { ensurePulumi } from "../../tools/pulumi-cli.ts";
import type { Form } from "../declared/program/forms.ts";
import { plugin } from "./engine.ts";

const seconds = 120;

/** `open`: everybody has access after it; `refused`: the engine, the host or the provider does not take the program. */
export type Outcome = "open" | "not open" | "refused";

export async function outcomeOf(form: Form): Promise<Outcome> {
  const { path, bin } = await ensurePulumi();
  const emulator = await startEmulator();
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-form-"));
  try {
    for (const name of ["home", "state", "project"]) mkdirSync(join(folder, name));
    const project = join(folder, "project");
    for (const [name, content] of Object.entries(form.files)) {
      const file = join(project, name);
      mkdirSync(dirname(file), { recursive: true });
      if (typeof content === "object" && "link" in content) symlinkSync(content.link, file);
      else writeFileSync(file, content);
    }
    const own = engineEnvironment(folder, emulator.url, bin);
    const env = { ...own, PATH: [plugin, own["PATH"]].join(delimiter) };
    const run = (...args: string[]) =>
      new Promise<boolean>((resolve) => {
        const options = { cwd: project, env, timeout: seconds * 1_000, maxBuffer: 1 << 26 };
        execFile(path, args, options, (error) => resolve(error === null));
      });
    const isTaken =
      (await run("stack", "init", "dev")) && (await run("up", "--yes", "--skip-preview", "--non-interactive"));
    const written = emulator.journal().filter(({ operation }) => operation === "SetRepositoryPolicy");
    if (
      written.some(({ input }) =>
        /"Principal":\s*("\*"|\{"AWS":\s*"\*"\})/.test(String((input as { policyText?: unknown }).policyText)),
      )
    )
      return "open";
    return isTaken ? "not open" : "refused";
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
