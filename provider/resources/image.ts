/**
 * `ecr:index:Image`: an image or artifact in a repository, pushed without Docker or copied from another repository.
 * Long because where its bytes come from, what it has pushed and what it may remove are told in one table.
 */

import { control, enumeration, input, integer, list, map, object, output, string } from "../define/property.ts";
import { defineResource, objections } from "../define/resource.ts";
import type { Problem } from "../define/validator.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { repositoryVisibility } from "../gateway/retry.ts";
import { digestForm } from "../images/manifest.ts";
import { describe, describeSource, digestAt, moveTo, place, removeMade } from "../images/place.ts";
import { refusedMoves } from "../images/tags.ts";
import { regionForm } from "../policy/language/partitions.ts";
import { ProviderError } from "../text/errors.ts";
import { containsUnknown, isMap, isUnknown, sameValue, unknown } from "../text/value.ts";
import { repositoryName, repositoryNameSchema } from "./rows.ts";

const digest = (description: string) =>
  string(description, {
    ...digestForm,
  });

const tag = string("Tag, 1 to 300 letters, digits and `_ . -`, starting with a letter, a digit or `_`.", {
  pattern: "^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}$",
  patternMessage: "must be 1 to 300 letters, digits and _ . - and start with a letter, a digit or _",
});

const sourceSchema = object(
  "ImageSource",
  "Where an image comes from: `layout`, `file` or `repositoryName`, each with the members that belong to it.",
  {
    optional: {
      layout: string(
        "Folder or tar archive with an OCI image layout, such as `docker buildx build --output type=oci` and `docker save` write it; relative to the program.",
        { minLength: 1 },
      ),
      ref: string(
        "With `layout`: which of several images, by its annotation `org.opencontainers.image.ref.name`. Not needed when there is only one.",
      ),
      file: string("A file that becomes an artifact, such as an SBOM or a signature; relative to the program.", {
        minLength: 1,
      }),
      mediaType: string("With `file`, required: what the file is, such as `application/spdx+json`.", {
        maxLength: 255,
        pattern: "^[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]*/[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]*$",
        patternMessage: "must be a media type such as application/spdx+json",
      }),
      artifactType: string("With `file`: the type of the artifact. Default: `mediaType`."),
      subject: digest("With `file`: digest of the image in the same repository that the artifact is about."),
      annotations: map(string("Value."), "With `file`: annotations of the artifact's manifest."),
      repositoryName: repositoryNameSchema,
      imageTag: tag,
      imageDigest: digest("With `repositoryName`: the image to copy, instead of `imageTag`."),
      region: string("With `repositoryName`: the region it is in. Default: the provider's.", {
        ...regionForm,
      }),
      registryId: string("With `repositoryName`: the account it is in. Default: the one of the credentials.", {
        pattern: "^[0-9]{12}$",
        patternMessage: "must be an account id of 12 digits",
      }),
    },
  },
);

const storageClass = enumeration(
  "ImageStorageClass",
  "Whether the image is ready to be pulled or kept in the archive, which costs less and is left for 90 days at least. A lifecycle policy may archive it as well; left out, it stays where it is.",
  {
    STANDARD: "Ready to be pulled. Bringing an image back from the archive takes up to 20 minutes and is waited for.",
    ARCHIVE: "In the archive: it cannot be pulled.",
  },
);

/** What goes only with what. */
const companions: Readonly<Record<string, readonly string[]>> = {
  layout: ["ref"],
  file: ["mediaType", "artifactType", "subject", "annotations"],
  repositoryName: ["imageTag", "imageDigest", "region", "registryId"],
};

function check({ source, imageDigest }: { source?: unknown; imageDigest?: unknown }): Problem[] {
  if (source === undefined) {
    return imageDigest === undefined
      ? [
          {
            path: ["source"],
            message: "is required, unless imageDigest names an image that is in the repository already",
          },
        ]
      : [];
  }
  if (!isMap(source)) return [];
  const problem = (member: string | undefined, message: string): Problem[] => [
    { path: member === undefined ? ["source"] : ["source", member], message },
  ];
  const given = Object.keys(source).filter((name) => source[name] !== undefined && source[name] !== null);
  const kinds = Object.keys(companions).filter((name) => given.includes(name));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    return problem(undefined, `must have one of layout, file and repositoryName, has ${kinds.join(" and ") || "none"}`);
  const foreign = given.filter((name) => name !== kind && !companions[kind]?.includes(name));
  const problems = foreign.flatMap((name) => problem(name, `does not go with ${kind}`));
  if (kind === "file" && !given.includes("mediaType")) problems.push(...problem("mediaType", "is required with file"));
  if (kind === "repositoryName" && given.includes("imageTag") === given.includes("imageDigest"))
    problems.push(...problem(undefined, "must have either imageTag or imageDigest beside repositoryName"));
  const copied = source["imageDigest"];
  if (![imageDigest, copied].some((value) => value === undefined || isUnknown(value)) && imageDigest !== copied)
    problems.push({
      path: ["imageDigest"],
      message: `must be the source's imageDigest, ${String(copied)}, or be left out`,
    });
  return problems;
}

function union(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}

function sameTags(left: readonly string[] = [], right: readonly string[] = []): boolean {
  return sameValue(union(left).sort(), union(right).sort());
}

