/** Resource tags of repositories. */

import { AwsError, type Json } from "../http/wire.ts";
import { type Context, invalid, listOf, type Operations, repositoryOf, text } from "../operation.ts";
import type { Repository } from "../state/store.ts";

const most = 50;

/** The tags of an input merged over `before`, after AWS's limits have been checked. */
export function tagsOf(input: Json, before: Readonly<Record<string, string>>): Record<string, string> {
  const tags: Record<string, string> = { ...before };
  const seen = new Set<string>();
  for (const tag of (listOf(input, "tags", 0, 200) ?? []) as { Key?: unknown; Value?: unknown }[]) {
    const { Key: key, Value: value } = tag;
    if (typeof key !== "string" || typeof value !== "string")
      throw new AwsError("InvalidTagParameterException", "Each tag needs a Key and a Value");
    if (key.length < 1 || key.length > 128 || value.length > 256)
      throw new AwsError("InvalidTagParameterException", "A tag key has 1 to 128 characters and a value at most 256");
    if (/^aws:/i.test(key))
      throw new AwsError("InvalidTagParameterException", "Tag keys beginning with aws: are reserved for system use");
    if (seen.has(key)) throw new AwsError("InvalidTagParameterException", `The tag key '${key}' is given twice`);
    seen.add(key);
    tags[key] = value;
  }
  if (Object.keys(tags).length > most)
    throw new AwsError("TooManyTagsException", `A repository can have at most ${most} tags`);
  return tags;
}

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
