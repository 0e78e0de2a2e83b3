/** `ecr:index:getRepositoryCreationTemplate`: one template by its prefix. */

import { defineFunction } from "../define/function.ts";
import { input } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { fromAws, repositoryCreationTemplate } from "../resources/repository-creation-template.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { asResults } from "./rows-as-results.ts";

export const getRepositoryCreationTemplate = defineFunction<Gateway>()({
  name: "getRepositoryCreationTemplate",
  description: "Reads one repository creation template by its prefix. A template that does not exist is an error.",
  args: { prefix: input(repositoryCreationTemplate.properties.prefix.schema, { required: true }) },
  results: asResults(repositoryCreationTemplate.properties),
  permissions: ["ecr:DescribeRepositoryCreationTemplates"],
  async call({ gateway }, { prefix }) {
    try {
      const answer = await gateway.call("DescribeRepositoryCreationTemplates", { prefixes: [prefix] });
      const [template] = (answer.repositoryCreationTemplates ?? []).map((live) => fromAws(live, answer.registryId));
      if (template) return template;
    } catch (error) {
      if (!hasFault(error, ["TemplateNotFoundException"])) throw error;
    }
    throw new ProviderError(
      "NotFound",
      `there is no repository creation template "${prefix}" in this account and region; check the prefix and the provider's region`,
    );
  },
});
