/** The resource tags that an input gives, as AWS limits them. */

import { listOf } from "../call/input.ts";
import { AwsError, type Json } from "../wire/protocol.ts";

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
