/** `ecr:index:Tags`: chosen tag keys of one repository, for repositories declared elsewhere. */

import { type Guard, input, string } from "../define/property.ts";
import { defineResource } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { repositoryVisibility } from "../gateway/retry.ts";
import { readTags, writeTags } from "../gateway/tags.ts";
import { adopt } from "./registry.ts";
import { type TagMap, tagColumns, tagsSchema } from "./rows.ts";

/** Each key is a value of its own: a key that somebody else set is foreign, the others are nobody's business. */
const keyGuard: Guard<TagMap> = {
  foreign: (live, recorded, desired) =>
    Object.entries(live)
      .filter(([key, value]) =>
        desired === undefined
          ? recorded !== undefined && Object.hasOwn(recorded, key) && recorded[key] !== value
          : Object.hasOwn(desired, key) && desired[key] !== value && recorded?.[key] !== value,
      )
      .map(([key, value]) => `tag ${JSON.stringify(key)} with the value ${JSON.stringify(value)}`),
  stillOurs(live, recorded) {
    const ours = Object.entries(recorded ?? {}).filter(([key, value]) => live[key] === value);
    return ours.length > 0 ? Object.fromEntries(ours) : undefined;
  },
};

export const tags = defineResource<Gateway>()({
  name: "Tags",
  description:
    "Single tag keys of a repository that is declared elsewhere. Other keys are never touched. A key that has another value already is not taken over unless `adopt` is set.",
  shared: true,
  properties: {
    resourceArn: input(
      string("ARN of the repository. Changing it replaces the resource.", {
        maxLength: 2048,
        pattern: "^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/.{2,256}$",
        patternMessage: "must be the ARN of a repository, arn:aws:ecr:REGION:ACCOUNT:repository/NAME",
      }),
      { required: true, identity: true, replaces: true },
    ),
    tags: input(tagsSchema, { ...tagColumns, required: true, guard: keyGuard }),
    adopt,
  },
  aspects: [
    {
      name: "tags",
      sets: ["tags"],
      settles: [repositoryVisibility],
      permissions: { observe: ["ecr:ListTagsForResource"], put: ["ecr:TagResource", "ecr:UntagResource"] },
      observe: async ({ gateway }, { resourceArn }) => ({ tags: await readTags(gateway, resourceArn) }),
      async put({ gateway }, { resourceArn, tags }, before) {
        await writeTags(gateway, resourceArn, before.tags ?? {}, tags);
        return undefined;
      },
    },
  ],
  endpoints: {
    absent: ["RepositoryNotFoundException"],
    permissions: { remove: ["ecr:UntagResource"] },
    identify: {
      form: "the ARN of the repository",
      format: async (_, { resourceArn }) => resourceArn,
      parse: async (_, resourceArn) => ({ resourceArn }),
    },
    undeclared: ({ tags, ...recorded }, declared) => ({
      ...recorded,
      tags: Object.fromEntries(
        Object.entries(tags).filter(([key]) => !declared.some((other) => Object.hasOwn(other.tags ?? {}, key))),
      ),
    }),
    async remove({ gateway }, { resourceArn, tags }) {
      if (Object.keys(tags).length === 0) return;
      await gateway.call("UntagResource", { resourceArn, tagKeys: Object.keys(tags) });
    },
  },
});
