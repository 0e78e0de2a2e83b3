/** Policies of repositories and of the registry, and lifecycle policies. */

import { type Context, type Operations, repositoryOf } from "../call/context.ts";
import { invalid, text } from "../call/input.ts";
import { checkLifecyclePolicy } from "../documents/lifecycle-grammar.ts";
import { keptPolicy, readPolicy, storedLifecyclePolicy } from "../documents/rewrite.ts";
import { checkPolicy } from "../documents/validate.ts";
import { AwsError, type Json } from "../wire/protocol.ts";

function shownPolicy({ settings, turn }: Context, stored: string): string {
  const { text: original, document } = JSON.parse(stored) as { text: string; document: Json };
  if (!settings.rewrites) return original;
  return readPolicy(document, turn(), new Map(Object.entries(settings.deletedPrincipals)));
}

function acceptPolicy(context: Context, kind: "repository" | "registry", input: Json): string {
  const policyText = text(input, "policyText");
  const document = checkPolicy(kind, policyText);
  for (const principal of context.settings.missingPrincipals) {
    if (policyText.includes(JSON.stringify(principal))) throw invalid("PolicyText", "Principal not found");
  }
  return keptPolicy(policyText, document);
}

/** A policy that denies its own account to set another one needs `force`. */
function locksOut(context: Context, document: Json): boolean {
  const { account } = context.registry;
  const mine = ["*", account, `arn:aws:iam::${account}:root`];
  return [document["Statement"]].flat().some((statement) => {
    const { Effect, Principal, Action } = statement as { Effect?: string; Principal?: unknown; Action?: unknown };
    const names = typeof Principal === "string" ? [Principal] : [(Principal as Json | undefined)?.["AWS"]].flat();
    const actions = [Action].flat().map((action) => String(action).toLowerCase());
    return (
      Effect === "Deny" &&
      names.some((name) => mine.includes(String(name))) &&
      actions.some((action) => ["*", "ecr:*", "ecr:setrepositorypolicy", "ecr:set*"].includes(action)) &&
      (statement as Json)["Condition"] === undefined
    );
  });
}

export const policies: Operations = {
  SetRepositoryPolicy(context, input) {
    const repository = repositoryOf(context, input);
    const stored = acceptPolicy(context, "repository", input);
    if (input["force"] !== true && locksOut(context, JSON.parse(text(input, "policyText")) as Json)) {
      throw invalid("PolicyText", "The new policy would prevent you from setting another one; use force");
    }
    repository.policy = stored;
    context.store.changed();
    return {
      registryId: context.registry.account,
      repositoryName: repository.name,
      policyText: shownPolicy(context, stored),
    };
  },

  GetRepositoryPolicy(context, input) {
    const repository = repositoryOf(context, input);
    if (repository.policy === undefined)
      throw policyNotFound(
        "Repository",
        `repository with name '${repository.name}' in the registry with id '${context.registry.account}'`,
      );
    return {
      registryId: context.registry.account,
      repositoryName: repository.name,
      policyText: shownPolicy(context, repository.policy),
    };
  },

  DeleteRepositoryPolicy(context, input) {
    const repository = repositoryOf(context, input);
    if (repository.policy === undefined)
      throw policyNotFound(
        "Repository",
        `repository with name '${repository.name}' in the registry with id '${context.registry.account}'`,
      );
    const policyText = shownPolicy(context, repository.policy);
    delete repository.policy;
    context.store.changed();
    return { registryId: context.registry.account, repositoryName: repository.name, policyText };
  },

  PutRegistryPolicy(context, input) {
    const stored = acceptPolicy(context, "registry", input);
    context.registry.policy = stored;
    context.store.changed();
    return { registryId: context.registry.account, policyText: shownPolicy(context, stored) };
  },

  GetRegistryPolicy(context) {
    if (context.registry.policy === undefined)
      throw policyNotFound("Registry", `registry with id '${context.registry.account}'`);
    return { registryId: context.registry.account, policyText: shownPolicy(context, context.registry.policy) };
  },

  DeleteRegistryPolicy(context) {
    const { registry } = context;
    if (registry.policy === undefined) throw policyNotFound("Registry", `registry with id '${registry.account}'`);
    const policyText = shownPolicy(context, registry.policy);
    delete registry.policy;
    context.store.changed();
    return { registryId: registry.account, policyText };
  },

  PutLifecyclePolicy(context, input) {
    const repository = repositoryOf(context, input);
    repository.lifecyclePolicy = storedLifecyclePolicy(checkLifecyclePolicy(text(input, "lifecyclePolicyText")));
    delete repository.lastEvaluatedAt;
    context.store.changed();
    return {
      registryId: context.registry.account,
      repositoryName: repository.name,
      lifecyclePolicyText: repository.lifecyclePolicy,
    };
  },

  GetLifecyclePolicy(context, input) {
    const repository = repositoryOf(context, input);
    if (repository.lifecyclePolicy === undefined) throw lifecyclePolicyNotFound(context, repository.name);
    return {
      registryId: context.registry.account,
      repositoryName: repository.name,
      lifecyclePolicyText: repository.lifecyclePolicy,
      lastEvaluatedAt: (repository.lastEvaluatedAt ?? 0) / 1_000,
    };
  },

  DeleteLifecyclePolicy(context, input) {
    const repository = repositoryOf(context, input);
    const { lifecyclePolicy } = repository;
    if (lifecyclePolicy === undefined) throw lifecyclePolicyNotFound(context, repository.name);
    delete repository.lifecyclePolicy;
    context.store.changed();
    return {
      registryId: context.registry.account,
      repositoryName: repository.name,
      lifecyclePolicyText: lifecyclePolicy,
      lastEvaluatedAt: (repository.lastEvaluatedAt ?? 0) / 1_000,
    };
  },
};

function policyNotFound(kind: string, what: string): AwsError {
  return new AwsError(
    `${kind}PolicyNotFoundException`,
    `${kind} policy does not exist ${kind === "Registry" ? "in" : "for"} the ${what}`,
  );
}

export function lifecyclePolicyNotFound({ registry }: Context, name: string): AwsError {
  return new AwsError(
    "LifecyclePolicyNotFoundException",
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${registry.account}'`,
  );
}
