/** `ecr:index:Repository`: a repository with its mutability, encryption, scan on push and tags. */

import { boolean, control, input, object, output, string } from "../define/property.ts";
import { defineResource, type Objection, type Scope } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { readTags, toTagList, writeTags } from "../gateway/tags.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import {
  type Encryption,
  encryptionEquivalent,
  encryptionFulfills,
  encryptionOf,
  encryptionProblems,
  encryptionSchema,
} from "./encryption.ts";
import { mutabilityOf, mutabilityProblems, mutabilityRows } from "./mutability.ts";
import { repositoryNames } from "./per-repository.ts";
import { repositoryIdentity } from "./repository-identity.ts";
import { registryId, repositoryName, tagColumns, tagsSchema } from "./rows.ts";

export const scanningSchema = object("ImageScanningConfiguration", "Basic scanning of the repository.", {
  optional: { scanOnPush: boolean("Scan every image when it is pushed. Default: `false`.") },
});

/** The environment of this very run may name repositories that it deletes with their images. */
function forcedByEnvironment(name: string): boolean {
  return (process.env["PULUMI_ECR_FORCE_DELETE"] ?? "").split(",").some((entry) => entry.trim() === name);
}

/** How many images a repository holds. */
async function countImages(gateway: Gateway, repositoryName: string): Promise<number> {
  const digests = new Set<string>();
  const pages = gateway.pages((nextToken) =>
    gateway.call("ListImages", { repositoryName, maxResults: 1_000, nextToken, filter: { imageStatus: "ANY" } }),
  );
  for await (const { imageIds = [] } of pages) for (const { imageDigest } of imageIds) digests.add(imageDigest ?? "");
  return digests.size;
}

const inWords = (count: number) => (count === 1 ? "1 image" : `${count} images`);

/** Why a repository with images must not be replaced; with force, a warning says how many images the replacement deletes. */
async function unremovable({ gateway, warn }: Scope<Gateway>, name: string, force: boolean) {
  const count = await countImages(gateway, name);
  if (count === 0) return undefined;
  if (!force)
    return `repository "${name}" holds ${inWords(count)}, and this change would replace it, which deletes its images. Nothing was changed. Undo the change, or choose one of these: (1) To delete the ${inWords(count)} with it, set forceDelete and run \`pulumi up\` before this change, or name it for this run alone: PULUMI_ECR_FORCE_DELETE=${name}. (2) To keep it outside of the stack, set the resource option \`retainOnDelete\`, run \`pulumi up\`, and declare the changed repository with another logical name and another repositoryName. (3) To move the images, declare the changed repository beside this one, with another logical name and another repositoryName, and copy them with \`ecr.Image\``;
  warn(`replacing repository "${name}" deletes its ${inWords(count)}, because of forceDelete`);
  return undefined;
}

async function remove({ gateway }: Scope<Gateway>, name: string, force: boolean): Promise<void> {
  try {
    await gateway.call("DeleteRepository", { repositoryName: name, force });
  } catch (error) {
    if (!hasFault(error, ["RepositoryNotEmptyException"])) throw error;
    const count = await countImages(gateway, name).catch(() => undefined);
    throw new ProviderError(
      "Conflict",
      `it still holds ${count === undefined ? "images" : inWords(count)}; set forceDelete and run \`pulumi up\` first, or name it for this run alone: PULUMI_ECR_FORCE_DELETE=${name}`,
      { cause: error },
    );
  }
  await gateway.until(`the deletion of repository "${name}" to become visible`, 1_200, async () => {
    gateway.forget(name);
    return (await gateway.repository(name)) === undefined;
  });
}

function check(inputs: {
  imageTagMutability?: string | undefined;
  imageTagMutabilityExclusionFilters?: unknown;
  encryptionConfiguration?: Encryption | undefined;
}): Objection[] {
  return [...mutabilityProblems(inputs), ...encryptionProblems(inputs)];
}

