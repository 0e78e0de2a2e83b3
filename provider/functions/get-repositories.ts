/** `ecr:index:getRepositories`: all repositories, or those whose name starts alike, in pages of 1,000. */

import { defineFunction } from "../define/function.ts";
import { input, list, object, output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { fromAws, repository } from "../resources/repository.ts";
import { collect, limit, pageSize, registryId } from "./images.ts";
import { schemasOf } from "./rows-as-results.ts";

const { forceDelete: _, tags: __, ...rows } = repository.properties;
export const getRepositories = defineFunction<Gateway>()({
  name: "getRepositories",
  description:
    "Lists the repositories of the registry, without their resource tags, which `getRepository` reads one by one.",
  args: { namePrefix: input(string("Only repositories whose name starts so.")), limit, registryId },
  results: {
    repositories: output(
      list(
        object("RepositoryDetail", "A repository of the registry.", { optional: schemasOf(rows) }),
        "The repositories, by name.",
      ),
      { required: true },
    ),
    repositoryNames: output(list(string("Name of a repository."), "Their names."), { required: true }),
  },
  permissions: ["ecr:DescribeRepositories"],
  async call({ gateway }, { namePrefix = "", limit, registryId }) {
    const maxResults = pageSize(1_000, namePrefix === "" ? limit : undefined);
    const found = await collect(
      gateway.pages((nextToken) => gateway.call("DescribeRepositories", { registryId, maxResults, nextToken })),
      ({ repositories }) => repositories,
      limit,
      ({ repositoryName }) => repositoryName?.startsWith(namePrefix) ?? false,
    );
    const repositories = found
      .flatMap((live) => fromAws(live) ?? [])
      .sort((a, b) => ((a.repositoryName ?? "") < (b.repositoryName ?? "") ? -1 : 1));
    return { repositories, repositoryNames: repositories.map(({ repositoryName }) => repositoryName) };
  },
});
