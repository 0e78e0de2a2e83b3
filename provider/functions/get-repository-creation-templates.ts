/** `ecr:index:getRepositoryCreationTemplates`: all templates of the registry, by prefix. */

import { defineFunction } from "../define/function.ts";
import { list, object, output } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { fromAws, repositoryCreationTemplate } from "../resources/repository-creation-template.ts";
import { collect, limit, pageSize } from "./images.ts";
import { schemasOf } from "./rows-as-results.ts";

const template = object("RepositoryCreationTemplateDetail", "A repository creation template of the registry.", {
  optional: schemasOf(repositoryCreationTemplate.properties),
});

export const getRepositoryCreationTemplates = defineFunction<Gateway>()({
  name: "getRepositoryCreationTemplates",
  description: "Lists the repository creation templates of the registry.",
  args: { limit },
  results: { templates: output(list(template, "The templates, by prefix."), { required: true }) },
  permissions: ["ecr:DescribeRepositoryCreationTemplates"],
  async call({ gateway }, { limit }) {
    const maxResults = pageSize(1_000, limit);
    const templates = await collect(
      gateway.pages((nextToken) => gateway.call("DescribeRepositoryCreationTemplates", { maxResults, nextToken })),
      ({ repositoryCreationTemplates = [], registryId }) =>
        repositoryCreationTemplates.map((live) => fromAws(live, registryId)),
      limit,
    );
    return { templates: templates.sort((a, b) => ((a.prefix ?? "") < (b.prefix ?? "") ? -1 : 1)) };
  },
});
