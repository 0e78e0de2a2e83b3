/** `ecr:index:previewLifecyclePolicy`: what ECR itself says that a lifecycle policy would do now. */

import { defineFunction } from "../define/function.ts";
import { integer, list, object, output, string } from "../define/property.ts";
import type { Settle } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { lifecycleEquivalent, lifecyclePolicyText } from "../lifecycle/policy.ts";
import { lifecyclePolicy } from "../resources/lifecycle-policy.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { collect, limit, pageSize, registryId, repositoryName, tagStatus } from "./images.ts";

const { schema, validate } = lifecyclePolicy.properties.lifecyclePolicyText;

/** AWS's own waiter gives up after 100 s. */
const patience = 300;

const otherPreview: Settle = {
  waitingFor: "another preview of this repository's lifecycle policy to end",
  seconds: patience,
  matches: (error) => hasFault(error, ["LifecyclePolicyPreviewInProgressException"]),
};

const endings: Readonly<Record<string, string>> = {
  FAILED: "ECR could not make it; run again",
  EXPIRED: "its results have expired already; run again",
};

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
    const started = await gateway.settled([otherPreview], {}, () =>
      gateway.call("StartLifecyclePolicyPreview", { ...repository, lifecyclePolicyText: text }),
    );
    await ended(gateway, repository);
    const filter = tagStatus ? { tagStatus } : undefined;
    let summary: Awaited<ReturnType<typeof look>>["summary"];
    let seen = text ?? started.lifecyclePolicyText;
    const previewResults = await collect(
      gateway.pages((nextToken) =>
        gateway.call("GetLifecyclePolicyPreview", {
          ...repository,
          filter,
          maxResults: pageSize(100, limit),
          nextToken,
        }),
      ),
      (page) => {
        summary = page.summary ?? summary;
        seen = page.lifecyclePolicyText ?? seen;
        return page.previewResults;
      },
      limit,
    );
    if (text !== undefined && seen !== undefined && !lifecycleEquivalent(text, seen)) {
      throw new ProviderError(
        "Conflict",
        `somebody else started another preview of repository "${repository.repositoryName}" meanwhile; run again`,
      );
    }
    return {
      lifecyclePolicyText: seen,
      previewResults,
      expiringImageTotalCount: summary?.expiringImageTotalCount ?? 0,
      transitioningImageTotalCounts: summary?.transitioningImageTotalCounts,
    };
  },
});

interface Place {
  readonly repositoryName: string;
  readonly registryId?: string | undefined;
}

function look(gateway: Gateway, repository: Place) {
  return gateway.call("GetLifecyclePolicyPreview", { ...repository, maxResults: 1 });
}

async function ended(gateway: Gateway, repository: Place): Promise<void> {
  let status = "not there yet";
  await gateway.until(
    () => `the end of the preview (${status})`,
    patience,
    async () => {
      status = (await look(gateway, repository)).status ?? status;
      const ending = Object.hasOwn(endings, status) ? endings[status] : undefined;
      if (ending) {
        throw new ProviderError(
          "Unavailable",
          `the preview of repository "${repository.repositoryName}" ended as ${status}: ${ending}`,
        );
      }
      return status === "COMPLETE";
    },
    "run again",
  );
}
