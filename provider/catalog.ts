/** Everything the package offers, one line each. Order is the order of the reference. */

import type { AnyFunction } from "./define/function.ts";
import type { AnyResource } from "./define/resource.ts";
import { getAuthorizationToken } from "./functions/get-authorization-token.ts";
import { getRepository } from "./functions/get-repository.ts";
import type { Gateway } from "./gateway/gateway.ts";
import { lifecyclePolicy } from "./resources/lifecycle-policy.ts";
import { registryPolicy } from "./resources/registry-policy.ts";
import { replicationConfiguration } from "./resources/replication-configuration.ts";
import { repository } from "./resources/repository.ts";
import { repositoryPolicy } from "./resources/repository-policy.ts";
import { scanningConfig } from "./resources/scanning-config.ts";
import { tags } from "./resources/tags.ts";

export interface Catalog {
  readonly resources: readonly AnyResource<Gateway>[];
  readonly functions: readonly AnyFunction<Gateway>[];
}

export const catalog: Catalog = {
  resources: [
    repository,
    lifecyclePolicy,
    repositoryPolicy,
    registryPolicy,
    replicationConfiguration,
    scanningConfig,
    tags,
  ],
  functions: [getRepository, getAuthorizationToken],
};
