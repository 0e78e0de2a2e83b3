/**
 * `pulumi-ecr comment`: puts a report of a review into its pull or merge request. What it does is loaded when it runs.
 *
 * Lives here: the options of `comment`, the check of a report that was read, the text of the comment.
 * May not live here: requests to GitHub or GitLab (`forge/`), any judgement: the verdict is the one in the report.
 */

import { Command } from "commander";
import { wholeNumber } from "../../shared/option-parsers.ts";
import { print } from "../../shared/streams.ts";
import type { CommentOptions } from "./run.ts";

export const comment = new Command("comment")
  .description("Post a review's JSON report to its pull or merge request, or update the comment that is there.")
  .requiredOption("--report <file>", "what `pulumi-ecr review --format json` printed; - is standard input")
  .option("--github <owner/repo>", "repository on GitHub; otherwise GITHUB_REPOSITORY")
  .option("--gitlab <project>", "project on GitLab, by path or id; otherwise CI_PROJECT_ID")
  .option(
    "--number <n>",
    "of the pull or merge request; otherwise from the event or CI_MERGE_REQUEST_IID",
    wholeNumber(1, 9_999_999_999),
  )
  .option("--commit <id>", "full id of the head commit that was reviewed; otherwise from the event or CI_COMMIT_SHA")
  .option("--event <file>", "event of GitHub Actions, pull_request or workflow_run; otherwise GITHUB_EVENT_PATH")
  .option("--key <name>", "tells several comments in one request apart, such as the name of a stack", "")
  .option("--author <login>", "whose comments are the token's own; needed for apps of GitHub, which end in [bot]")
  .option("--api <url>", "URL of the API; otherwise GITHUB_API_URL or CI_API_V4_URL")
  .addHelpText(
    "after",
    "\nThe token comes from GITHUB_TOKEN, GH_TOKEN or GITLAB_TOKEN. Which request it is never comes from the report.",
  )
  .action(async (options: CommentOptions) => {
    const { runComment } = await import("./run.ts");
    print(await runComment(options, process.env));
  });
