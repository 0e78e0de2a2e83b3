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
  const call = (doing: string, method: "GET" | "POST" | "PUT", path: string, body?: object) =>
    demand({
      doing,
      method,
      url: `${api.replace(/\/+$/, "")}${path}`,
      headers: { "private-token": token, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      repeatable: method !== "POST",
    });
  const request = `/projects/${encodeURIComponent(project)}/merge_requests/${number}`;
  return {
    async author() {
      const user = await call("asking GitLab whose token it is", "GET", "/user");
      return String((user as { id?: number }).id);
    },
    async head() {
      const { state, sha } = (await call(`reading merge request ${number}`, "GET", request)) as {
        state?: string;
        sha?: string;
      };
      return state === "opened" ? sha : undefined;
    },
    async *comments() {
      const list = (page: number) =>
        call("listing notes", "GET", `${request}/notes?per_page=100&page=${page}&sort=asc&order_by=created_at`);
      for await (const { id, body, author, system } of pages(list))
        if (system !== true)
          yield { id: String(id), body: String(body), author: String((author as { id?: number } | null)?.id) };
    },
    async create(body) {
      await call("creating the note", "POST", `${request}/notes`, { body });
    },
    async update(id, body) {
      await call("updating the note", "PUT", `${request}/notes/${id}`, { body });
    },
  };
}
