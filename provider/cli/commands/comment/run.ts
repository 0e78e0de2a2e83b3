/** From options, environment and event to the comment. */

import { ProviderError } from "../../../text/errors.ts";
import { type EventFacts, readEvent } from "../../forge/event.ts";
import type { Forge } from "../../forge/forge.ts";
import { connectGitHub, findPullRequest, gitHubForge } from "../../forge/github.ts";
import { gitLabForge } from "../../forge/gitlab.ts";
import { secretFrom } from "../../forge/http.ts";
import { commentBody, post } from "../../forge/post.ts";
import { reviewOutput } from "../review/output.ts";
import { baseIn, withBase } from "./base.ts";
import { readReport } from "./read-report.ts";

export interface CommentOptions {
  readonly report: string;
  readonly github?: string;
  readonly gitlab?: string;
  readonly number?: number;
  readonly commit?: string;
  readonly event?: string;
  readonly key: string;
  readonly author?: string;
  readonly api?: string;
}

interface Target {
  readonly forge: Forge;
  readonly commit: string;
  /** Which branch the request went to when the job began, where that is known. */
  readonly branch: string | undefined;
}

/** A line that says what was done. Throws ProviderError. */
export async function runComment(options: CommentOptions, environment: NodeJS.ProcessEnv): Promise<string> {
  const report = readReport(options.report);
  const target = await targetOf(options, environment);
  if (target === undefined) return "no open pull request is at this commit; nothing was posted";
  const { forge, commit, branch } = target;
  if (report.revisions !== undefined && report.revisions.head !== commit)
    throw new ProviderError(
      "InvalidInput",
      `posting the report: it is about another commit than ${commit.slice(0, 12)}`,
    );
  const request = await forge.request();
  const hasMoved = request?.head !== commit || (branch !== undefined && request.branch !== branch);
  if (hasMoved) return "the request is closed, has newer commits or goes to another branch; nothing was posted";
  const document = withBase(reviewOutput(report).document("markdown"), await baseIn(forge, report, request.branch));
  const posted = await post(forge, commentBody(document, options.key));
  return `the comment was ${posted === "unchanged" ? "left as it is" : posted}`;
}

async function targetOf(options: CommentOptions, environment: NodeJS.ProcessEnv): Promise<Target | undefined> {
  const { github, gitlab } = options;
  if (github !== undefined && gitlab !== undefined) refuse("give either --github or --gitlab");
  const project = gitlab ?? (github === undefined ? environment["CI_PROJECT_ID"] : undefined);
  const repository = github ?? environment["GITHUB_REPOSITORY"];
  if (gitlab === undefined && repository !== undefined) return gitHubTarget(options, repository, environment);
  if (project === undefined) return refuse("give --github OWNER/REPO or --gitlab PROJECT");
  const number = options.number ?? numberFrom(environment["CI_MERGE_REQUEST_IID"]);
  const access = {
    project,
    token: secretFrom("reaching GitLab", "GITLAB_TOKEN"),
    api: options.api ?? environment["CI_API_V4_URL"] ?? "https://gitlab.com/api/v4",
  };
  return {
    forge: gitLabForge(access, number ?? refuse("give --number, the number of the merge request")),
    commit: commitOf(options.commit ?? environment["CI_COMMIT_SHA"]),
    branch: options.number === undefined ? environment["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] : undefined,
  };
}

async function gitHubTarget(
  options: CommentOptions,
  repository: string,
  environment: NodeJS.ProcessEnv,
): Promise<Target | undefined> {
  const file = options.event ?? environment["GITHUB_EVENT_PATH"];
  const isSaid = options.number !== undefined && options.commit !== undefined;
  const event: EventFacts = isSaid || file === undefined ? {} : readEvent(file);
  const api = options.api ?? environment["GITHUB_API_URL"] ?? "https://api.github.com";
  const token = secretFrom("reaching GitHub", "GITHUB_TOKEN", "GH_TOKEN");
  const gitHub = connectGitHub({ repository, token, api });
  const commit = commitOf(options.commit ?? event.commit);
  const number = options.number ?? event.number ?? (await findPullRequest(gitHub, { ...event, commit }));
  if (number === undefined && event.head === undefined) return refuse("give --number, the number of the pull request");
  if (number === undefined) return undefined;
  const branch = options.number === undefined || options.number === event.number ? event.branch : undefined;
  return { forge: gitHubForge(gitHub, number, options.author), commit, branch };
}

function commitOf(text: string | undefined): string {
  if (text !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
  return refuse("give --commit, the full id of the head commit that was reviewed");
}

function numberFrom(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

function refuse(why: string): never {
  throw new ProviderError("InvalidInput", `posting the report: ${why}`);
}
