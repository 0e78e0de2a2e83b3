/** Programs in a project's folder and environment. */

import { execFile } from "node:child_process";
import type { Project } from "./engine.ts";

/** Answers exit code and output, whatever they are; -1 for a program that was ended or did not start. */
export function command(
  { folder, env }: Project,
  program: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: folder, env: { ...env }, maxBuffer: 1 << 28, timeout: 180_000 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: error ? (typeof error.code === "number" ? error.code : -1) : 0, stdout, stderr }),
    );
  });
}
