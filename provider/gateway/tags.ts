/** Resource tags: AWS's list of `{Key, Value}` ↔ a map, and writing only what differs. */

import type { Tag } from "@aws-sdk/client-ecr";
import type { Gateway } from "./gateway.ts";

type TagMap = Readonly<Record<string, string>>;

export function toTagList(tags: TagMap): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function toTagMap(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}

export async function readTags(gateway: Gateway, resourceArn: string): Promise<Record<string, string>> {
  return toTagMap((await gateway.call("ListTagsForResource", { resourceArn })).tags);
}

/**
 * Removes the keys that only `before` has, then adds and changes what `desired` has: a repository with all its 50 keys has room only
 * in this order. Other keys stay.
 */
export async function writeTags(gateway: Gateway, resourceArn: string, before: TagMap, desired: TagMap): Promise<void> {
  const changed = Object.entries(desired).filter(
    ([key, value]) => !Object.hasOwn(before, key) || before[key] !== value,
  );
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(desired, key));
  if (removed.length > 0) await gateway.call("UntagResource", { resourceArn, tagKeys: removed });
  if (changed.length > 0)
    await gateway.call("TagResource", { resourceArn, tags: toTagList(Object.fromEntries(changed)) });
}
