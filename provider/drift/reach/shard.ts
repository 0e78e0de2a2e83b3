/** Cutting a run into parts that several machines take: by repository, the same way each time and wherever it runs. */

import { createHash } from "node:crypto";
import { repositoryOf } from "../../declared/columns.ts";
import type { Resource } from "../../operations/definition.ts";
import type { ValueMap } from "../../text/value.ts";
import type { Shard } from "../report/report.ts";

/** Whether a repository, or what belongs to none, is of the shard; everything is where there is no shard. */
export function isOfShard(key: string, shard: Shard | undefined): boolean {
  if (!shard) return true;
  return createHash("sha256").update(key).digest().readUInt32BE(0) % shard.of === shard.index - 1;
}

/** The repository that a resource belongs to; settings of the registry go by their type. */
export function shardKey(definition: Resource, inputs: ValueMap): string {
  return repositoryOf(definition, inputs) ?? `type ${definition.name}`;
}
