/** `ecr:index:LifecyclePolicy`: the lifecycle policy of a repository, edited in place with one put. */

import { output, string } from "../define/property.ts";
import { defineResource } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { readAllImages } from "../gateway/images.ts";
import { repositoryVisibility } from "../gateway/retry.ts";
import { lifecycleImpact } from "../lifecycle/impact.ts";
import { lifecyclePolicyText } from "../lifecycle/policy.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { listPerRepository } from "./per-repository.ts";
import { lifecycleRow } from "./policy-row.ts";
import { repositoryIdentity } from "./repository-identity.ts";
import { registryId, repositoryName } from "./rows.ts";

const absent = ["LifecyclePolicyNotFoundException", "RepositoryNotFoundException"];

/** Without a number where it cannot be found out; the sentence says why. */
async function impactOf(
  gateway: Gateway,
  repositoryName: string,
  before: unknown,
  after: unknown,
): Promise<{ newlyExpired: number | undefined; sentence: string | undefined }> {
  try {
    return lifecycleImpact(before, after, await readAllImages(gateway, repositoryName), new Date());
  } catch (error) {
    if (hasFault(error, ["RepositoryNotFoundException"])) return { newlyExpired: 0, sentence: undefined };
    const { code, message } = ProviderError.from(error);
    if (code === "Cancelled") throw error;
    return { newlyExpired: undefined, sentence: `what happens to the images is not known: ${message}` };
  }
}

export const lifecyclePolicy = defineResource<Gateway>()({
  name: "LifecyclePolicy",
  description:
    "The lifecycle policy of a repository: which images expire or move to the archive. It is edited in place, so there is no moment without a policy. Rule order, tag order and spacing are no difference.",
  properties: {
    repositoryName,
    lifecyclePolicyText: lifecycleRow(
      "The lifecycle policy, as JSON text or as an object; up to 50 rules and 30,720 characters.",
      { required: true },
    ),
    registryId,
    lastEvaluatedAt: output(
      string("When ECR last ran the policy, as ISO 8601 text in UTC; absent until the first run."),
      {
        volatile: true,
      },
    ),
  },
  aspects: [
    {
      name: "lifecycle policy",
      sets: ["lifecyclePolicyText"],
      shows: ["registryId", "lastEvaluatedAt"],
      settles: [repositoryVisibility],
      permissions: { observe: ["ecr:GetLifecyclePolicy"], put: ["ecr:PutLifecyclePolicy"] },
      async observe({ gateway }, { repositoryName }) {
        const live = await gateway.call("GetLifecyclePolicy", { repositoryName });
        const ran =
          live.lastEvaluatedAt && live.lastEvaluatedAt.getTime() > 0 ? live.lastEvaluatedAt.toISOString() : undefined;
        return {
          lifecyclePolicyText: live.lifecyclePolicyText,
          registryId: live.registryId,
          lastEvaluatedAt: ran,
        };
      },
      async put({ gateway }, { repositoryName, lifecyclePolicyText: document }) {
        const { registryId } = await gateway.call("PutLifecyclePolicy", {
          repositoryName,
          lifecyclePolicyText: lifecyclePolicyText(document),
        });
        return { registryId };
      },
    },
  ],
  endpoints: {
    absent,
    permissions: {
      foresee: ["ecr:DescribeImages"],
      remove: ["ecr:DeleteLifecyclePolicy"],
      list: ["ecr:DescribeRepositories", "ecr:GetLifecyclePolicy"],
    },
    async foresee({ gateway, settings, warn }, { repositoryName, lifecyclePolicyText: after }, before) {
      const { mode, limit } = settings.impact;
      if (mode === "off") return;
      const { newlyExpired, sentence } = await impactOf(gateway, repositoryName, before.lifecyclePolicyText, after);
      if (mode === "fail" && (newlyExpired ?? Number.POSITIVE_INFINITY) > limit)
        throw new ProviderError(
          "Conflict",
          `${sentence}, and lifecycleImpactLimit lets ${limit} newly expire; raise it, or set lifecycleImpact to warn, if that is meant`,
        );
      if (sentence !== undefined) warn(sentence);
    },
    identify: repositoryIdentity,
    async remove({ gateway }, { repositoryName }) {
      await gateway.call("DeleteLifecyclePolicy", { repositoryName });
    },
    list: (scope, query) =>
      listPerRepository(scope, query, "lifecycle-policy", absent, (repositoryName) =>
        scope.gateway.call("GetLifecyclePolicy", { repositoryName }),
      ),
  },
});
