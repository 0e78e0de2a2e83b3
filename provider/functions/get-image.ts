/** `ecr:index:getImage`: one image, by tag, by digest, or the newest one. */

import { defineFunction } from "../define/function.ts";
import { boolean, input, output, outputs, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { ProviderError } from "../text/errors.ts";
import { queryArgs, queryImages } from "./image-query.ts";
import { exactlyOne, imageDigest, imageFacts, imageNames, imageTag, registryId, repositoryName } from "./images.ts";

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
    imageDigest: output(imageNames.imageDigest, { required: true }),
    imageUri: output(string("URI to pull exactly this image, by digest."), { required: true }),
    imageTags: output(imageNames.imageTags, { required: true }),
    ...outputs(imageFacts),
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
