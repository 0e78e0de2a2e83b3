/** `ecr:index:getImageReplicationStatus`: how far the copies of one image are. */

import { defineFunction } from "../define/function.ts";
import { boolean, list, object, output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { exactlyOne, imageDigest, imageTag, registryId, repositoryName } from "./images.ts";

export const getImageReplicationStatus = defineFunction<Gateway>()({
  name: "getImageReplicationStatus",
  description: "Says for each destination of the replication rules whether an image has arrived there.",
  args: { repositoryName, imageTag, imageDigest, registryId },
  results: {
    replicationStatuses: output(
      list(
        object("ImageReplicationStatus", "The copy of an image in one registry.", {
          optional: {
            region: string("Region of the destination."),
            registryId: string("Account id of the destination."),
            status: string("`IN_PROGRESS`, `COMPLETE` or `FAILED`."),
            failureCode: string("Why the copy failed."),
          },
        }),
        "One entry for each destination.",
      ),
      { required: true },
    ),
    complete: output(boolean("Whether the image is in every destination; `true` as well when there is none."), {
      required: true,
    }),
  },
  permissions: ["ecr:DescribeImageReplicationStatus"],
  check: (args) => exactlyOne(args, ["imageTag", "imageDigest"]),
  async call({ gateway }, { imageTag, imageDigest, ...repository }) {
    const { replicationStatuses = [] } = await gateway.call("DescribeImageReplicationStatus", {
      ...repository,
      imageId: { imageTag, imageDigest },
    });
    return { replicationStatuses, complete: replicationStatuses.every(({ status }) => status === "COMPLETE") };
  },
});
