/** Merge requests of GitLab over its REST API. */

import { demand, type Forge, pages } from "./forge.ts";

export interface GitLabAccess {
  /** Id, or path such as `group/project`. */
  readonly project: string;
  readonly token: string;
  /** Such as `https://gitlab.com/api/v4`. */
  readonly api: string;
}

/** The notes of a merge request; `number` is its iid. */
export function gitLabForge({ project, token, api }: GitLabAccess, number: number): Forge {
  const call = (
    doing: string,
    method: "GET" | "POST" | "PUT",
    path: string,
    { body, absent }: { body?: object; absent?: readonly number[] } = {},
  ) => {
    const sending = {
      doing,
      method,
      url: `${api.replace(/\/+$/, "")}${path}`,
      headers: { "private-token": token, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      repeatable: method !== "POST",
    };
    return demand(sending, absent);
  };
  const place = `/projects/${encodeURIComponent(project)}`;
  const request = `${place}/merge_requests/${number}`;
  return {
    async author() {
      const user = await call("asking GitLab whose token it is", "GET", "/user");
      return String((user as { id?: number }).id);
    },
    async request() {
      const found = await call(`reading merge request ${number}`, "GET", request);
      const { state, sha, target_branch: branch } = found as { state?: string; sha?: string; target_branch?: string };
      return state === "opened" ? { head: String(sha), branch: String(branch) } : undefined;
    },
    async tip(branch) {
      const path = `${place}/repository/branches/${encodeURIComponent(branch)}`;
      return String(
        ((await call("reading the target branch", "GET", path)) as { commit?: { id?: string } }).commit?.id,
      );
    },
    async contains(commit, other) {
      const path = `${place}/repository/merge_base?refs[]=${commit}&refs[]=${other}`;
      // GitLab answers 400 for a commit that it does not know, and 404 where there is nothing in common.
      const found = await call("comparing commits", "GET", path, { absent: [400, 404] });
      return (found as { id?: string } | undefined)?.id === other;
    },
    async *comments() {
      const list = (page: number) =>
        call("listing notes", "GET", `${request}/notes?per_page=100&page=${page}&sort=asc&order_by=created_at`);
      for await (const { id, body, author, system } of pages(list))
        if (system !== true)
          yield { id: String(id), body: String(body), author: String((author as { id?: number } | null)?.id) };
    },
    async create(body) {
      await call("creating the note", "POST", `${request}/notes`, { body: { body } });
    },
    async update(id, body) {
      await call("updating the note", "PUT", `${request}/notes/${id}`, { body: { body } });
    },
  };
}
