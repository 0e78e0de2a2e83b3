/** Lines that a CI takes for commands when they stand in a job's log, told apart by a space that everybody can see. */

/**
 * GitHub's runner obeys `::command::` at the start of a line, whatever space is before it, and `##[command]` anywhere;
 * Azure and TeamCity obey `##vso[…]` and `##teamcity[…]`.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, "$1: ").replace(/#(?=#\w*\[)/g, "# ");
}