export const repository = defineResource<Gateway>()({
  name: "Repository",
  description:
    "A private repository in Amazon ECR. Only its name and its encryption can replace it; a repository that holds images is not deleted unless `forceDelete` says so.",
  properties: {
    repositoryName: {
      ...repositoryName,
      required: false,
      computed: true,
      autoname: { maxLength: 256, fit: fitRepositoryName },
    },
    ...mutabilityRows,
    imageScanningConfiguration: input(scanningSchema, {
      default: { scanOnPush: false },
      computed: true,
      equal: (left, right) => (left?.scanOnPush ?? false) === (right?.scanOnPush ?? false),
    }),
    encryptionConfiguration: input(encryptionSchema, {
      default: { encryptionType: "AES256" },
      computed: true,
      replaces: true,
      equal: encryptionEquivalent,
      fulfills: encryptionFulfills,
    }),
    tags: input(tagsSchema, { default: {}, ...tagColumns }),
    forceDelete: control(
      boolean(
        "Delete the repository even when it holds images. Must be deployed before the deletion. Default: `false`.",
      ),
      {
        default: false,
      },
    ),
    arn: output(string("ARN of the repository.")),
    registryId,
    repositoryUri: output(string("URI to push to and pull from, without a tag.")),
    kmsKeyArn: output(string("ARN of the KMS key that encrypts the images; absent with `AES256`."), {
      volatile: ["encryptionConfiguration"],
    }),
    createdAt: output(string("When the repository was created, as ISO 8601 text in UTC."), { creationTime: true }),
  },
  aspects: [
    {
      name: "repository",
      sets: ["repositoryName", "encryptionConfiguration"],
      shows: ["arn", "registryId", "repositoryUri", "kmsKeyArn", "createdAt"],
      atCreate: true,
      permissions: { observe: ["ecr:DescribeRepositories"] },
      observe: async ({ gateway }, { repositoryName }) => fromAws(await gateway.repository(repositoryName ?? "")),
    },
    {
      name: "tag mutability",
      sets: ["imageTagMutability", "imageTagMutabilityExclusionFilters"],
      atCreate: true,
      permissions: { observe: [], put: ["ecr:PutImageTagMutability"] },
      observe: async () => ({}),
      async put(
        { gateway },
        { repositoryName = "", imageTagMutability = "MUTABLE", imageTagMutabilityExclusionFilters },
      ) {
        gateway.forget(repositoryName);
        await gateway.call("PutImageTagMutability", {
          repositoryName,
          imageTagMutability,
          imageTagMutabilityExclusionFilters,
        });
        return undefined;
      },
    },
    {
      name: "scan on push",
      sets: ["imageScanningConfiguration"],
      atCreate: true,
      permissions: { observe: [], put: ["ecr:PutImageScanningConfiguration"] },
      observe: async () => ({}),
      async put({ gateway }, { repositoryName = "", imageScanningConfiguration }) {
        gateway.forget(repositoryName);
        await gateway.call("PutImageScanningConfiguration", {
          repositoryName,
          imageScanningConfiguration: { scanOnPush: imageScanningConfiguration?.scanOnPush ?? false },
        });
        return undefined;
      },
    },
    {
      name: "tags",
      sets: ["tags"],
      atCreate: true,
      permissions: { observe: ["ecr:ListTagsForResource"], put: ["ecr:TagResource", "ecr:UntagResource"] },
      observe: async ({ gateway }, { arn = "" }) => ({ tags: await readTags(gateway, arn) }),
      async put({ gateway }, { arn = "", tags = {} }, before) {
        await writeTags(gateway, arn, before.tags ?? {}, tags);
        return undefined;
      },
    },
  ],
  endpoints: {
    absent: ["RepositoryNotFoundException"],
    permissions: {
      create: ["ecr:CreateRepository", "ecr:TagResource"],
      remove: ["ecr:DeleteRepository", "ecr:ListImages"],
      list: ["ecr:DescribeRepositories"],
    },
    check,
    identify: repositoryIdentity,
    async create({ gateway }, { tags, repositoryName = "", ...inputs }) {
      gateway.forget(repositoryName);
      const answer = await gateway.call("CreateRepository", {
        repositoryName,
        imageTagMutability: inputs.imageTagMutability,
        imageTagMutabilityExclusionFilters: inputs.imageTagMutabilityExclusionFilters,
        imageScanningConfiguration: inputs.imageScanningConfiguration,
        encryptionConfiguration: inputs.encryptionConfiguration,
        ...(tags && Object.keys(tags).length > 0 ? { tags: toTagList(tags) } : {}),
      });
      return { ...fromAws(answer.repository), ...(tags ? { tags } : {}) };
    },
    remove: (scope, { repositoryName = "", forceDelete }) =>
      remove(scope, repositoryName, forceDelete === true || forcedByEnvironment(repositoryName)),
    unremovable: (scope, { repositoryName = "", forceDelete }) =>
      unremovable(scope, repositoryName, forceDelete === true || forcedByEnvironment(repositoryName)),
    async *list(scope) {
      for await (const name of repositoryNames(scope)) yield { id: name, name };
    },
  },
});

type Live = NonNullable<Awaited<ReturnType<Gateway["repository"]>>>;

/** AWS's answer in the words of the rows. */
export function fromAws(live: Live | undefined) {
  if (!live) return undefined;
  const { repositoryArn, createdAt } = live;
  return {
    repositoryName: live.repositoryName,
    ...mutabilityOf(live),
    imageScanningConfiguration: { scanOnPush: live.imageScanningConfiguration?.scanOnPush ?? false },
    encryptionConfiguration: encryptionOf(live.encryptionConfiguration),
    arn: repositoryArn,
    registryId: live.registryId,
    repositoryUri: live.repositoryUri,
    kmsKeyArn: live.encryptionConfiguration?.kmsKey || undefined,
    createdAt: createdAt?.toISOString(),
  };
}

function fitRepositoryName(text: string): string {
  const fitted = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9/]+/g, "-")
    .split("/")
    .map((part) => part.replace(/^-+/, "").replace(/-+$/, ""))
    .filter((part) => part !== "")
    .join("/");
  return fitted === "" ? "repository" : fitted;
}
