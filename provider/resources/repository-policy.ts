/** `ecr:index:RepositoryPolicy`: who may use a repository. */

import { boolean, control } from "../define/property.ts";
import { defineResource } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { principalPropagation, repositoryVisibility } from "../gateway/retry.ts";
import { policyDocumentText } from "../policy/language/document.ts";
import { listPerRepository } from "./per-repository.ts";
import { policyRow } from "./policy-row.ts";
import { repositoryIdentity } from "./repository-identity.ts";
import { registryId, repositoryName } from "./rows.ts";

const absent = ["RepositoryPolicyNotFoundException", "RepositoryNotFoundException"];

export const repositoryPolicy = defineResource<Gateway>()({
  name: "RepositoryPolicy",
  description:
    "The access policy of a repository, edited in place with one put. AWS rewrites and reorders the text; only a difference in meaning is a difference. A principal that IAM has only just made is waited for.",
  properties: {
    repositoryName,
    policyText: policyRow("repository", "The policy, as JSON text or as an object; up to 10,240 characters.", {
      required: true,
    }),
    force: control(
      boolean("Set the policy even when it keeps the caller from ever setting another one. Default: `false`."),
      { default: false },
    ),
    registryId,
  },
  aspects: [
    {
      name: "repository policy",
      sets: ["policyText"],
      shows: ["registryId"],
      settles: [principalPropagation("policyText"), repositoryVisibility],
      permissions: { observe: ["ecr:GetRepositoryPolicy"], put: ["ecr:SetRepositoryPolicy"] },
      async observe({ gateway }, { repositoryName }) {
        const { policyText, registryId } = await gateway.call("GetRepositoryPolicy", { repositoryName });
        return { policyText, registryId };
      },
      async put({ gateway }, { repositoryName, policyText, force }) {
        const { registryId } = await gateway.call("SetRepositoryPolicy", {
          repositoryName,
          policyText: policyDocumentText(policyText),
          ...(force ? { force } : {}),
        });
        return { registryId };
      },
    },
  ],
  endpoints: {
    absent,
    permissions: {
      remove: ["ecr:DeleteRepositoryPolicy"],
      list: ["ecr:DescribeRepositories", "ecr:GetRepositoryPolicy"],
    },
    identify: repositoryIdentity,
    async remove({ gateway }, { repositoryName }) {
      await gateway.call("DeleteRepositoryPolicy", { repositoryName });
    },
    list: (scope, query) =>
      listPerRepository(scope, query, "policy", absent, (repositoryName) =>
        scope.gateway.call("GetRepositoryPolicy", { repositoryName }),
      ),
  },
});
