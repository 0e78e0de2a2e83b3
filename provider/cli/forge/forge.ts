/**
 * What a site with pull or merge requests has to be able to do, for a comment that is kept up to date.
 *
 * Lives here: pull requests, merge requests and issues: one file per site, and HTTP to hosts other than AWS.
 * May not live here: the text that is posted (`commands/comment/`, `notify/`), findings, calls to AWS.
 */

import { ProviderError } from "../../text/errors.ts";
import { type Answer, messageOf, type Sending, send } from "./http.ts";

export interface Comment {
  readonly id: string;
  readonly body: string;
  /** Compared with `author()`. */
  readonly author: string;
}

/** An open pull or merge request as it is now. */
export interface Request {
  /** Full id of the commit that it is at. */
  readonly head: string;
  /** The branch that it goes to. */
  readonly branch: string;
}

export interface Forge {
  /** Who the token is. */
  author(): Promise<string>;
  /** Undefined when it is not open. */
  request(): Promise<Request | undefined>;
  /** Full id of the commit that a branch of the request's own repository is at. */
  tip(branch: string): Promise<string>;
  /** Whether a commit is another one or in its history; one that the site does not know is not. */
  contains(commit: string, other: string): Promise<boolean>;
  /** The oldest first. */
  comments(): AsyncIterable<Comment>;
  create(body: string): Promise<void>;
  update(id: string, body: string): Promise<void>;
}

/** A call of which any answer but 2xx is an error that says what to do, or nothing where its status is one of `absent`. */
export async function demand(sending: Sending, absent: readonly number[] = []): Promise<unknown> {
  const answer = await send(sending);
  if (answer.status < 300) return answer.json;
  if (absent.includes(answer.status)) return undefined;
  throw refusal(sending, answer);
}

function refusal({ doing }: Sending, { status, json }: Answer): ProviderError {
  const message = `${doing}: it answered ${status}${messageOf(json)}`;
  if (status === 401) return new ProviderError("AccessDenied", `${message}; check the token`);
  if (status === 403) return new ProviderError("AccessDenied", `${message}; the token may not do this`);
  if (status === 404) return new ProviderError("NotFound", `${message}; check the names, and what the token may see`);
  return new ProviderError("InvalidInput", message);
}

const mostPages = 100;

/** All entries of a listing in pages of 100. */
export async function* pages(page: (number: number) => Promise<unknown>): AsyncIterable<Record<string, unknown>> {
  for (let number = 1; number <= mostPages; number++) {
    const entries = await page(number);
    if (!Array.isArray(entries)) return;
    for (const entry of entries)
      if (typeof entry === "object" && entry !== null) yield entry as Record<string, unknown>;
    if (entries.length < 100) return;
  }
}
