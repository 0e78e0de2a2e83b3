/** `ecr:index:getImages`: the images of a repository, filtered, and read no further than the limit needs. */

import { defineFunction } from "../define/function.ts";
import { boolean, input, list, output } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { queryArgs, queryImages } from "./image-query.ts";
import { imageDetail, limit, registryId, repositoryName } from "./images.ts";

export const getImages = defineFunction<Gateway>()({
  name: "getImages",
  description:
    "Lists the images of a repository in pages of 1,000. With `limit` no more pages are read than it needs, unless `mostRecent` asks for the newest ones.",
  args: {
    repositoryName,
    ...queryArgs,
    mostRecent: input(boolean("Newest push first; with `limit` the newest ones. Default: in ECR's order.")),
    limit,
    registryId,
  },
  results: { images: output(list(imageDetail, "The images that pass every filter."), { required: true }) },
  permissions: ["ecr:DescribeImages"],
  async call({ gateway }, { mostRecent, limit, ...query }) {
    return { images: await queryImages(gateway, query, { mostRecent, limit }) };
  },
});
