/** Resource tags of repositories. */

import { type Context, type Operations, repositoryOf } from "../call/context.ts";
import { invalid, listOf, text } from "../call/input.ts";
import { tagsOf } from "../repositories/tags.ts";
import type { Repository } from "../state/store.ts";
import type { Json } from "../wire/protocol.ts";

function repositoryOfArn(context: Context, input: Json): Repository {
  const [arn, partition, service, region, account, ...resource] = text(input, "resourceArn").split(":");
  const [kind, ...name] = resource.join(":").split("/");
  if (arn !== "arn" || !partition?.startsWith("aws") || service !== "ecr" || kind !== "repository")
    throw invalid("resourceArn", "Invalid ARN");
  if (region !== context.registry.region || account !== context.registry.account)
    throw invalid("resourceArn", "the ARN is of another registry");
  return repositoryOf(context, { repositoryName: name.join("/") });
}

export const tags: Operations = {
  TagResource(context, input) {
    const repository = repositoryOfArn(context, input);
    repository.tags = tagsOf(input, repository.tags);
    context.store.changed();
    return {};
  },

  UntagResource(context, input) {
    const repository = repositoryOfArn(context, input);
    for (const key of listOf(input, "tagKeys", 0, 200) ?? []) delete repository.tags[String(key)];
    context.store.changed();
    return {};
  },

  ListTagsForResource(context, input) {
    const repository = repositoryOfArn(context, input);
    return { tags: Object.entries(repository.tags).map(([Key, Value]) => ({ Key, Value })) };
  },
};
