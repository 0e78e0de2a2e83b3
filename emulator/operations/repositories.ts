/** Repositories and their settings. */

import {
  arnOf,
  type Context,
  type Operations,
  ownRegistry,
  repositoryNotFound,
  repositoryOf,
} from "../call/context.ts";
import { invalid, listOf, page } from "../call/input.ts";
import { createRepository, emptyRepository, mutabilityOf } from "../repositories/repository.ts";
import type { Registry, Repository } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";

/** The repository as AWS shows it; what is not set is left out. */
function shown(registry: Registry, repository: Repository): Json {
  return {
    repositoryArn: arnOf(registry, repository.name),
    registryId: registry.account,
    repositoryName: repository.name,
    repositoryUri: `${registry.account}.dkr.ecr.${registry.region}.amazonaws.com/${repository.name}`,
    createdAt: repository.createdAt / 1_000,
    imageTagMutability: repository.mutability,
    imageTagMutabilityExclusionFilters: repository.exclusionFilters,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  };
}

/** What describing calls find: everything visible, and what was deleted but lingers. */
function described({ registry, store }: Context, name: string): Repository | undefined {
  const repository = registry.repositories[name];
  if (!repository || repository.visibleAt > Date.now()) return undefined;
  if (repository.lingers !== undefined && --repository.lingers < 0) {
    delete registry.repositories[name];
    store.changed();
    return undefined;
  }
  return repository;
}

export const repositories: Operations = {
  CreateRepository(context, input) {
    return { repository: shown(context.registry, createRepository(context, input)) };
  },

  DescribeRepositories(context, input) {
    ownRegistry(context, input);
    const { registry } = context;
    const names = listOf(input, "repositoryNames", 1, 100) as string[] | undefined;
    if (names) {
      if (input["maxResults"] !== undefined || input["nextToken"] !== undefined)
        throw invalid("repositoryNames", "cannot be used together with maxResults or nextToken");
      const found = names.map((name) => {
        const repository = described(context, String(name));
        if (!repository) throw repositoryNotFound(context, String(name));
        return shown(registry, repository);
      });
      return { repositories: found };
    }
    const visible = Object.keys(registry.repositories).flatMap((name) => described(context, name) ?? []);
    const { items, nextToken } = page(input, visible);
    return { repositories: items.map((repository) => shown(registry, repository)), nextToken };
  },

  DeleteRepository(context, input) {
    const repository = repositoryOf(context, input);
    const { registry, store, settings } = context;
    if (repository.images.length > 0 && input["force"] !== true) {
      throw new AwsError(
        "RepositoryNotEmptyException",
        `The repository with name '${repository.name}' in registry with id '${registry.account}' cannot be deleted because it still contains images`,
      );
    }
    emptyRepository(store, repository);
    if (settings.deleteLag > 0) repository.lingers = settings.deleteLag;
    else delete registry.repositories[repository.name];
    store.changed();
    return { repository: shown(registry, repository) };
  },

  PutImageTagMutability(context, input) {
    const repository = repositoryOf(context, input);
    const { mutability, exclusionFilters } = mutabilityOf(input);
    repository.mutability = mutability;
    if (exclusionFilters) repository.exclusionFilters = exclusionFilters;
    else delete repository.exclusionFilters;
    context.store.changed();
    return {
      registryId: context.registry.account,
      repositoryName: repository.name,
      imageTagMutability: mutability,
      imageTagMutabilityExclusionFilters: exclusionFilters,
    };
  },

  PutImageScanningConfiguration(context, input) {
    const repository = repositoryOf(context, input);
    const scanning = input["imageScanningConfiguration"] as { scanOnPush?: boolean } | undefined;
    if (!scanning) throw invalid("imageScanningConfiguration", "is required");
    repository.scanOnPush = scanning.scanOnPush === true;
    context.store.changed();
    return {
      registryId: context.registry.account,
      repositoryName: repository.name,
      imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    };
  },
};
