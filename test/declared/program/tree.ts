/** A tree of files in memory, and the review of one against another as the command does it, without git. */

import { createHash } from "node:crypto";
import type { Tree } from "../../../provider/declared/program/tree.ts";

export type Files = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

export function treeOf(files: Files): Tree {
  const bytesOf = (content: string | Uint8Array) => (typeof content === "string" ? Buffer.from(content) : content);
  return {
    paths: Object.keys(files).sort(),
    kindOf: (path) => {
      const content = files[path];
      if (content === undefined) return undefined;
      return typeof content === "object" && "link" in content ? "link" : "file";
    },
    idOf: (path) => {
      const content = files[path] ?? "";
      const bytes = typeof content === "object" && "link" in content ? `link ${content.link}` : bytesOf(content);
      return createHash("sha256").update(bytes).digest("hex");
    },
    contents: (paths) =>
      new Map(
        paths.flatMap((path) => {
          const content = files[path];
          return content === undefined || (typeof content === "object" && "link" in content)
            ? []
            : [[path, bytesOf(content)] as const];
        }),
      ),
  };
}
