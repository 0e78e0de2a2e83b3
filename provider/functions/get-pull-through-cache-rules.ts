/** `ecr:index:getPullThroughCacheRules`: all rules of a registry, by prefix. */

import { defineFunction } from "../define/function.ts";
import { list, object, output } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { fromAws, pullThroughCacheRule } from "../resources/pull-through-cache-rule.ts";
import { collect, limit, pageSize, registryId } from "./images.ts";
import { schemasOf } from "./rows-as-results.ts";

const rule = object("PullThroughCacheRuleDetail", "A pull through cache rule of the registry.", {
  optional: schemasOf(pullThroughCacheRule.properties),
});

export const getPullThroughCacheRules = defineFunction<Gateway>()({
  name: "getPullThroughCacheRules",
  description: "Lists the pull through cache rules of the registry.",
  args: { limit, registryId },
  results: { rules: output(list(rule, "The rules, by prefix."), { required: true }) },
  permissions: ["ecr:DescribePullThroughCacheRules"],
  async call({ gateway }, { limit, registryId }) {
    const maxResults = pageSize(1_000, limit);
    const rules = await collect(
      gateway.pages((nextToken) =>
        gateway.call("DescribePullThroughCacheRules", { registryId, maxResults, nextToken }),
      ),
      ({ pullThroughCacheRules }) => pullThroughCacheRules,
      limit,
    );
    const prefix = (one: ReturnType<typeof fromAws>) => one.ecrRepositoryPrefix ?? "";
    return { rules: rules.map(fromAws).sort((a, b) => (prefix(a) < prefix(b) ? -1 : 1)) };
  },
});
