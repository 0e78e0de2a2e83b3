/** `ecr:index:RepositoryCreationTemplate`: the settings of repositories that ECR makes by itself. Long because it has the rows of a repository and of both its policies. */

import { enumeration, input, type Live, list, object, output, type Shape, string } from "../define/property.ts";
import { defineResource, type Objection } from "../define/resource.ts";
import type { OutputOf } from "../gateway/client.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { toTagList, toTagMap } from "../gateway/tags.ts";
import { lifecyclePolicyText } from "../lifecycle/policy.ts";
import { policyDocumentText } from "../policy/language/document.ts";
import { sameRules } from "../text/compare.ts";
import type { Finding } from "../text/finding.ts";
import { isUnknown, sameValue } from "../text/value.ts";
import {
  encryptionEquivalent,
  encryptionFulfills,
  encryptionOf,
  encryptionProblems,
  encryptionType,
} from "./encryption.ts";
import { mutabilityOf, mutabilityProblems, mutabilityRows } from "./mutability.ts";
import { lifecycleRow, policyRow } from "./policy-row.ts";
import { prefixSchema, withoutSlash } from "./prefix.ts";
import { isAwsTag, registryId, type TagMap, tagsSchema } from "./rows.ts";

const appliedFor = list(
  enumeration("RepositoryCreationScenario", "When ECR makes a repository.", {
    REPLICATION: "An image is replicated into the registry.",
    PULL_THROUGH_CACHE: "An image is pulled through a cache rule.",
    CREATE_ON_PUSH: "An image is pushed to a repository that is not there.",
  }),
  "For which of ECR's reasons to make a repository the template is, at least one. Their order means nothing.",
  { minItems: 1 },
);

const encryption = object(
  "EncryptionConfigurationForRepositoryCreationTemplate",
  "How the images of the new repositories are encrypted at rest.",
  {
    required: { encryptionType },
    optional: {
      kmsKey: string("ARN of the KMS key, in the same region; left out, whichever key the template has.", {
        maxLength: 2048,
        pattern: "^arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+$",
        patternMessage: "must be the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; a template takes no alias",
      }),
    },
  },
);

function tagProblems(tags: TagMap): Finding[] {
  return Object.keys(tags)
    .filter(isAwsTag)
    .map((key) => ({
      ruleId: "tag-key",
      level: "error",
      message: "tag keys that start with aws: are reserved for AWS",
      path: [key],
    }));
}

const properties = {
  prefix: input(
    prefixSchema(
      "Prefix of the repositories, 1 to 256 characters, or `ROOT` for all that no other template fits. A slash at its end is implied. Changing it replaces the template.",
      1,
      256,
    ),
    { required: true, identity: true, replaces: true, complete: withoutSlash },
  ),
  appliedFor: input(appliedFor, { required: true, equal: (left, right) => sameRules(left, right) }),
  description: input(string("What the template is for, at most 256 characters.", { maxLength: 256 }), {
    default: "",
    concerns: "text",
  }),
  ...mutabilityRows,
  encryptionConfiguration: input(encryption, {
    default: { encryptionType: "AES256" },
    computed: true,
    equal: encryptionEquivalent,
    fulfills: encryptionFulfills,
  }),
  resourceTags: input(
    { ...tagsSchema, description: "Tags of the new repositories by key, at most 50. They need `customRoleArn`." },
    { default: {}, equal: (left, right) => sameValue(left ?? {}, right ?? {}), validate: tagProblems },
  ),
  repositoryPolicy: policyRow(
    "repository",
    "Access policy of the new repositories, as JSON text or as an object; up to 10,240 characters.",
    { default: "" },
  ),
  lifecyclePolicy: lifecycleRow(
    "Lifecycle policy of the new repositories, as JSON text or as an object; up to 50 rules and 30,720 characters.",
    { default: "" },
  ),
  customRoleArn: input(
    string(
      "ARN of the role that ECR makes the repositories with, at most 2,048 characters; needed for tags and for KMS keys.",
      { maxLength: 2048 },
    ),
    { default: "" },
  ),
  registryId,
  createdAt: output(string("When the template was created, as ISO 8601 text in UTC."), { creationTime: true }),
  updatedAt: output(string("When the template was last changed, as ISO 8601 text in UTC."), { volatile: true }),
};
type Properties = typeof properties;

function check(inputs: Live<Properties>): Objection[] {
  const { customRoleArn, resourceTags = {}, encryptionConfiguration } = inputs;
  const needsRole =
    (!isUnknown(resourceTags) && Object.keys(resourceTags).length > 0) ||
    ["KMS", "KMS_DSSE"].includes(String(encryptionConfiguration?.encryptionType ?? ""));
  return [
    ...mutabilityProblems(inputs),
    ...encryptionProblems(inputs),
    ...(needsRole && customRoleArn === undefined
      ? [
          {
            path: ["customRoleArn"],
            message: "is not set, and ECR makes no repository with tags or a KMS key without it",
            level: "warning" as const,
          },
        ]
      : []),
  ];
}

