/** Listing repositories, and what each repository has one of. */

import type { Listed, ListQuery, Scope } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { hasFault, ProviderError } from "../text/errors.ts";

/** The names of all repositories, page by page. */
export async function* repositoryNames({ gateway }: Scope<Gateway>): AsyncGenerator<string> {
  for await (const page of gateway.repositories()) for (const { repositoryName = "" } of page) yield repositoryName;
}

/**
 * The repositories for which `look` finds something, named after the repository and `suffix`. It costs one call per
 * repository. Where a look is denied the others are still answered; then it throws AccessDenied with how many there were.
 */
export async function* listPerRepository(
  scope: Scope<Gateway>,
  query: ListQuery,
  suffix: string,
  absent: readonly string[],
  look: (repositoryName: string) => Promise<unknown>,
): AsyncGenerator<Listed> {
  const denied: { name: string; error: ProviderError }[] = [];
  let looks = 0;
  const names = matching(repositoryNames(scope), query);
  const found = scope.gateway.inOrder(names, async (name) => {
    looks++;
    try {
      await look(name);
      return name;
    } catch (error) {
      if (hasFault(error, absent)) return undefined;
      if (!(error instanceof ProviderError) || error.code !== "AccessDenied") throw error;
      denied.push({ name, error });
      return undefined;
    }
  });
  for await (const name of found) if (name !== undefined) yield { id: name, name: `${name}-${suffix}` };
  const [first] = denied;
  if (first) {
    throw new ProviderError(
      "AccessDenied",
      `${denied.length} of ${looks} repositories could not be looked at, such as "${first.name}": ${first.error.message}`,
      { cause: first.error },
    );
  }
}

/** The suffix comes after the name: a prefix that is longer than a name can still match the two together. */
async function* matching(names: AsyncIterable<string>, { prefix, isKnown }: ListQuery): AsyncGenerator<string> {
  for await (const name of names)
    if ((name.startsWith(prefix) || prefix.startsWith(name)) && isKnown?.(name) !== true) yield name;
}
