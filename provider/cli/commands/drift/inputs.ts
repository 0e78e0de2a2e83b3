/** Where stacks come from: files, standard input, or the Pulumi CLI. */

import { spawn } from "node:child_process";
import type { Catalog } from "../../../catalog.ts";
import type { Overrides } from "../../../declared/provider-inputs.ts";
import { readStack, type Stack } from "../../../declared/pulumi/export.ts";
import { readTerraform } from "../../../declared/terraform/state.ts";
import { ProviderError } from "../../../text/errors.ts";
import { printable } from "../../../text/printable.ts";
import { chunksOf, placeOf } from "../../shared/bytes.ts";

/** What is read, as messages name it. */
const exportWhat = "the export";
const stateWhat = "the Terraform state";

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

export interface StackInputs {
  readonly file: readonly string[];
  readonly stack: readonly string[];
  readonly terraform: readonly string[];
  readonly cwd?: string | undefined;
}

/** All stacks, in the order in which they were asked for. Throws ProviderError for one that cannot be read. */
export async function readStacks(catalog: Catalog, inputs: StackInputs, overrides: Overrides): Promise<Stack[]> {
  const stacks: Stack[] = [];
  for (const file of inputs.file)
    stacks.push(
      await readStack(catalog, nameOf(file), chunksOf(file, exportWhat), overrides, placeOf(file, exportWhat)),
    );
  for (const file of inputs.terraform)
    stacks.push(
      await readTerraform(catalog, nameOf(file), chunksOf(file, stateWhat), overrides, placeOf(file, stateWhat)),
    );
  for (const name of inputs.stack) {
    const what = `the export of stack ${printable(name)}`;
    const { placedIn } = await import("./places.ts");
    const stack = await readStack(catalog, name, exported(name, inputs.cwd), overrides, what);
    stacks.push(placedIn(inputs.cwd ?? ".", stack));
  }
  return stacks;
}

/** What the CLI prints; it finds backend, login and passphrase by itself, and secrets stay encrypted. */
async function* exported(stack: string, cwd: string | undefined): AsyncGenerator<Buffer> {
  const args = ["stack", "export", "--stack", stack, ...(cwd === undefined ? [] : ["--cwd", cwd])];
  const child = spawn("pulumi", args, { stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  const ended = new Promise<number | Error | null>((resolve) => {
    child.once("error", resolve);
    child.once("close", resolve);
  });
  let some = false;
  for await (const chunk of child.stdout) {
    some = true;
    yield chunk as Buffer;
  }
  const code = await ended;
  if (code === 0 && some) return;
  const why =
    code instanceof Error
      ? `${code.message}; install the Pulumi CLI, or give --file`
      : printable(complaint.trim(), 1_000);
  throw new ProviderError("InvalidInput", `exporting stack ${printable(stack)} with the Pulumi CLI: ${why}`);
}