type LiveTemplate = NonNullable<OutputOf<"DescribeRepositoryCreationTemplates">["repositoryCreationTemplates"]>[number];

/** AWS's answer in the words of the rows; an empty member is none. */
export function fromAws(live: LiveTemplate, registryId: string | undefined) {
  return {
    prefix: live.prefix === undefined ? undefined : withoutSlash(live.prefix),
    appliedFor: live.appliedFor,
    description: live.description || undefined,
    ...mutabilityOf(live),
    encryptionConfiguration: encryptionOf(live.encryptionConfiguration),
    resourceTags: toTagMap(live.resourceTags),
    repositoryPolicy: live.repositoryPolicy || undefined,
    lifecyclePolicy: live.lifecyclePolicy || undefined,
    customRoleArn: live.customRoleArn || undefined,
    registryId,
    createdAt: live.createdAt?.toISOString(),
    updatedAt: live.updatedAt?.toISOString(),
  };
}

/** What a put sends: what is undefined stays as it is, and an empty text takes away what was there. */
function toAws(template: Shape<Properties>) {
  const { prefix, appliedFor, description, encryptionConfiguration, resourceTags, customRoleArn } = template;
  const { imageTagMutability, imageTagMutabilityExclusionFilters, repositoryPolicy, lifecyclePolicy } = template;
  return {
    prefix,
    appliedFor,
    description,
    imageTagMutability,
    imageTagMutabilityExclusionFilters,
    encryptionConfiguration,
    resourceTags: resourceTags && toTagList(resourceTags),
    repositoryPolicy: repositoryPolicy && policyDocumentText(repositoryPolicy),
    lifecyclePolicy: lifecyclePolicy && lifecyclePolicyText(lifecyclePolicy),
    customRoleArn,
  };
}

export const repositoryCreationTemplate = defineResource<Gateway>()({
  name: "RepositoryCreationTemplate",
  description:
    "The settings of repositories that ECR makes by itself, for replication, for a pull through cache rule or at a push; repositories that are there already keep theirs. Only its prefix replaces it. Its policies are checked and compared as those of `RepositoryPolicy` and `LifecyclePolicy` are.",
  properties,
  aspects: [
    {
      name: "repository creation template",
      sets: [
        "appliedFor",
        "description",
        "imageTagMutability",
        "imageTagMutabilityExclusionFilters",
        "encryptionConfiguration",
        "resourceTags",
        "repositoryPolicy",
        "lifecyclePolicy",
        "customRoleArn",
      ],
      shows: ["registryId", "createdAt", "updatedAt"],
      atCreate: true,
      permissions: {
        observe: ["ecr:DescribeRepositoryCreationTemplates"],
        put: [
          "ecr:CreateRepository",
          "ecr:PutLifecyclePolicy",
          "ecr:SetRepositoryPolicy",
          "ecr:UpdateRepositoryCreationTemplate",
          "iam:PassRole",
        ],
      },
      async observe({ gateway }, { prefix }) {
        const { repositoryCreationTemplates = [], registryId } = await gateway.call(
          "DescribeRepositoryCreationTemplates",
          { prefixes: [prefix] },
        );
        const live = repositoryCreationTemplates.find((template) => withoutSlash(template.prefix) === prefix);
        return live && fromAws(live, registryId);
      },
      async put({ gateway }, desired) {
        const answer = await gateway.call("UpdateRepositoryCreationTemplate", toAws(desired));
        return { updatedAt: answer.repositoryCreationTemplate?.updatedAt?.toISOString() };
      },
    },
  ],
  endpoints: {
    absent: ["TemplateNotFoundException"],
    permissions: {
      create: [
        "ecr:CreateRepository",
        "ecr:CreateRepositoryCreationTemplate",
        "ecr:PutLifecyclePolicy",
        "ecr:SetRepositoryPolicy",
        "iam:CreateServiceLinkedRole",
        "iam:PassRole",
      ],
      remove: ["ecr:DeleteRepositoryCreationTemplate"],
      list: ["ecr:DescribeRepositoryCreationTemplates"],
    },
    check,
    identify: {
      form: "the prefix of the repositories",
      format: async (_, { prefix }) => prefix,
      parse: async (_, prefix) => ({ prefix: withoutSlash(prefix) }),
    },
    async create({ gateway }, inputs) {
      const answer = await gateway.call("CreateRepositoryCreationTemplate", toAws(inputs));
      return fromAws(answer.repositoryCreationTemplate ?? {}, answer.registryId);
    },
    async remove({ gateway }, { prefix }) {
      await gateway.call("DeleteRepositoryCreationTemplate", { prefix });
    },
    async *list({ gateway }) {
      for await (const { repositoryCreationTemplates = [] } of gateway.pages((nextToken) =>
        gateway.call("DescribeRepositoryCreationTemplates", { maxResults: 1_000, nextToken }),
      )) {
        for (const { prefix: id = "" } of repositoryCreationTemplates) yield { id, name: `${id}-template` };
      }
    },
  },
});
