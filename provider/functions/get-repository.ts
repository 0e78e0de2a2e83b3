/** `ecr:index:getRepository`: one repository by name, in two calls and without paging its images. */

import { defineFunction } from "../define/function.ts";
import { input, output, type Row } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { readTags } from "../gateway/tags.ts";
import { fromAws, repository } from "../resources/repository.ts";
import { repositoryNameSchema } from "../resources/rows.ts";
import { ProviderError } from "../text/errors.ts";

const { forceDelete: _, ...rows } = repository.properties;

/** The rows of the resource, all of them read only here. */
function asResults<R extends Readonly<Record<string, Row>>>(
  all: R,
): { [K in keyof R]: Omit<R[K], "role"> & { role: "output" } } {
  return Object.fromEntries(
    Object.entries(all).map(([name, { schema, computed, role, volatile }]) => [
      name,
      // An output that comes and goes with an input is not always there.
      output(schema, {
        required: computed === true || (role === "output" && volatile === undefined) || name === "tags",
      }),
    ]),
  ) as { [K in keyof R]: Omit<R[K], "role"> & { role: "output" } };
}

export const getRepository = defineFunction<Gateway>()({
  name: "getRepository",
  description: "Reads one repository by name. A repository that does not exist is an error.",
  args: { repositoryName: input(repositoryNameSchema, { required: true }) },
  results: asResults(rows),
  permissions: ["ecr:DescribeRepositories", "ecr:ListTagsForResource"],
  async call({ gateway }, { repositoryName }) {
    const live = fromAws(await gateway.repository(repositoryName));
    if (!live) {
      throw new ProviderError(
        "NotFound",
        `there is no repository "${repositoryName}" in this account and region; check the name and the provider's region`,
      );
    }
    return { ...live, tags: await readTags(gateway, live.arn ?? "") };
  },
});
