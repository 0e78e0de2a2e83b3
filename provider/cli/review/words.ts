/** Small phrases of review reports. */

import type { ReviewFinding } from "../../review/report.ts";

/** `1 error`, `2 errors`. */
export function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

/** `policies/api.json:14`, or the resource where there is no file. */
export function placeOf({ file, line, resource }: Pick<ReviewFinding, "file" | "line" | "resource">): string {
  if (file === undefined) return resource;
  return line === undefined ? file : `${file}:${line}`;
}

/** What a change or a row is about: its file, where the name of the repository cannot be known. */
export function nameOf(name: string, file: string | undefined): string {
  return file !== undefined && unnamed.has(name) ? file : name;
}

/** How reports and access rows call a repository of which they have no name. */
const unnamed: ReadonlySet<string> = new Set(["(not known yet)", "the repository"]);
