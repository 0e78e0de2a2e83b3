/** `ecr:index:getImageIds`: digests and tags of a repository's images. */

import { defineFunction } from "../define/function.ts";
import { list, output } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import {
  collect,
  imageIdentifier,
  imageStatus,
  limit,
  pageSize,
  registryId,
  repositoryName,
  tagStatus,
} from "./images.ts";

export const getImageIds = defineFunction<Gateway>()({
  name: "getImageIds",
  description: "Lists digests and tags of a repository's images, one entry for each tag, in pages of 1,000.",
  args: { repositoryName, tagStatus, imageStatus, limit, registryId },
  results: {
    imageIds: output(list(imageIdentifier, "One entry for each tag, and one for each untagged image."), {
      required: true,
    }),
  },
  permissions: ["ecr:ListImages"],
  async call({ gateway }, { tagStatus, imageStatus, limit, ...repository }) {
    const filter = tagStatus || imageStatus ? { tagStatus, imageStatus } : undefined;
    const maxResults = pageSize(1_000, limit);
    const imageIds = await collect(
      gateway.pages((nextToken) => gateway.call("ListImages", { ...repository, filter, maxResults, nextToken })),
      (page) => page.imageIds,
      limit,
    );
    return { imageIds };
  },
});
