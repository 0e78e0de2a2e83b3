/** `ecr:index:getRepository`: one repository by name, in two calls and without paging its images. */

import { defineFunction } from "../define/function.ts";
import { input } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { readTags } from "../gateway/tags.ts";
import { fromAws, repository } from "../resources/repository.ts";
import { repositoryNameSchema } from "../resources/rows.ts";
import { ProviderError } from "../text/errors.ts";
import { registryId } from "./images.ts";
import { asResults } from "./rows-as-results.ts";

const { forceDelete: _, ...rows } = repository.properties;

export const getRepository = defineFunction<Gateway>()({
  name: "getRepository",
  description: "Reads one repository by name. A repository that does not exist is an error.",
  args: { repositoryName: input(repositoryNameSchema, { required: true }), registryId },
  results: asResults(rows, ["tags"]),
  permissions: ["ecr:DescribeRepositories", "ecr:ListTagsForResource"],
  async call({ gateway }, { repositoryName, registryId }) {
    const live = fromAws(await gateway.repository(repositoryName, registryId));
    if (!live) {
      const where = registryId === undefined ? "this account" : `account ${registryId}`;
      throw new ProviderError(
        "NotFound",
        `there is no repository "${repositoryName}" in ${where} and region; check the name and the provider's region`,
      );
    }
    return { ...live, tags: await readTags(gateway, live.arn ?? "") };
  },
});
