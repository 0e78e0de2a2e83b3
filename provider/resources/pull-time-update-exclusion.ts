/** `ecr:index:PullTimeUpdateExclusion`: a principal whose pulls do not count as use of an image. */

import { input, string } from "../define/property.ts";
import { defineResource, type Scope } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";

async function* principals({ gateway }: Scope<Gateway>): AsyncGenerator<string> {
  for await (const { pullTimeUpdateExclusions = [] } of gateway.pages((nextToken) =>
    gateway.call("ListPullTimeUpdateExclusions", { maxResults: 100, nextToken }),
  ))
    yield* pullTimeUpdateExclusions;
}

export const pullTimeUpdateExclusion = defineResource<Gateway>()({
  name: "PullTimeUpdateExclusion",
  description:
    "A role or user whose pulls leave no pull time, so that scanners and replicators do not keep unused images from being archived by a lifecycle policy.",
  properties: {
    principalArn: input(
      string("ARN of the role or user, at most 200 characters. Changing it replaces the resource.", {
        maxLength: 200,
        pattern: "^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9_+=,.@-]+(/[A-Za-z0-9_+=,.@-]+)*$",
        patternMessage: "must be the ARN of a role or user, arn:aws:iam::ACCOUNT:role/NAME",
      }),
      { required: true, identity: true, replaces: true },
    ),
  },
  aspects: [
    {
      name: "exclusion",
      sets: ["principalArn"],
      atCreate: true,
      permissions: { observe: ["ecr:ListPullTimeUpdateExclusions"] },
      async observe(scope, { principalArn }) {
        for await (const principal of principals(scope)) if (principal === principalArn) return { principalArn };
        return undefined;
      },
    },
  ],
  endpoints: {
    absent: ["ExclusionNotFoundException"],
    permissions: {
      create: ["ecr:RegisterPullTimeUpdateExclusion"],
      remove: ["ecr:DeregisterPullTimeUpdateExclusion"],
      list: ["ecr:ListPullTimeUpdateExclusions"],
    },
    identify: {
      form: "the ARN of the role or user",
      format: async (_, { principalArn }) => principalArn,
      parse: async (_, principalArn) => ({ principalArn }),
    },
    async create({ gateway }, { principalArn }) {
      await gateway.call("RegisterPullTimeUpdateExclusion", { principalArn });
      return { principalArn };
    },
    async remove({ gateway }, { principalArn }) {
      await gateway.call("DeregisterPullTimeUpdateExclusion", { principalArn });
    },
    async *list(scope) {
      for await (const principal of principals(scope)) yield { id: principal, name: principal };
    },
  },
});
