/** `ecr:index:validatePullThroughCacheRule`: whether ECR can log in to the upstream of a rule. */

import { defineFunction } from "../define/function.ts";
import { boolean, input, output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { registryId } from "./images.ts";

export const validatePullThroughCacheRule = defineFunction<Gateway>()({
  name: "validatePullThroughCacheRule",
  description:
    "Has ECR try the upstream registry of a pull through cache rule with its credential. A rule that does not work is a result and no error.",
  args: {
    ecrRepositoryPrefix: input(string("Prefix of the rule, or `ROOT`.", { minLength: 2, maxLength: 30 }), {
      required: true,
    }),
    registryId,
  },
  results: {
    isValid: output(boolean("Whether ECR could reach the upstream registry."), { required: true }),
    failure: output(string("Why it could not, in AWS's words.")),
    ecrRepositoryPrefix: output(string("Prefix of the rule."), { required: true }),
    registryId: output(string("The account that owns the registry.")),
    upstreamRegistryUrl: output(string("URL of the upstream registry.")),
    upstreamRepositoryPrefix: output(string("Prefix of the repositories in the upstream registry.")),
    credentialArn: output(string("ARN of the secret with the credential.")),
    customRoleArn: output(string("ARN of the role that ECR assumes.")),
  },
  permissions: ["ecr:ValidatePullThroughCacheRule"],
  async call({ gateway }, args) {
    const answer = await gateway.call("ValidatePullThroughCacheRule", args);
    return { ...answer, ecrRepositoryPrefix: args.ecrRepositoryPrefix, isValid: answer.isValid === true };
  },
});
