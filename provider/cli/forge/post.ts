/** One comment per request and key, written anew at each run. */

import { createHash } from "node:crypto";
import type { Document } from "../report/document.ts";
import { writeMarkdown } from "../report/formats/markdown.ts";
import type { Forge } from "./forge.ts";

/** GitHub takes 65,536 characters. */
export const mostCharacters = 65_000;

/** What a comment of ours begins with. Nothing from a report or a name can be in it. */
export function markerOf(kind: string, key: string): string {
  return `<!-- pulumi-ecr:${kind}:${createHash("sha256").update(key).digest("hex").slice(0, 16)} -->`;
}

/** The text of a comment, short enough for every site. */
export function commentBody(document: Document, key: string): string {
  const marker = markerOf("review", key);
  return `${marker}\n${writeMarkdown(document, { characters: mostCharacters - marker.length - 1 })}`;
}

export type Posted = "created" | "updated" | "unchanged";

/**
 * Writes the comment that begins with the same marker and that the token's own author wrote; a marker in a comment of
 * another author counts for nothing.
 */
export async function post(forge: Forge, body: string): Promise<Posted> {
  const [marker = ""] = body.split("\n", 1);
  const author = await forge.author();
  for await (const comment of forge.comments()) {
    if (comment.author !== author || !comment.body.startsWith(marker)) continue;
    if (comment.body.replaceAll("\r\n", "\n").trim() === body.trim()) return "unchanged";
    await forge.update(comment.id, body);
    return "updated";
  }
  await forge.create(body);
  return "created";
}
