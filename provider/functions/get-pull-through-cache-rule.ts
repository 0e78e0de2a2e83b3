/** `ecr:index:getPullThroughCacheRule`: one rule by the prefix of its repositories. */

import { defineFunction } from "../define/function.ts";
import { input } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { fromAws, pullThroughCacheRule } from "../resources/pull-through-cache-rule.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { registryId } from "./images.ts";
import { asResults } from "./rows-as-results.ts";

const { ecrRepositoryPrefix } = pullThroughCacheRule.properties;

export const getPullThroughCacheRule = defineFunction<Gateway>()({
  name: "getPullThroughCacheRule",
  description: "Reads one pull through cache rule by its prefix. A rule that does not exist is an error.",
  args: { ecrRepositoryPrefix: input(ecrRepositoryPrefix.schema, { required: true }), registryId },
  results: asResults(pullThroughCacheRule.properties),
  permissions: ["ecr:DescribePullThroughCacheRules"],
  async call({ gateway }, { ecrRepositoryPrefix: prefix, registryId }) {
    try {
      const asked = { registryId, ecrRepositoryPrefixes: [prefix] };
      const { pullThroughCacheRules: [rule] = [] } = await gateway.call("DescribePullThroughCacheRules", asked);
      if (rule) return fromAws(rule);
    } catch (error) {
      if (!hasFault(error, ["PullThroughCacheRuleNotFoundException"])) throw error;
    }
    throw new ProviderError(
      "NotFound",
      `there is no pull through cache rule "${prefix}" in this account and region; check the prefix and the provider's region`,
    );
  },
});
