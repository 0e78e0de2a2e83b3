/** What is staged for the next commit, as two revisions like those of a pull request. */

import { ProviderError } from "../../../../text/errors.ts";
import { openRepository } from "./git.ts";

interface Options {
  readonly repo: string;
  readonly base?: string;
  readonly head?: string;
}

/** The options with the last commit as the base and the index, never the working tree, as the head. */
export function withStaged<O extends Options>(options: O): O {
  if (options.base !== undefined || options.head !== undefined)
    throw new ProviderError("InvalidInput", "reviewing: --staged says what --base and --head are; leave them out");
  return { ...options, ...openRepository(options.repo).staged() };
}
