/** `ecr:index:previewLifecyclePolicy`: what ECR itself says that a lifecycle policy would do now. */

import { defineFunction } from "../define/function.ts";
import { integer, list, object, output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { lifecyclePolicyText } from "../lifecycle/policy.ts";
import { lifecyclePolicy } from "../resources/lifecycle-policy.ts";
import { limit, registryId, repositoryName, tagStatus } from "./images.ts";
import { previewed } from "./lifecycle-preview.ts";

const { schema, validate } = lifecyclePolicy.properties.lifecyclePolicyText;

const transitioning = list(
  object("TransitioningImageTotalCount", "How many images move to a storage class.", {
    optional: {
      targetStorageClass: string("The storage class."),
      imageTotalCount: integer("A number."),
    },
  }),
  "How many images would move, by storage class.",
);

export const previewLifecyclePolicy = defineFunction<Gateway>()({
  name: "previewLifecyclePolicy",
  description:
    "Has ECR preview a lifecycle policy on the images that are there now: the given one, or the one of the repository. Nothing is deleted. It takes as long as ECR takes, and ECR makes one preview of a repository at a time.",
  args: {
    repositoryName,
    lifecyclePolicyText: {
      schema: {
        ...schema,
        description: "The lifecycle policy, as JSON text or as an object. Default: the repository's.",
      },
      role: "input",
      validate,
    },
    tagStatus,
    limit,
    registryId,
  },
  results: {
    lifecyclePolicyText: output(string("The policy that was previewed, as JSON text."), { required: true }),
    previewResults: output(
      list(
        object("LifecyclePolicyPreviewResult", "What would happen to an image.", {
          optional: {
            imageDigest: string("Digest of the image."),
            imageTags: list(string("A tag."), "Tags of the image."),
            imagePushedAt: string("When it was pushed, as ISO 8601 text in UTC."),
            action: object("LifecyclePolicyPreviewAction", "What would be done.", {
              optional: {
                type: string("`EXPIRE` or `TRANSITION`."),
                targetStorageClass: string("Where it would move to."),
              },
            }),
            appliedRulePriority: integer("Priority of the rule that decides."),
            storageClass: string("Where it is now."),
          },
        }),
        "Images that would expire or move; others do not appear.",
      ),
      { required: true },
    ),
    expiringImageTotalCount: output(integer("How many images would expire."), { required: true }),
    transitioningImageTotalCounts: output(transitioning, { required: true }),
  },
  permissions: ["ecr:StartLifecyclePolicyPreview", "ecr:GetLifecyclePolicyPreview"],
  async call({ gateway }, { lifecyclePolicyText: document, tagStatus, limit, ...repository }) {
    const text = document === undefined ? undefined : lifecyclePolicyText(document);
    const { summary, ...found } = await previewed(gateway, repository, { text, tagStatus, limit });
    return {
      ...found,
      expiringImageTotalCount: summary?.expiringImageTotalCount ?? 0,
      transitioningImageTotalCounts: summary?.transitioningImageTotalCounts,
    };
  },
});
