/** Pull requests and issues of GitHub over its REST API. */

import { ProviderError } from "../../text/errors.ts";
import type { EventFacts } from "./event.ts";
import { demand, type Forge, pages } from "./forge.ts";
import { send } from "./http.ts";

export interface GitHubAccess {
  /** `OWNER/REPO`. */
  readonly repository: string;
  readonly token: string;
  /** Such as `https://api.github.com`. */
  readonly api: string;
}

/** Whose comments are made with the token of a workflow, which may not ask who it is. */
const workflowAuthor = "github-actions[bot]";

export interface GitHub {
  /** A call; `path` begins with `/`. Throws ProviderError for any answer but 2xx. */
  call(doing: string, method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<unknown>;
  /** The same for reading what need not exist; undefined then. */
  find(doing: string, path: string): Promise<unknown>;
  author(): Promise<string>;
}

/** Throws ProviderError `InvalidInput` for what is no name of a repository. */
export function connectGitHub({ repository, token, api }: GitHubAccess): GitHub {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || repository.includes(".."))
    throw new ProviderError("InvalidInput", "reaching GitHub: name the repository as OWNER/REPO");
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "x-github-api-version": "2022-11-28",
  };
  const url = (path: string) => `${api.replace(/\/+$/, "")}${path}`;
  return {
    call: (doing, method, path, body) =>
      demand({
        doing,
        method,
        url: url(`/repos/${repository}${path}`),
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        repeatable: method !== "POST",
      }),
    find: (doing, path) =>
      demand({ doing, method: "GET", url: url(`/repos/${repository}${path}`), headers, repeatable: true }, [404]),
    async author() {
      const asking = { doing: "asking GitHub whose token it is", method: "GET", url: url("/user"), headers } as const;
      const { status, json } = await send({ ...asking, repeatable: true });
      const login = (json as { login?: unknown } | undefined)?.login;
      return status === 200 && typeof login === "string" ? login : workflowAuthor;
    },
  };
}

/** The comments of a pull request. `author` is for the token of an app, which cannot be asked. */
export function gitHubForge(gitHub: GitHub, number: number, author: string | undefined): Forge {
  return {
    author: async () => author ?? (await gitHub.author()),
    async request() {
      const request = await gitHub.call(`reading pull request ${number}`, "GET", `/pulls/${number}`);
      const { state, head, base } = request as { state?: string; head?: { sha?: string }; base?: { ref?: string } };
      return state === "open" ? { head: String(head?.sha), branch: String(base?.ref) } : undefined;
    },
    async tip(branch) {
      const found = await gitHub.call("reading the base branch", "GET", `/branches/${encodeURIComponent(branch)}`);
      return String((found as { commit?: { sha?: string } }).commit?.sha);
    },
    async contains(commit, other) {
      // In this order the answer of GitHub is short where it is yes: it lists what the second has and the first has not.
      const found = await gitHub.find("comparing commits", `/compare/${commit}...${other}`);
      return (found as { merge_base_commit?: { sha?: string } } | undefined)?.merge_base_commit?.sha === other;
    },
    async *comments() {
      const list = (page: number) =>
        gitHub.call("listing comments", "GET", `/issues/${number}/comments?per_page=100&page=${page}`);
      for await (const { id, body, user } of pages(list))
        yield { id: String(id), body: String(body), author: String((user as { login?: string } | null)?.login) };
    },
    async create(body) {
      await gitHub.call("creating the comment", "POST", `/issues/${number}/comments`, { body });
    },
    async update(id, body) {
      await gitHub.call("updating the comment", "PATCH", `/issues/comments/${id}`, { body });
    },
  };
}

/** The open pull request of a head, where the event names none; undefined when there is no such. */
export async function findPullRequest(gitHub: GitHub, { head, commit }: EventFacts): Promise<number | undefined> {
  if (!head || commit === undefined) return undefined;
  const query = `state=open&per_page=100&head=${encodeURIComponent(head.label)}`;
  const found = await gitHub.call("looking for the pull request", "GET", `/pulls?${query}`);
  const requests = (Array.isArray(found) ? found : []) as {
    number?: number;
    head?: { sha?: string; repo?: { full_name?: string } | null };
  }[];
  return requests.find(({ head: its }) => its?.sha === commit && its.repo?.full_name === head.repository)?.number;
}
