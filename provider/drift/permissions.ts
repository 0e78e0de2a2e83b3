/** The IAM policy that a run needs, derived from the catalog; nothing in it can write. */

import type { Catalog } from "../catalog.ts";

/** `images` and `trail`: with --images, with --since. */
export function readOnlyPolicy(catalog: Catalog, { images, trail }: { images: boolean; trail: boolean }): object {
  const actions = catalog.resources.flatMap(({ aspects, endpoints }) => [
    ...aspects.flatMap(({ permissions }) => permissions.observe),
    ...(endpoints.permissions.list ?? []),
  ]);
  // The account behind the credentials is asked of the registry.
  const all = [...actions, "ecr:DescribeRegistry", ...(images ? ["ecr:DescribeImages"] : [])];
  const statement = (sid: string, names: readonly string[]) => ({
    Sid: sid,
    Effect: "Allow",
    Action: [...new Set(names)].sort(),
    Resource: "*",
  });
  return {
    Version: "2012-10-17",
    Statement: [
      statement("ReadRegistry", all),
      ...(trail ? [statement("AskWhoDidIt", ["cloudtrail:LookupEvents"])] : []),
    ],
  };
}
