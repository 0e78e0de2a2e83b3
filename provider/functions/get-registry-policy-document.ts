/** `ecr:index:getRegistryPolicyDocument`: the permissions policy of the registry from grants and statements, without a call. */

import { defineFunction } from "../define/function.ts";
import { enumeration, input, list, object, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import {
  actions,
  documentResults,
  id,
  policyDocument,
  policyProblems,
  statementMembers,
  who,
} from "./policy-document.ts";

const resources = list(
  string("An ARN, with `*` for any characters."),
  "Repositories that it is about, as ARNs. Default: all.",
  { minItems: 1 },
);

export const getRegistryPolicyDocument = defineFunction<Gateway>()({
  name: "getRegistryPolicyDocument",
  description:
    "Makes the permissions policy of the registry from grants and typed statements, without a call: who may replicate images into it, and who may fill its pull through cache. Everything that ECR would refuse is said at once, by the place in the arguments.",
  args: {
    grants: input(
      list(
        object("RegistryGrant", "What somebody may do.", {
          required: {
            access: enumeration(
              "RegistryAccess",
              "What is allowed.",
              {
                replication: "Replicating images into this registry, and creating repositories for them.",
                pullThroughCache: "Filling repositories from upstream registries, and creating them.",
              },
              { closed: true },
            ),
          },
          optional: { ...who, resources, sid: string("A name for its statements. Default: made from `access`.") },
        }),
        "What somebody may do, in few words. Each kind of principal gets a statement of its own.",
      ),
    ),
    statements: input(
      list(
        object("RegistryPolicyStatement", "A statement of the policy.", {
          required: { actions },
          optional: { ...statementMembers, resources },
        }),
        "Statements, for what no grant says.",
      ),
    ),
    id,
  },
  results: documentResults,
  permissions: [],
  check: (args) => policyProblems("registry", args),
  call: async (scope, args) => policyDocument("registry", args, scope),
});
