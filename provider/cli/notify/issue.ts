/** One issue on GitHub that is open while there is drift, and closes itself. */

import { pages } from "../forge/forge.ts";
import type { GitHub } from "../forge/github.ts";
import { markerOf, mostCharacters } from "../forge/post.ts";
import type { Notice } from "./notice.ts";
import { issueBody } from "./payloads.ts";

/**
 * Opens, rewrites or closes the issue that begins with our marker and that the token's own author wrote. An incomplete run
 * closes nothing.
 */
export async function upkeepIssue(gitHub: GitHub, notice: Notice, key: string): Promise<void> {
  const marker = markerOf("drift", key);
  const body = `${marker}\n${issueBody(notice, mostCharacters - marker.length - 1)}`;
  const open = await findIssue(gitHub, marker);
  if (notice.status === "clean") {
    if (open === undefined) return;
    await gitHub.call("closing the issue", "PATCH", `/issues/${open}`, {
      body,
      state: "closed",
      state_reason: "completed",
    });
    return;
  }
  if (notice.status === "incomplete" && open === undefined) return;
  const title = `Drift of Amazon ECR${key === "" ? "" : ` (${key})`}`;
  if (open === undefined) await gitHub.call("opening the issue", "POST", "/issues", { title, body });
  else await gitHub.call("rewriting the issue", "PATCH", `/issues/${open}`, { title, body });
}

async function findIssue(gitHub: GitHub, marker: string): Promise<number | undefined> {
  const author = await gitHub.author();
  const list = (page: number) =>
    gitHub.call(
      "listing issues",
      "GET",
      `/issues?state=open&creator=${encodeURIComponent(author)}&per_page=100&page=${page}`,
    );
  for await (const { number, body, user, pull_request: request } of pages(list)) {
    const login = (user as { login?: string } | null)?.login;
    if (request === undefined && login === author && String(body).startsWith(marker)) return Number(number);
  }
  return undefined;
}
