/** Repositories that ECR makes by itself, with the settings of the creation template whose prefix fits best. */

import { checkLifecyclePolicy } from "../lifecycle-grammar.ts";
import { byLongestPrefix } from "../match.ts";
import type { Context } from "../operation.ts";
import { createRepository } from "../operations/repositories.ts";
import { keptPolicy, storedLifecyclePolicy } from "../rewrite.ts";
import type { Repository, Template } from "../store.ts";
import { checkPolicy } from "../validate.ts";
import { AwsError } from "../wire.ts";

export type Reason = "CREATE_ON_PUSH" | "PULL_THROUGH_CACHE" | "REPLICATION";

/** The template for a repository that is made for this reason. */
export function templateFor({ registry }: Context, name: string, reason: Reason): Template | undefined {
  return byLongestPrefix(registry.templates, name, ({ appliedFor }) => appliedFor.includes(reason));
}

/**
 * Makes the repository, from AWS's defaults where there is no template. Throws AWS's errors, and one of ours for a template
 * that has tags or a key but no role: AWS asks for the role at this point only.
 */
export function createByItself(context: Context, name: string, template: Template | undefined): Repository {
  const { resourceTags, encryptionConfiguration, imageTagMutability, imageTagMutabilityExclusionFilters } =
    template ?? {};
  const { repositoryPolicy, lifecyclePolicy, customRoleArn, prefix } = template ?? {};
  const needsRole =
    (resourceTags ?? []).length > 0 || (encryptionConfiguration?.encryptionType ?? "AES256") !== "AES256";
  if (needsRole && !customRoleArn)
    throw new AwsError(
      "ValidationException",
      `The repository creation template with prefix '${prefix}' has resource tags or a KMS key and needs a customRoleArn`,
    );
  const repository = createRepository(context, {
    repositoryName: name,
    imageTagMutability,
    imageTagMutabilityExclusionFilters,
    encryptionConfiguration,
    tags: resourceTags,
  });
  if (repositoryPolicy) repository.policy = keptPolicy(repositoryPolicy, checkPolicy("repository", repositoryPolicy));
  if (lifecyclePolicy) repository.lifecyclePolicy = storedLifecyclePolicy(checkLifecyclePolicy(lifecyclePolicy));
  return repository;
}
