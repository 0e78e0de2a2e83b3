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
