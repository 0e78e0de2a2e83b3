/** What exit codes mean: the same in every command. */

export const exitCodes = { passed: 0, failed: 1, blocked: 2, incomplete: 3 } as const;

/** The end of a command's help. `blocked` and `incomplete`: when it exits with 2 and with 3; absent where it never does. */
export function exitCodesHelp({
  passed = "passed",
  blocked,
  incomplete,
}: {
  readonly passed?: string;
  readonly blocked?: string;
  readonly incomplete?: string;
}): string {
  const lines = [
    [exitCodes.passed, passed],
    [exitCodes.failed, "error: wrong usage, or something that is needed could not be read or reached"],
    [exitCodes.blocked, blocked],
    [exitCodes.incomplete, incomplete && `incomplete: ${incomplete}`],
  ].flatMap(([code, meaning]) => (meaning === undefined ? [] : [`  ${code}  ${meaning}`]));
  return `\nExit codes:\n${lines.join("\n")}`;
}
