/** `ecr:index:getRepositoryPolicyDocument`: the access policy of a repository from grants and statements, without a call. */

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

const access = enumeration(
  "RepositoryAccess",
  "What is allowed.",
  {
    pull: "Pulling images.",
    push: "Pushing images.",
    pullPush: "Pulling and pushing images.",
    readMetadata: "Reading everything but the images' contents: details, tags, findings, policies.",
    delete: "Deleting images.",
    scan: "Starting scans and reading their findings.",
    lambda: "Functions of AWS Lambda made of images, in the `accounts` or by `sourceArns`.",
    codebuild: "Builds of AWS CodeBuild that run in images, in the `accounts` or by `sourceArns`.",
  },
  { closed: true },
);

export const getRepositoryPolicyDocument = defineFunction<Gateway>()({
  name: "getRepositoryPolicyDocument",
  description:
    "Makes the access policy of a repository from grants and typed statements, without a call. Everything that ECR would refuse is said at once, by the place in the arguments. Logging in (`ecr:GetAuthorizationToken`) is always for IAM to allow.",
  args: {
    grants: input(
      list(
        object("RepositoryGrant", "What somebody may do.", {
          required: { access },
          optional: { ...who, sid: string("A name for its statements. Default: made from `access`.") },
        }),
        "What somebody may do, in few words. Each kind of principal gets a statement of its own.",
      ),
    ),
    statements: input(
      list(
        object("RepositoryPolicyStatement", "A statement of the policy.", {
          required: { actions },
          optional: statementMembers,
        }),
        "Statements, for what no grant says.",
      ),
    ),
    id,
  },
  results: documentResults,
  permissions: [],
  check: (args) => policyProblems("repository", args),
  call: async (scope, args) => policyDocument("repository", args, scope),
});