export const image = defineResource<Gateway>()({
  name: "Image",
  description:
    "An image, a multi-platform index or any OCI artifact in a repository, pushed without Docker: from an OCI layout, from a file, or from another repository in ECR. Its digest decides whether there is anything to do, and layers that the repository has are not sent. An update to another image leaves the former one in the repository, with the tags that do not move. Deleting the resource removes the tags and manifests that it has put there, as far as nothing else needs them.",
  shared: true,
  properties: {
    repositoryName,
    imageDigest: input(
      digest(
        "Digest of the image. Found out from the source when left out; when given, the source must have it, and of several images in a layout it is the one.",
      ),
      { computed: true },
    ),
    imageTags: input(
      list(
        tag,
        "Tags for the image, at most 1,000; their order means nothing. A tag that is on another image moves here where the repository's mutability allows it. Other tags on the image are left alone. Default: none.",
        { maxItems: 1_000 },
      ),
      {
        default: [],
        equal: sameTags,
        visible: (live, recorded) => (recorded ? recorded.filter((name) => live.includes(name)) : live),
      },
    ),
    storageClass: input(storageClass, { default: "STANDARD", computed: true }),
    source: control(sourceSchema, { equal: () => true }),
    imageUri: output(string("URI to pull the image by its digest."), { volatile: ["imageDigest"] }),
    imageManifestMediaType: output(string("Media type of its manifest."), { volatile: ["imageDigest"] }),
    imageSizeInBytes: output(integer("Its size in the repository, in bytes; of an index, that of its largest image."), {
      volatile: ["imageDigest"],
    }),
    pushedDigests: output(
      list(
        string("Digest."),
        "Manifests that this resource has put into the repository and that were not there before.",
      ),
      { volatile: true, kept: true },
    ),
    pushedTags: output(list(string("Tag."), "Tags that this resource has put."), { volatile: true, kept: true }),
  },
  aspects: [
    {
      name: "image",
      sets: ["imageDigest", "imageTags"],
      shows: ["imageUri", "imageManifestMediaType", "imageSizeInBytes", "storageClass", "pushedDigests", "pushedTags"],
      settles: [repositoryVisibility],
      permissions: {
        observe: ["ecr:DescribeImages", "ecr:DescribeRepositories"],
        put: [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchDeleteImage",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:DescribeImages",
          "ecr:DescribeRepositories",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ],
      },
      async observe({ gateway }, { repositoryName, imageDigest = "" }) {
        const live = await describe({ gateway, repositoryName }, imageDigest);
        return live && { ...live, pushedDigests: union([imageDigest]), pushedTags: live.imageTags };
      },
      obstacles: async ({ gateway }, { repositoryName, imageDigest, imageTags = [] }) =>
        imageDigest === undefined ? [] : refusedMoves({ gateway, repositoryName }, imageDigest, imageTags),
      async put({ gateway }, desired, before) {
        const { repositoryName, pushedDigests = [], pushedTags = [], ...wanted } = desired;
        const target = { gateway, repositoryName };
        const imageTags = union(wanted.imageTags ?? []);
        const { imageDigest, made } = await place(target, { ...wanted, imageTags }, before);
        const live = await describe(target, imageDigest);
        return {
          ...live,
          imageDigest,
          imageTags: undefined,
          pushedDigests: union(pushedDigests, made.digests),
          pushedTags: union(pushedTags, made.tags).filter((name) => !made.removedTags.includes(name)),
        };
      },
    },
    {
      name: "storage class",
      sets: ["storageClass"],
      permissions: { observe: [], put: ["ecr:UpdateImageStorageClass", "ecr:DescribeImages"] },
      observe: async () => ({}),
      async put({ gateway }, { repositoryName, imageDigest = "", storageClass = "STANDARD" }) {
        await moveTo({ gateway, repositoryName }, imageDigest, storageClass);
        return undefined;
      },
    },
  ],
  endpoints: {
    absent: ["ImageNotFoundException", "RepositoryNotFoundException"],
    permissions: {
      remove: ["ecr:BatchDeleteImage", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:ListImageReferrers"],
    },
    check: (inputs) => objections("Documentation of Image: source", check(inputs)),
    async complete(scope, { repositoryName = "", imageDigest, source }, recorded) {
      if (imageDigest !== undefined || source === undefined) return {};
      if (containsUnknown(source) || isUnknown(repositoryName)) return { imageDigest: unknown };
      const found = await digestAt({ gateway: scope.gateway, repositoryName }, source);
      if (found !== undefined) return { imageDigest: found };
      // A later step of this run may make it; if none does, the push says that it is missing.
      if (recorded.imageDigest === undefined || !sameValue(source, recorded.source)) return {};
      scope.warn(`${describeSource(source)} is not there any more; the image that was pushed from it stays`);
      return { imageDigest: recorded.imageDigest };
    },
    identify: {
      form: "the name of the repository and the digest of the image, as team/app@sha256:…; an update to another image does not change it",
      format: async (_, { repositoryName, imageDigest = "" }) => `${repositoryName}@${imageDigest}`,
      async parse(_, id) {
        const [repositoryName = "", imageDigest = "", ...rest] = id.split("@");
        if (rest.length > 0 || !imageDigest.startsWith("sha256:") || repositoryName === "")
          throw new ProviderError("InvalidInput", `the id ${JSON.stringify(id)} is not one; it is ${this.form}`);
        return { repositoryName, imageDigest };
      },
    },
    undeclared: ({ pushedDigests = [], pushedTags = [], ...recorded }, declared) => {
      const isDeclared = declared.some(({ imageDigest }) => imageDigest === recorded.imageDigest);
      const tags = new Set(declared.flatMap(({ imageTags = [] }) => imageTags));
      return {
        ...recorded,
        pushedDigests: isDeclared ? [] : pushedDigests,
        pushedTags: pushedTags.filter((name) => !tags.has(name)),
      };
    },
    async remove({ gateway, warn }, { repositoryName, imageDigest = "", pushedDigests = [], pushedTags = [] }) {
      const stays = await removeMade({ gateway, repositoryName }, imageDigest, pushedDigests, pushedTags);
      for (const reason of stays) warn(reason);
    },
  },
});
