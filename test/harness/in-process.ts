/** The command in this process: a call takes milliseconds, so that hundreds of them fit into a test. */

import { runProgram } from "../../provider/cli/program.ts";
import { outlets } from "../../provider/cli/shared/streams.ts";

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Runs a command and gathers what it writes. `during` is called when it has begun, to end what runs on. */
export async function say(args: readonly string[], during?: (said: () => string) => Promise<void>): Promise<Said> {
  const texts = { stdout: "", stderr: "" };
  const before = { ...outlets, exitCode: process.exitCode };
  for (const name of ["stdout", "stderr"] as const)
    outlets[name] = {
      write(text) {
        texts[name] += text;
      },
    };
  process.exitCode = 0;
  try {
    await Promise.all([runProgram(args), during?.(() => texts.stdout)]);
    return { ...texts, code: Number(process.exitCode) };
  } finally {
    const { exitCode, ...streams } = before;
    process.exitCode = exitCode;
    Object.assign(outlets, streams);
  }
}
