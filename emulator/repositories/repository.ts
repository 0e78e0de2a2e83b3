/**
 * Repositories in a registry: making one from what CreateRepository takes, and emptying one that is deleted.
 *
 * Lives here: repositories, their tags, images and uploads in the state, for the API, for `/v2/` and for effects.
 * May not live here: the shape of an answer (`operations/`), work that follows a push (`effects/`).
 */

import { createHash } from "node:crypto";
import { type Context, ownRegistry } from "../call/context.ts";
import { invalid, listOf, text } from "../call/input.ts";
import type { ExclusionFilter, Registry, Repository, Store } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";
import { removeLayers } from "./images.ts";
import { tagsOf } from "./tags.ts";

const namePattern = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

function checkedName(input: Json): string {
  const name = text(input, "repositoryName");
  if (name.length < 2 || name.length > 256 || !namePattern.test(name)) {
    throw invalid(
      "repositoryName",
      "must satisfy regular expression pattern '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/…)*' and have 2 to 256 characters",
    );
  }
  return name;
}

const mutabilities = ["MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"];

/** Mutability and exclusions of an input, checked together. */
export function mutabilityOf(input: Json): Pick<Repository, "mutability" | "exclusionFilters"> {
  const mutability = String(input["imageTagMutability"] ?? "MUTABLE");
  if (!mutabilities.includes(mutability))
    throw invalid("imageTagMutability", `must be one of [${mutabilities.join(", ")}]`);
  const filters = listOf(input, "imageTagMutabilityExclusionFilters", 1, 5) as ExclusionFilter[] | undefined;
  for (const { filterType, filter } of filters ?? []) {
    if (filterType !== "WILDCARD") throw invalid("imageTagMutabilityExclusionFilters", "filterType must be WILDCARD");
    if (!/^[0-9a-zA-Z._*-]{1,128}$/.test(filter))
      throw invalid("imageTagMutabilityExclusionFilters", "filter has characters that are not allowed");
  }
  if (mutability.endsWith("_WITH_EXCLUSION") !== (filters !== undefined)) {
    throw invalid("imageTagMutabilityExclusionFilters", "go with a mutability that has exclusions, and with no other");
  }
  return {
    mutability,
    ...(filters ? { exclusionFilters: filters.map(({ filterType, filter }) => ({ filterType, filter })) } : {}),
  };
}

/** AWS answers the ARN of the key, whatever was sent; without a key it uses its own. */
function encryptionOf({ account, region }: Registry, input: Json): Repository["encryption"] {
  const { encryptionType = "AES256", kmsKey } = (input["encryptionConfiguration"] ?? {}) as {
    encryptionType?: string;
    kmsKey?: string;
  };
  if (!["AES256", "KMS", "KMS_DSSE"].includes(encryptionType))
    throw invalid("encryptionConfiguration", "encryptionType must be one of [AES256, KMS, KMS_DSSE]");
  if (encryptionType === "AES256") {
    if (kmsKey !== undefined) throw invalid("encryptionConfiguration", "kmsKey goes with KMS only");
    return { encryptionType };
  }
  if (kmsKey?.includes("missing")) throw new AwsError("KmsException", `The KMS key '${kmsKey}' does not exist.`);
  if (kmsKey?.startsWith("arn:") && kmsKey.includes(":key/")) return { encryptionType, kmsKey };
  const id =
    kmsKey !== undefined && /^[0-9a-f]{8}-/.test(kmsKey) ? kmsKey : keyId(kmsKey?.split(":").at(-1) ?? "alias/aws/ecr");
  return { encryptionType, kmsKey: `arn:aws:kms:${region}:${account}:key/${id}` };
}

function keyId(alias: string): string {
  const digits = createHash("sha256").update(alias).digest("hex");
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join("-");
}

/** Makes the repository that the input of CreateRepository describes. Throws AWS's errors. */
export function createRepository(context: Context, input: Json): Repository {
  ownRegistry(context, input);
  const name = checkedName(input);
  const { registry, store, clock, settings } = context;
  const existing = registry.repositories[name];
  if (existing && existing.lingers === undefined) {
    throw new AwsError(
      "RepositoryAlreadyExistsException",
      `The repository with name '${name}' already exists in the registry with id '${registry.account}'`,
    );
  }
  const repository: Repository = {
    name,
    createdAt: clock.now().getTime(),
    visibleAt: Date.now() + settings.visibilityDelay,
    ...mutabilityOf(input),
    scanOnPush: (input["imageScanningConfiguration"] as { scanOnPush?: boolean } | undefined)?.scanOnPush === true,
    encryption: encryptionOf(registry, input),
    tags: tagsOf(input, {}),
    images: [],
    layers: Object.create(null),
  };
  registry.repositories[name] = repository;
  store.changed();
  return repository;
}

/** Takes everything out of a repository that is deleted. */
export function emptyRepository(store: Store, repository: Repository): void {
  repository.images = [];
  removeLayers(store, repository, Object.keys(repository.layers));
}
