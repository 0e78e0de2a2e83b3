/** Pull-through cache rules, by their prefix. */

import { type Context, type Operations, ownRegistry } from "../call/context.ts";
import { invalid, listOf, optionalText, page, text } from "../call/input.ts";
import { withoutSlash } from "../documents/match.ts";
import type { PullThroughRule } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";
import { checkedPrefix, own } from "./templates.ts";

const mostRules = 50;
const secretArn = /^arn:aws(-\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/;

/** Which registry a URL is of, and whether ECR has to log in there. */
const upstreams: readonly { name: string; login: boolean; matches: (url: string) => boolean }[] = [
  { name: "ecr-public", login: false, matches: (url) => url === "public.ecr.aws" },
  { name: "k8s", login: false, matches: (url) => url === "registry.k8s.io" },
  { name: "quay", login: false, matches: (url) => url === "quay.io" },
  { name: "docker-hub", login: true, matches: (url) => url === "registry-1.docker.io" },
  { name: "github-container-registry", login: true, matches: (url) => url === "ghcr.io" },
  { name: "gitlab-container-registry", login: true, matches: (url) => url === "registry.gitlab.com" },
  { name: "chainguard", login: true, matches: (url) => url === "cgr.dev" },
  { name: "azure-container-registry", login: true, matches: (url) => url.endsWith(".azurecr.io") },
  { name: "ecr", login: false, matches: (url) => url.includes(".dkr.ecr.") && url.includes(".amazonaws.com") },
];

function ruleOf(context: Context, input: Json): PullThroughRule {
  const prefix = checkedPrefix(input, "ecrRepositoryPrefix", 2, 30);
  const rule = own(context.registry.pullThroughRules, prefix);
  if (!rule) throw notFound(context, prefix);
  return rule;
}

function notFound({ registry }: Context, prefix: string): AwsError {
  return new AwsError(
    "PullThroughCacheRuleNotFoundException",
    `The pull through cache rule for prefix '${prefix}' does not exist in the registry with id '${registry.account}'`,
  );
}

/** A secret with `missing` or `denied` in its name is one that ECR cannot find or open. */
function credentialOf(input: Json): { credentialArn?: string } {
  const credentialArn = optionalText(input, "credentialArn");
  if (credentialArn === undefined) return {};
  if (credentialArn.length < 50 || credentialArn.length > 612 || !secretArn.test(credentialArn))
    throw invalid("credentialArn", "must be the ARN of a secret whose name starts with ecr-pullthroughcache/");
  if (credentialArn.includes("missing"))
    throw new AwsError("SecretNotFoundException", `The secret '${credentialArn}' does not exist`);
  if (credentialArn.includes("denied"))
    throw new AwsError("UnableToAccessSecretException", `The secret '${credentialArn}' cannot be accessed`);
  return { credentialArn };
}

function roleOf(input: Json): { customRoleArn?: string } {
  const customRoleArn = optionalText(input, "customRoleArn");
  if (customRoleArn !== undefined && customRoleArn.length > 2_048)
    throw invalid("customRoleArn", "must have at most 2048 characters");
  return customRoleArn ? { customRoleArn } : {};
}

function shown({ registry }: Context, { createdAt, updatedAt, ...rule }: PullThroughRule): Json {
  return { registryId: registry.account, ...rule, createdAt: createdAt / 1_000, updatedAt: updatedAt / 1_000 };
}

export const pullThrough: Operations = {
  CreatePullThroughCacheRule(context, input) {
    ownRegistry(context, input);
    const { registry, store, clock } = context;
    const prefix = checkedPrefix(input, "ecrRepositoryPrefix", 2, 30);
    const url = text(input, "upstreamRegistryUrl");
    const upstream = upstreams.find(({ matches }) => matches(url));
    const named = optionalText(input, "upstreamRegistry");
    if (!upstream || (named !== undefined && named !== upstream.name))
      throw new AwsError("UnsupportedUpstreamRegistryException", `The upstream registry '${url}' is not supported`);
    const credential = credentialOf(input);
    if (upstream.login && credential.credentialArn === undefined)
      throw new AwsError(
        "UnsupportedUpstreamRegistryException",
        "The specified upstream registry requires authentication. Specify a valid Secrets Manager ARN",
      );
    const rules = registry.pullThroughRules ?? {};
    if (own(rules, prefix))
      throw new AwsError(
        "PullThroughCacheRuleAlreadyExistsException",
        `The pull through cache rule for prefix '${prefix}' already exists in the registry with id '${registry.account}'`,
      );
    if (Object.keys(rules).length >= mostRules)
      throw new AwsError("LimitExceededException", `A registry can have at most ${mostRules} pull through cache rules`);
    const at = clock.now().getTime();
    const rule: PullThroughRule = {
      ecrRepositoryPrefix: prefix,
      upstreamRegistryUrl: url,
      upstreamRegistry: upstream.name,
      upstreamRepositoryPrefix:
        optionalText(input, "upstreamRepositoryPrefix") === undefined
          ? "ROOT"
          : checkedPrefix(input, "upstreamRepositoryPrefix", 2, 30),
      ...credential,
      ...roleOf(input),
      createdAt: at,
      updatedAt: at,
    };
    registry.pullThroughRules = { ...rules, [prefix]: rule };
    store.changed();
    return shown(context, rule);
  },

  DescribePullThroughCacheRules(context, input) {
    ownRegistry(context, input);
    const rules = context.registry.pullThroughRules ?? {};
    const prefixes = listOf(input, "ecrRepositoryPrefixes", 1, 100)?.map((prefix) => withoutSlash(String(prefix)));
    if (!prefixes) {
      const { items, nextToken } = page(input, Object.values(rules));
      return { pullThroughCacheRules: items.map((rule) => shown(context, rule)), nextToken };
    }
    const found = prefixes.map((prefix) => {
      const rule = own(rules, prefix);
      if (!rule) throw notFound(context, prefix);
      return shown(context, rule);
    });
    return { pullThroughCacheRules: found };
  },

  UpdatePullThroughCacheRule(context, input) {
    ownRegistry(context, input);
    const rule = ruleOf(context, input);
    Object.assign(rule, credentialOf(input), roleOf(input), { updatedAt: context.clock.now().getTime() });
    context.store.changed();
    return shown(context, rule);
  },

  DeletePullThroughCacheRule(context, input) {
    ownRegistry(context, input);
    const rule = ruleOf(context, input);
    delete context.registry.pullThroughRules?.[rule.ecrRepositoryPrefix];
    context.store.changed();
    return shown(context, rule);
  },

  ValidatePullThroughCacheRule(context, input) {
    ownRegistry(context, input);
    const rule = ruleOf(context, input);
    // A rule without the login that it needs is refused when it is made.
    return { ...shown(context, rule), isValid: true };
  },
};
