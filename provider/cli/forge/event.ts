/** Which pull request a job of GitHub Actions is about: from the event, which GitHub writes, and never from a report. */

import { readJson } from "../shared/files.ts";

export interface EventFacts {
  readonly number?: number;
  /** Full id of the head commit. */
  readonly commit?: string;
  /** The branch that the request went to. */
  readonly branch?: string;
  /** `OWNER:BRANCH` and the repository of the head, for a run that GitHub names no pull request for, as with forks. */
  readonly head?: { readonly label: string; readonly repository: string };
}

interface RequestFacts {
  readonly number?: unknown;
  readonly head?: { readonly sha?: unknown };
  readonly base?: { readonly ref?: unknown };
}

interface Payload {
  readonly pull_request?: RequestFacts;
  readonly workflow_run?: {
    readonly head_sha?: unknown;
    readonly head_branch?: unknown;
    readonly head_repository?: { readonly full_name?: unknown; readonly owner?: { readonly login?: unknown } } | null;
    readonly pull_requests?: readonly RequestFacts[];
  };
}

/** Throws ProviderError `InvalidInput` for a file that cannot be read or is no JSON. */
export function readEvent(file: string): EventFacts {
  const payload = (readJson(file, "the event") ?? {}) as Payload;
  const { pull_request: request, workflow_run: run } = payload;
  if (request) return facts(request, request.head?.sha);
  const owner = run?.head_repository?.owner?.login;
  const repository = run?.head_repository?.full_name;
  const branch = run?.head_branch;
  const isHead = typeof owner === "string" && typeof branch === "string" && typeof repository === "string";
  return {
    ...facts(run?.pull_requests?.length === 1 ? run.pull_requests[0] : undefined, run?.head_sha),
    ...(isHead ? { head: { label: `${owner}:${branch}`, repository } } : {}),
  };
}

function facts(request: RequestFacts | undefined, commit: unknown): EventFacts {
  const [number, branch] = [request?.number, request?.base?.ref];
  return {
    ...(typeof number === "number" ? { number } : {}),
    ...(typeof commit === "string" ? { commit } : {}),
    ...(typeof branch === "string" ? { branch } : {}),
  };
}
