/** `ecr:index:PullThroughCacheRule`: repositories under a prefix that mirror another registry. */

import { enumeration, input, output, string } from "../define/property.ts";
import { defineResource, type Objection } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { isUnknown } from "../text/value.ts";
import { prefixSchema, withoutSlash } from "./prefix.ts";
import { registryId } from "./rows.ts";

const upstreamRegistry = enumeration(
  "UpstreamRegistry",
  "Which registry the URL is of; AWS finds out by itself when left out. Changing it replaces the rule.",
  {
    ecr: "Another private registry of Amazon ECR.",
    "ecr-public": "Amazon ECR Public.",
    quay: "Quay.",
    k8s: "The registry of Kubernetes.",
    "docker-hub": "Docker Hub; needs `credentialArn`.",
    "github-container-registry": "GitHub's registry; needs `credentialArn`.",
    "azure-container-registry": "A registry in Azure; needs `credentialArn`.",
    "gitlab-container-registry": "GitLab's registry; needs `credentialArn`.",
    chainguard: "Chainguard; needs `credentialArn`.",
  },
);

/**
 * Hosts of the registries to which ECR has to log in. It refuses a rule for them without a secret, with
 * UnsupportedUpstreamRegistryException (aws-controllers-k8s/community#2589).
 */
const needCredentials: Readonly<Record<string, (host: string) => boolean>> = {
  "docker-hub": (host) => host === "registry-1.docker.io",
  "github-container-registry": (host) => host === "ghcr.io",
  "azure-container-registry": (host) => host.endsWith(".azurecr.io"),
  "gitlab-container-registry": (host) => host === "registry.gitlab.com",
  chainguard: (host) => host === "cgr.dev",
};

function check(inputs: {
  upstreamRegistryUrl?: string | undefined;
  upstreamRegistry?: string | undefined;
  credentialArn?: string | undefined;
}): Objection[] {
  const { upstreamRegistryUrl, upstreamRegistry, credentialArn } = inputs;
  if (credentialArn !== undefined || isUnknown(upstreamRegistry) || isUnknown(upstreamRegistryUrl)) return [];
  const host = (upstreamRegistryUrl ?? "").toLowerCase();
  const known = Object.keys(needCredentials).find((name) => name === upstreamRegistry || needCredentials[name]?.(host));
  if (known === undefined) return [];
  const message = `is not set, and ECR refuses a rule for ${known} without a secret to log in with; store the login in Secrets Manager under ecr-pullthroughcache/… and give its ARN`;
  return [{ path: ["credentialArn"], message, level: "warning" }];
}

interface LiveRule {
  ecrRepositoryPrefix?: string | undefined;
  createdAt?: Date | undefined;
  upstreamRegistry?: string | undefined;
  upstreamRepositoryPrefix?: string | undefined;
  upstreamRegistryUrl?: string | undefined;
  credentialArn?: string | undefined;
  customRoleArn?: string | undefined;
  registryId?: string | undefined;
}

/** AWS's answer in the words of the rows. */
export function fromAws({ createdAt, upstreamRepositoryPrefix = "ROOT", ...rule }: LiveRule) {
  return {
    ecrRepositoryPrefix: rule.ecrRepositoryPrefix,
    upstreamRegistryUrl: rule.upstreamRegistryUrl,
    upstreamRegistry: rule.upstreamRegistry,
    upstreamRepositoryPrefix: withoutSlash(upstreamRepositoryPrefix),
    credentialArn: rule.credentialArn,
    customRoleArn: rule.customRoleArn,
    registryId: rule.registryId,
    createdAt: createdAt?.toISOString(),
  };
}

