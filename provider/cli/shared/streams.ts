/**
 * The one place where text leaves a command for standard output and standard error. Neither a terminal nor a CI that reads
 * along obeys anything in it: control characters other than line breaks are escapes, except the colors that a terminal is
 * given, and marks of commands are broken by a space. What is written for programs comes with its own escapes and passes
 * unchanged. Only whole lines leave, because a mark may not be put together from two texts.
 */

import { obeyedByNothing, printable } from "../../text/printable.ts";
import { readSecrets } from "../../values/secrets.ts";

interface Outlet {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Where text goes; tests put their own in the place of these. */
export const outlets: { stdout: Outlet; stderr: Outlet } = { stdout: process.stdout, stderr: process.stderr };

/** What a command found. */
export function print(text: string): void {
  outlets.stdout.write(harmless(text, outlets.stdout.isTTY));
}

/** The annotations that GitHub is meant to obey; whoever makes them encodes all that is in them. */
export function printAnnotations(text: string): void {
  outlets.stdout.write(text);
}

/** A text beside what was found, such as an error or help, without what is secret in a state that was read. */
export function complain(text: string): void {
  outlets.stderr.write(harmless(readSecrets.redaction().text(text), outlets.stderr.isTTY));
}

/** One note beside what was found; further lines are indented. */
export function note(message: string): void {
  const lines = message.split("\n").map((line) => printable(line, 4_000));
  complain(`pulumi-ecr: ${lines.join("\n  ")}`);
}

/** A line of progress that takes the place of the former one; nothing where standard error is not a terminal. */
export const progress = {
  isShown: () => outlets.stderr.isTTY === true,
  show: (text: string) => outlets.stderr.write(`\r${printable(text)}`),
  clear: () => outlets.stderr.write("\r\u001b[K"),
};

function harmless(text: string, isTerminal: boolean | undefined): string {
  return obeyedByNothing(text === "" || text.endsWith("\n") ? text : `${text}\n`, isTerminal);
}
