/** How places inside a policy are shown to people: statements are numbered from 1, as everywhere. Reports as JSON keep paths as they are. */

/** `Statement[0].Action[1]` → `Statement 1, Action`; entries of a list are named by what is said of them. */
export function numbered(path: string): string {
  const found = /^(.*\.)?Statement\[(\d+)\](?:\.(.*))?$/.exec(path);
  if (!found) return path;
  const [, lead = "", index, rest] = found;
  const part = rest?.replace(/(\[\d+\])+$/, "");
  return `${lead}Statement ${Number(index) + 1}${part ? `, ${part}` : ""}`;
}
