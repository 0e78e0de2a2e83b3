/** Repositories that ECR makes by itself, with the settings of the creation template whose prefix fits best. */

import type { Context } from "../call/context.ts";
import { checkLifecyclePolicy } from "../documents/lifecycle-grammar.ts";
import { byLongestPrefix } from "../documents/match.ts";
import { keptPolicy, storedLifecyclePolicy } from "../documents/rewrite.ts";
import { checkPolicy } from "../documents/validate.ts";
import { createRepository } from "../repositories/repository.ts";
import type { Repository, Template } from "../state/store.ts";
import { AwsError } from "../wire/protocol.ts";

export type Reason = "CREATE_ON_PUSH" | "PULL_THROUGH_CACHE" | "REPLICATION";

/** The repository of that name, visible to callers or not; a deleted one that lingers is none. */
export function presentRepository({ registry }: Context, name: string): Repository | undefined {
  const repository = registry.repositories[name];
  return repository?.lingers === undefined ? repository : undefined;
}

/** The template for a repository that is made for this reason. */
export function templateFor({ registry }: Context, name: string, reason: Reason): Template | undefined {
  return byLongestPrefix(registry.templates, name, ({ appliedFor }) => appliedFor.includes(reason));
}

/**
 * Makes the repository, visible at once, from AWS's defaults where there is no template. Throws AWS's errors, and one of ours
 * for a template that has tags or a key but no role: AWS asks for the role at this point only.
 */
export function createByItself(context: Context, name: string, template?: Template): Repository {
  const { resourceTags = [], encryptionConfiguration, repositoryPolicy, lifecyclePolicy } = template ?? {};
  const needsRole = resourceTags.length > 0 || (encryptionConfiguration?.encryptionType ?? "AES256") !== "AES256";
  if (needsRole && !template?.customRoleArn)
    throw new AwsError(
      "ValidationException",
      `The repository creation template with prefix '${template?.prefix}' has resource tags or a KMS key and needs a customRoleArn`,
    );
  const repository = createRepository(context, {
    repositoryName: name,
    imageTagMutability: template?.imageTagMutability,
    imageTagMutabilityExclusionFilters: template?.imageTagMutabilityExclusionFilters,
    encryptionConfiguration,
    tags: resourceTags,
  });
  repository.visibleAt = Date.now();
  if (repositoryPolicy) repository.policy = keptPolicy(repositoryPolicy, checkPolicy("repository", repositoryPolicy));
  if (lifecyclePolicy) repository.lifecyclePolicy = storedLifecyclePolicy(checkLifecyclePolicy(lifecyclePolicy));
  return repository;
}
