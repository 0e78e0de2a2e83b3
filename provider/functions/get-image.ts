/** `ecr:index:getImage`: one image, by tag, by digest, or the newest one. */

import { defineFunction } from "../define/function.ts";
import { boolean, input, output, string } from "../define/property.ts";
import { ProviderError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { queryArgs, queryImages } from "./image-query.ts";
import { exactlyOne, imageDetail, imageDigest, imageTag, registryId, repositoryName } from "./images.ts";

const members = imageDetail.properties ?? {};
const detail = <T>(name: string) => output<T, object>((members[name] ?? imageDetail) as never);

export const getImage = defineFunction<Gateway>()({
  name: "getImage",
  description:
    "Reads one image of a repository: by `imageTag`, by `imageDigest`, or the newest one with `mostRecent`, among those that the filters leave. An image that does not exist is an error.",
  args: {
    repositoryName,
    imageTag,
    imageDigest,
    mostRecent: input(boolean("Take the image that was pushed last; the filters go with it.")),
    ...queryArgs,
    registryId,
  },
  results: {
    imageDigest: output(string("Digest of the manifest."), { required: true }),
    imageUri: output(string("URI to pull exactly this image, by digest."), { required: true }),
    imageTags: output<string[], { required: true }>(members["imageTags"] as never, { required: true }),
    registryId: detail<string>("registryId"),
    repositoryName: detail<string>("repositoryName"),
    imageSizeInBytes: detail<number>("imageSizeInBytes"),
    imagePushedAt: detail<string>("imagePushedAt"),
    imageManifestMediaType: detail<string>("imageManifestMediaType"),
    artifactMediaType: detail<string>("artifactMediaType"),
    imageStatus: detail<string>("imageStatus"),
    lastRecordedPullTime: detail<string>("lastRecordedPullTime"),
    subjectManifestDigest: detail<string>("subjectManifestDigest"),
    lastArchivedAt: detail<string>("lastArchivedAt"),
    lastActivatedAt: detail<string>("lastActivatedAt"),
  },
  permissions: ["ecr:DescribeImages", "ecr:DescribeRepositories"],
  check: (args) => [
    ...exactlyOne(args, ["imageTag", "imageDigest", "mostRecent"]),
    ...(args.mostRecent
      ? []
      : Object.keys(queryArgs)
          .filter((name) => name in args)
          .map((name) => ({ path: [name], message: "goes only with mostRecent" }))),
  ],
  async call({ gateway }, { mostRecent, imageTag, imageDigest, ...query }) {
    const { repositoryName, registryId } = query;
    const [image] = mostRecent
      ? await queryImages(gateway, query, { mostRecent, limit: 1 })
      : ((await gateway.call("DescribeImages", { repositoryName, registryId, imageIds: [{ imageTag, imageDigest }] }))
          .imageDetails ?? []);
    if (!image) {
      throw new ProviderError(
        "NotFound",
        `repository "${repositoryName}" holds no image that passes the filters; push one or widen them`,
      );
    }
    return { ...image, imageUri: `${await gateway.repositoryUri(repositoryName, registryId)}@${image.imageDigest}` };
  },
});