export const pullThroughCacheRule = defineResource<Gateway>()({
  name: "PullThroughCacheRule",
  description:
    "Makes repositories under a prefix mirror another registry: the first pull of an image fetches it from there. Credentials and role change in place; anything else replaces the rule. Repositories and images that it has made stay.",
  properties: {
    ecrRepositoryPrefix: input(
      prefixSchema(
        "Prefix of the repositories that mirror, 2 to 30 characters, or `ROOT` for all that no other rule fits. A slash at its end is implied. Changing it replaces the rule.",
        2,
        30,
      ),
      { required: true, identity: true, replaces: true, complete: withoutSlash },
    ),
    upstreamRegistryUrl: input(string("Host of the registry to fetch from. Changing it replaces the rule."), {
      required: true,
      replaces: true,
    }),
    upstreamRegistry: input(upstreamRegistry, {
      computed: true,
      replaces: true,
      // It follows from the URL, so leaving it out is no difference.
      equal: (left, right) => left === undefined || right === undefined || left === right,
    }),
    upstreamRepositoryPrefix: input(
      prefixSchema(
        "Prefix that the repositories have in the other registry, 2 to 30 characters; default: `ROOT`, none. Changing it replaces the rule.",
        2,
        30,
      ),
      { default: "ROOT", computed: true, replaces: true, complete: withoutSlash },
    ),
    credentialArn: input(
      string(
        "ARN of the secret to log in with; its name starts with `ecr-pullthroughcache/`. 50 to 612 characters. Changed in place; taking it away replaces the rule, because AWS has no other way.",
        {
          minLength: 50,
          maxLength: 612,
          pattern: "^arn:aws(-\\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr-pullthroughcache\\/[a-zA-Z0-9/_+=.@-]+$",
          patternMessage: "must be the ARN of a secret in Secrets Manager whose name starts with ecr-pullthroughcache/",
        },
      ),
      { replaces: "whenRemoved" },
    ),
    customRoleArn: input(
      string(
        "ARN of the role to log in to another private registry of ECR with, at most 2,048 characters. Changed in place; taking it away replaces the rule.",
        { minLength: 1, maxLength: 2048 },
      ),
      { replaces: "whenRemoved" },
    ),
    registryId,
    createdAt: output(string("When the rule was created, as ISO 8601 text in UTC."), { creationTime: true }),
  },
  aspects: [
    {
      name: "pull through cache rule",
      sets: ["upstreamRegistryUrl", "upstreamRegistry", "upstreamRepositoryPrefix", "credentialArn", "customRoleArn"],
      shows: ["registryId", "createdAt"],
      atCreate: true,
      permissions: {
        observe: ["ecr:DescribePullThroughCacheRules"],
        put: ["ecr:UpdatePullThroughCacheRule", "iam:PassRole", "secretsmanager:GetSecretValue"],
      },
      async observe({ gateway }, { ecrRepositoryPrefix }) {
        const { pullThroughCacheRules: [rule] = [] } = await gateway.call("DescribePullThroughCacheRules", {
          ecrRepositoryPrefixes: [ecrRepositoryPrefix],
        });
        return rule && fromAws(rule);
      },
      async put({ gateway }, { ecrRepositoryPrefix, credentialArn, customRoleArn }) {
        await gateway.call("UpdatePullThroughCacheRule", { ecrRepositoryPrefix, credentialArn, customRoleArn });
        return undefined;
      },
    },
  ],
  endpoints: {
    absent: ["PullThroughCacheRuleNotFoundException"],
    permissions: {
      create: [
        "ecr:CreatePullThroughCacheRule",
        "iam:CreateServiceLinkedRole",
        "iam:PassRole",
        "secretsmanager:GetSecretValue",
      ],
      remove: ["ecr:DeletePullThroughCacheRule"],
      list: ["ecr:DescribePullThroughCacheRules"],
    },
    check,
    identify: {
      form: "the prefix of the repositories",
      format: async (_, { ecrRepositoryPrefix }) => ecrRepositoryPrefix,
      parse: async (_, prefix) => ({ ecrRepositoryPrefix: withoutSlash(prefix) }),
    },
    async create({ gateway }, inputs) {
      const { ecrRepositoryPrefix, upstreamRegistryUrl, upstreamRegistry, upstreamRepositoryPrefix } = inputs;
      const { credentialArn, customRoleArn } = inputs;
      return fromAws(
        await gateway.call("CreatePullThroughCacheRule", {
          ecrRepositoryPrefix,
          upstreamRegistryUrl,
          upstreamRegistry,
          upstreamRepositoryPrefix,
          credentialArn,
          customRoleArn,
        }),
      );
    },
    async remove({ gateway }, { ecrRepositoryPrefix }) {
      await gateway.call("DeletePullThroughCacheRule", { ecrRepositoryPrefix });
    },
    async *list({ gateway }) {
      for await (const { pullThroughCacheRules = [] } of gateway.pages((nextToken) =>
        gateway.call("DescribePullThroughCacheRules", { maxResults: 1_000, nextToken }),
      )) {
        for (const { ecrRepositoryPrefix: id = "" } of pullThroughCacheRules) yield { id, name: `${id}-cache-rule` };
      }
    },
  },
});
