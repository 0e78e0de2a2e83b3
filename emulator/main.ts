/**
 * `pulumi-ecr emulator`: runs until it is told to stop.
 *
 * Lives here: a local ECR in one process. This file starts and stops it.
 * May not live here: anything of the provider, whose mistakes it must not share; only the evaluator of lifecycle policies
 *   (`provider/lifecycle/`), which has cases of its own.
 */

import { setFlagsFromString } from "node:v8";
import { startEmulator } from "./http/server.ts";
import type { StateFile } from "./state/store.ts";

/** Starts, prints the base URL as the first line, and saves the state when SIGINT or SIGTERM ends it. */
export async function runEmulator(
  options: { port: number; account: string; state?: StateFile | undefined },
  { print, complain }: { print: (line: string) => void; complain: (line: string) => void },
): Promise<void> {
  // Nearly all that is allocated here stays: a young generation that grows would only take up to 128 MiB more.
  setFlagsFromString("--semi-space-growth-factor=1");
  const emulator = await startEmulator({
    ...options,
    complain: (message) => complain(`pulumi-ecr emulator: ${message}`),
  });
  print(emulator.url);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await emulator.close();
}
